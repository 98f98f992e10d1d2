/** Calls to the service by the session's cookie, with relative addresses; keeps nothing and shows nothing. */

const TIMEOUT_MS = 10_000;
const HEADERS = { 'x-requested-with': 'bbb-tiers', accept: 'application/json' };

/** `status` 0: no answer. */
export interface Answer<T> {
  readonly status: number;
  readonly body: T | undefined;
  /** Why not, as the service said it. */
  readonly problem: string;
}

export interface Session {
  readonly signed_in: boolean;
  readonly role?: string;
  readonly subject?: string;
  readonly expires_at?: number;
}

function problemOf(body: unknown): string {
  if (typeof body !== 'object' || body === null) return '';
  const { detail, problem } = body as { detail?: unknown; problem?: unknown };
  return String(detail ?? problem ?? '');
}

/** Never rejects. */
export async function call<T>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
  const init: RequestInit = {
    method,
    headers: HEADERS,
    signal: AbortSignal.timeout(TIMEOUT_MS),
    cache: 'no-store',
  };
  if (body !== undefined) {
    init.headers = { ...HEADERS, 'content-type': 'application/json' };
    init.body = JSON.stringify(body);
  }
  try {
    const response = await fetch(`./${path}`, init);
    const answer: unknown = await response.json().catch(() => undefined);
    return response.ok
      ? { status: response.status, body: answer as T, problem: '' }
      : { status: response.status, body: undefined, problem: problemOf(answer) };
  } catch {
    return { status: 0, body: undefined, problem: '' };
  }
}
