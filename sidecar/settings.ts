/** The environment, checked and frozen; every default is here. Reads nothing by itself: environment and files are passed in. */
import { CHECKSUM_ALGORITHMS, type ChecksumAlgorithm } from './bbb-api/sign';
import { showValue } from './config/show-value';
import { DATABASE_URL_TEMPLATE_EXPECTED, isDatabaseUrlTemplate } from './greenlight/database-url';
import { LOG_LEVELS, type LogLevel } from './log';

export const WEBHOOK_MODES = ['register', 'receive', 'off'] as const;
export type WebhookMode = (typeof WEBHOOK_MODES)[number];

export interface Settings {
  readonly redisUrl: string;
  /** `https://host/bigbluebutton`, without a slash at the end. */
  readonly bbbUrl: string;
  readonly bbbSecret: string;
  readonly bbbChecksum: ChecksumAlgorithm;
  readonly bbbAnalyticsUrl: string;
  /** Undefined: the embedded PostgreSQL. */
  readonly databaseUrl: string | undefined;
  readonly tiersConfigDir: string;
  readonly port: number;
  readonly host: string;
  /** Where bbb-webhooks (and browsers) reach us, without a slash at the end. */
  readonly publicUrl: string | undefined;
  readonly webhooks: WebhookMode;
  readonly adminJwtSecret: string;
  readonly claimSecret: string;
  readonly dryRun: boolean;
  readonly logLevel: LogLevel;
  readonly resyncMs: number;
  /** False: nothing is said before the end of a meeting. */
  readonly notices: boolean;
  /** Where the policy file for the Greenlight overlay is written; undefined: none is. */
  readonly policyFile: string | undefined;
  /** PostgreSQL URL with `{database}` or `{tenant}` in it, for the owners of rooms; undefined: not looked up. */
  readonly greenlightDatabaseUrl: string | undefined;
  /** What the recording hooks on the BBB host show; undefined: loopback alone is enough. */
  readonly hookToken: string | undefined;
}

/** One line per variable that is wrong. */
export type SettingsResult = { readonly settings: Settings } | { readonly problems: readonly string[] };

export type Environment = Readonly<Record<string, string | undefined>>;

const MIN_SECRET_BYTES = 32;
const MAX_PORT = 65_535;
const MAX_RESYNC_SECONDS = 3_600;

type Read<T> = (name: string, value: string) => T;

/** Thrown by the readers below with what was expected; never leaves this file. */
class Unexpected extends Error {}

function expected(what: string): never {
  throw new Unexpected(what);
}

/** `%zz` passes for a URL and then fails in whoever takes it apart, at every attempt. */
function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function url(protocols: readonly string[], example: string, path = /^/): Read<string> {
  return (_name, value) => {
    const wanted = `a URL such as ${example}`;
    if (!URL.canParse(value)) expected(wanted);
    const { protocol, hostname, username, password, pathname } = new URL(value);
    if (!protocols.includes(protocol) || hostname === '' || !path.test(pathname)) expected(wanted);
    if (![username, password, pathname].every(isDecodable)) expected(`${wanted}, with % only as in %20`);
    return value.replace(/\/+$/, '');
  };
}

