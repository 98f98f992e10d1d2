/** Calls the running service's admin API for the command line; knows addresses and tokens, no policy. */
import { issueAdminToken } from '../admin-token/issue';
import type { AdminRole } from '../admin-token/token';
import type { Problem } from '../api/schemas';
import { MINUTE_MS, SECOND_MS } from '../core/duration';
import { CliError, EXIT } from './exit-codes';
import type { CliIo } from './io';

export type Query = Readonly<Record<string, string | number | undefined>>;

/** Each rejects with CliError. */
export interface AdminClient {
  get<T>(path: string, query?: Query): Promise<T>;
  post<T>(path: string): Promise<T>;
  readonly baseUrl: string;
}

const TOKEN_LIFE_MS = 5 * MINUTE_MS;
const TIMEOUT_MS = 15 * SECOND_MS;

/** Where a service is reached from its own machine that listens on all addresses, or on none that is set. */
const LOOPBACK_OF: Readonly<Record<string, string>> = {
  '': '127.0.0.1',
  '0.0.0.0': '127.0.0.1',
  '::': '::1',
};

/** `BBB_TIERS_URL`, else where `HOST` and `PORT` say that the service listens. */
export function serviceUrl(env: CliIo['env']): string {
  const given = env.BBB_TIERS_URL?.trim();
  if (given !== undefined && given !== '') {
    if (!URL.canParse(given) || !/^https?:$/.test(new URL(given).protocol))
      throw new CliError(
        `BBB_TIERS_URL: expected a URL such as http://127.0.0.1:3020, got '${given}'`,
        EXIT.config,
      );
    const { username, password, search, hash } = new URL(given);
    // Shown in errors, where a password has no place; and a path is put behind it.
    if (username + password + search + hash !== '')
      throw new CliError(
        'BBB_TIERS_URL: expected a URL such as http://127.0.0.1:3020, got one with a user, a query or a fragment: the token goes into BBB_TIERS_TOKEN',
        EXIT.config,
      );
    return given.replace(/\/+$/, '');
  }
  const listening = env.HOST?.trim() ?? '';
  const host = LOOPBACK_OF[listening] ?? listening;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${env.PORT?.trim() || '3020'}`;
  if (!URL.canParse(url))
    throw new CliError(
      `HOST and PORT: expected where the service listens, such as 127.0.0.1 and 3020, got '${url}'`,
      EXIT.config,
    );
  return url;
}

/**
 * `BBB_TIERS_TOKEN`, which has a role of its own, else one of `role`, made for these five minutes with `ADMIN_JWT_SECRET`: who may read
 * that may do all. Throws CliError when there is neither, or what is no token.
 */
export function tokenOf(io: Pick<CliIo, 'env' | 'now'>, role: AdminRole): string {
  const given = io.env.BBB_TIERS_TOKEN?.trim();
  if (given !== undefined && given !== '') {
    // Anything else is no header, and fetch would say so with the token in its words.
    if (/^[\w.-]+$/.test(given)) return given;
    throw new CliError(
      "BBB_TIERS_TOKEN: expected a token as 'bbb-tiers token' prints it, got something with other characters in it",
      EXIT.noPermission,
    );
  }
  // Trimmed as the service reads it: with another key no token is taken.
  const secret = io.env.ADMIN_JWT_SECRET?.trim() ?? '';
  if (secret === '') {
    throw new CliError(
      'expected BBB_TIERS_TOKEN or ADMIN_JWT_SECRET in the environment or in .env, got neither: run where the service is configured, or bring a token (bbb-tiers token)',
      EXIT.noPermission,
    );
  }
  return issueAdminToken({ secret, role, subject: 'cli', lifeMs: TOKEN_LIFE_MS, now: io.now() });
}

function exitCodeOf(status: number): number {
  if (status === 401 || status === 403) return EXIT.noPermission;
  if (status === 404) return EXIT.notFound;
  return status === 400 ? EXIT.usage : EXIT.failed;
}

/** What the problem's own words leave out: the service says what is wrong with a token, here is how to come by one. */
const REMEDIES: Readonly<Record<number, string>> = {
  401: "with the service's own ADMIN_JWT_SECRET",
  403: "'bbb-tiers token --role operator' makes one",
};

/** The remedy before the full stop that it belongs to. */
function withRemedy(explanation: string, remedy: string | undefined): string {
  return remedy === undefined ? explanation : `${explanation.replace(/\.$/, '')} (${remedy}).`;
}

/** What only our service answers with; anything else came from another program, or from a proxy before it. */
function isProblem(body: unknown): body is Problem {
  return typeof (body as Partial<Problem> | null | undefined)?.request_id === 'string';
}

async function failure(response: Response, baseUrl: string): Promise<CliError> {
  const { status } = response;
  const problem: unknown = await response.json().catch(() => undefined);
  if (!isProblem(problem)) return anotherProgram(baseUrl, `${status} without a word of it`);
  const errors = (problem.errors ?? []).map(({ path, message }) => `${path}: ${message}`);
  // With a single error the detail is that one already.
  const explanation = errors.length > 1 ? `${problem.detail} ${errors.join('; ')}` : problem.detail;
  return new CliError(
    `the service answered ${status}: ${withRemedy(explanation, REMEDIES[status])}`,
    exitCodeOf(status),
  );
}

/** Refused, unknown, too slow, a certificate that is not trusted: each has its own remedy. */
function reasonOf(error: unknown): string {
  const { name, cause } = error as { name: string; cause?: { code?: string; message?: string } };
  if (name === 'TimeoutError') return `not within ${TIMEOUT_MS / SECOND_MS} s`;
  return cause?.code ?? cause?.message ?? name;
}

function anotherProgram(baseUrl: string, found: string): CliError {
  return new CliError(
    `expected the service at ${baseUrl}, got another program or a proxy (${found}): is the service running, is BBB_TIERS_URL right?`,
    EXIT.unavailable,
  );
}

/** A client for the service that the environment points to. */
export function createAdminClient(io: CliIo): AdminClient {
  const baseUrl = serviceUrl(io.env);

  async function call<T>(method: string, path: string, query: Query = {}): Promise<T> {
    const url = new URL(`${baseUrl}/api/v1${path}`);
    for (const [key, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(key, String(value));
    const headers = { authorization: `Bearer ${tokenOf(io, 'operator')}`, accept: 'application/json' };
    const response = await fetch(url, { method, headers, signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(
      (error: unknown) => {
        throw new CliError(
          `expected the service at ${baseUrl}, got no answer (${reasonOf(error)}): is it running (systemctl status bbb-tiers), is BBB_TIERS_URL right?`,
          EXIT.unavailable,
        );
      },
    );
    if (!response.ok) throw await failure(response, baseUrl);
    return (await response.json().catch(() => {
      throw anotherProgram(baseUrl, 'no JSON');
    })) as T;
  }

  return {
    baseUrl,
    get: (path, query) => call('GET', path, query),
    post: (path) => call('POST', path),
  };
}
