/** Calls the running service's admin API for the command line; knows addresses and tokens, no policy. */
import { issueAdminToken } from '../admin-token/issue';
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

/** `BBB_TIERS_URL`, else where `HOST` and `PORT` say that the service listens. */
export function serviceUrl(env: CliIo['env']): string {
  const given = env.BBB_TIERS_URL?.trim();
  if (given !== undefined && given !== '') {
    if (!URL.canParse(given))
      throw new CliError(
        `BBB_TIERS_URL: expected a URL such as http://127.0.0.1:3020, got '${given}'`,
        EXIT.config,
      );
    return given.replace(/\/+$/, '');
  }
  const host = env.HOST === undefined || env.HOST === '' || env.HOST === '0.0.0.0' ? '127.0.0.1' : env.HOST;
  return `http://${host.includes(':') ? `[${host}]` : host}:${env.PORT || '3020'}`;
}

/** `BBB_TIERS_TOKEN`, else one made for these five minutes with `ADMIN_JWT_SECRET`, for who may read that may do all. */
function tokenOf(io: CliIo): string {
  const given = io.env.BBB_TIERS_TOKEN?.trim();
  if (given !== undefined && given !== '') return given;
  const secret = io.env.ADMIN_JWT_SECRET;
  if (secret === undefined || secret === '') {
    throw new CliError(
      'expected BBB_TIERS_TOKEN or ADMIN_JWT_SECRET in the environment or in .env, got neither: run where the service is configured, or bring a token (bbb-tiers token)',
      EXIT.noPermission,
    );
  }
  return issueAdminToken({ secret, role: 'operator', subject: 'cli', lifeMs: TOKEN_LIFE_MS, now: io.now() });
}

function exitCodeOf(status: number): number {
  if (status === 401 || status === 403) return EXIT.noPermission;
  if (status === 404) return EXIT.notFound;
  return status === 400 ? EXIT.usage : EXIT.failed;
}

async function failure(response: Response): Promise<CliError> {
  const problem = (await response.json().catch(() => undefined)) as Partial<Problem> | undefined;
  const errors = problem?.errors?.map(({ path, message }) => `${path}: ${message}`).join('; ');
  const detail = [problem?.detail ?? response.statusText, errors]
    .filter((text) => text !== undefined && text !== '')
    .join(' ');
  return new CliError(`the service answered ${response.status}: ${detail}`, exitCodeOf(response.status));
}

/** A client for the service that the environment points to. */
export function createAdminClient(io: CliIo): AdminClient {
  const baseUrl = serviceUrl(io.env);

  async function call<T>(method: string, path: string, query: Query = {}): Promise<T> {
    const url = new URL(`${baseUrl}/api/v1${path}`);
    for (const [key, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(key, String(value));
    const headers = { authorization: `Bearer ${tokenOf(io)}`, accept: 'application/json' };
    const response = await fetch(url, { method, headers, signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(
      () => {
        throw new CliError(
          `expected the service at ${baseUrl}, got no answer: is it running (systemctl status bbb-tiers), is BBB_TIERS_URL right?`,
          EXIT.unavailable,
        );
      },
    );
    if (!response.ok) throw await failure(response);
    return (await response.json()) as T;
  }

  return {
    baseUrl,
    get: (path, query) => call('GET', path, query),
    post: (path) => call('POST', path),
  };
}