/** One that paths are appended to. */
function base(read: Read<string>): Read<string> {
  return (name, value) =>
    /[?#]/.test(value) ? expected('a URL without ? and #, for paths are added to it') : read(name, value);
}

/** BBB's API lies under a path: at the root of its host there is somebody else, who answers, too. */
function belowRoot(read: Read<string>): Read<string> {
  return (name, value) => {
    const checked = read(name, value);
    const wanted = "a URL with BBB's path (/bigbluebutton unless a proxy has another)";
    return /^\/*$/.test(new URL(checked).pathname) ? expected(wanted) : checked;
  };
}

function oneOf<T extends string>(values: readonly T[]): Read<T> {
  return (_name, value) => values.find((known) => known === value) ?? expected(`one of ${values.join(', ')}`);
}

function whole(from: number, to: number, unit: string): Read<number> {
  return (_name, value) => {
    const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
    return number >= from && number <= to ? number : expected(`${unit} from ${from} to ${to}`);
  };
}

const secret: Read<string> = (_name, value) =>
  Buffer.byteLength(value, 'utf8') >= MIN_SECRET_BYTES
    ? value
    : expected(`at least ${MIN_SECRET_BYTES} bytes, for example from 'openssl rand -hex 32'`);

const text: Read<string> = (_name, value) => value;

const template: Read<string> = (_name, value) =>
  isDatabaseUrlTemplate(value) ? value : expected(DATABASE_URL_TEMPLATE_EXPECTED);

const flag: Read<boolean> = (_name, value) => {
  if (['1', 'true', 'yes', 'on'].includes(value.toLowerCase())) return true;
  return ['0', 'false', 'no', 'off'].includes(value.toLowerCase()) ? false : expected('true or false');
};

/** Said instead of the value where the value is nobody's business. */
const UNSPOKEN = new Set([
  'BBB_SECRET',
  'ADMIN_JWT_SECRET',
  'CLAIM_SECRET',
  'REDIS_URL',
  'DATABASE_URL',
  'GREENLIGHT_DATABASE_URL',
  'HOOK_TOKEN',
]);

function found(name: string, value: string): string {
  return UNSPOKEN.has(name) ? `something else (${Buffer.byteLength(value, 'utf8')} bytes)` : showValue(value);
}

function createReader(env: Environment, problems: string[]) {
  function optional<T>(name: string, read: Read<T>): T | undefined {
    const value = env[name]?.trim();
    if (value === undefined || value === '') return undefined;
    try {
      return read(name, value);
    } catch (error) {
      if (!(error instanceof Unexpected)) throw error;
      problems.push(`${name}: expected ${error.message}, got ${found(name, value)}`);
      return undefined;
    }
  }
  function required<T>(name: string, read: Read<T>, what: string, fallback: T): T {
    const before = problems.length;
    const value = optional(name, read);
    if (value === undefined && problems.length === before)
      problems.push(`${name}: expected ${what}, got nothing`);
    return value ?? fallback;
  }
  return { optional, required };
}

/**
 * Settings from the environment. An empty variable counts as unset. `NODE_ENV=production` refuses the embedded database.
 * Returns every problem at once, each as one line that names the variable.
 */
export function readSettings(env: Environment): SettingsResult {
  const problems: string[] = [];
  const { optional, required } = createReader(env, problems);
  const redis = url(['redis:', 'rediss:'], 'redis://127.0.0.1:6379', /^\/?\d*$/);
  const http = (example: string): Read<string> => url(['http:', 'https:'], example);
  const secretWhat = `at least ${MIN_SECRET_BYTES} bytes, for example from 'openssl rand -hex 32'`;
  const publicUrl = optional('PUBLIC_URL', base(http('https://bbb.example.org/bbb-tiers')));
  const settings: Settings = {
    redisUrl: required('REDIS_URL', redis, "the URL of BBB's own Redis such as redis://127.0.0.1:6379", ''),
    bbbUrl: required(
      'BBB_URL',
      belowRoot(base(http('https://bbb.example.org/bigbluebutton'))),
      'a URL such as https://bbb.example.org/bigbluebutton',
      '',
    ),
    bbbSecret: required('BBB_SECRET', text, "BBB's shared secret ('bbb-conf --secret' shows it)", ''),
    bbbChecksum: optional('BBB_CHECKSUM', oneOf(CHECKSUM_ALGORITHMS)) ?? 'sha256',
    bbbAnalyticsUrl:
      optional('BBB_ANALYTICS_URL', http('http://127.0.0.1:8901/analytics')) ??
      'http://127.0.0.1:8901/analytics',
    databaseUrl: optional(
      'DATABASE_URL',
      url(['postgres:', 'postgresql:'], 'postgres://user:password@127.0.0.1:5432/bbb_tiers'),
    ),
    tiersConfigDir: optional('TIERS_CONFIG_DIR', text) ?? './config',
    port: optional('PORT', whole(0, MAX_PORT, 'a port')) ?? 3020,
    host: optional('HOST', text) ?? '127.0.0.1',
    publicUrl,
    webhooks: optional('WEBHOOKS', oneOf(WEBHOOK_MODES)) ?? (publicUrl === undefined ? 'off' : 'register'),
    adminJwtSecret: required('ADMIN_JWT_SECRET', secret, secretWhat, ''),
    claimSecret: required('CLAIM_SECRET', secret, secretWhat, ''),
    dryRun: optional('DRY_RUN', flag) ?? false,
    logLevel: optional('LOG_LEVEL', oneOf(LOG_LEVELS)) ?? 'info',
    resyncMs: (optional('RESYNC_SECONDS', whole(1, MAX_RESYNC_SECONDS, 'seconds')) ?? 30) * 1_000,
    notices: optional('NOTICES', flag) ?? true,
    policyFile: optional('POLICY_FILE', text),
    greenlightDatabaseUrl: optional('GREENLIGHT_DATABASE_URL', template),
    hookToken: optional('HOOK_TOKEN', secret),
  };
  if (
    settings.webhooks !== 'off' &&
    publicUrl === undefined &&
    !problems.some((problem) => problem.startsWith('PUBLIC_URL'))
  ) {
    problems.push(
      `PUBLIC_URL: expected the URL under which bbb-webhooks reaches this service, as WEBHOOKS=${settings.webhooks} needs it, got nothing`,
    );
  }
  if (
    env.NODE_ENV === 'production' &&
    settings.databaseUrl === undefined &&
    !problems.some((problem) => problem.startsWith('DATABASE_URL'))
  ) {
    problems.push(
      'DATABASE_URL: expected a PostgreSQL URL, as NODE_ENV=production does not take the embedded database, got nothing',
    );
  }
  return problems.length > 0 ? { problems } : { settings: Object.freeze(settings) };
}

/** Where the webhook receiver listens as bbb-webhooks sees it: what it signs is this very URL. */
export function callbackUrl(publicUrl: string): string {
  return publicUrl.endsWith('/webhooks/bbb') ? publicUrl : `${publicUrl}/webhooks/bbb`;
}
