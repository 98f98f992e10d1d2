/** RFC 9457: every error of the admin API as problem details: what was expected, without what was sent or how the service failed. */
import { STATUS_CODES } from 'node:http';
import type { ErrorRequestHandler, Response } from 'express';
import { messageOf } from '../errors';
import type { Log } from '../log';
import type { Problem } from './schemas';

export interface FieldError {
  /** Which parameter. */
  readonly path: string;
  readonly message: string;
}

/** Why a call is refused; thrown by whatever handles a call, never leaves the API. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly errors: readonly FieldError[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    detail: string,
    more: { errors?: readonly FieldError[]; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(detail);
    this.status = status;
    this.errors = more.errors;
    this.headers = more.headers ?? {};
  }
}

/** What express and its body parser refuse by themselves. */
const OWN_WORDS: Readonly<Record<number, string>> = {
  400: 'The request could not be read: a percent-escape in its path, or the JSON of its body, is malformed.',
  413: 'The body is larger than this API takes.',
  415: "Send the body as UTF-8 'application/json' without a content encoding.",
};

function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const status: unknown =
    typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined;
  if (typeof status === 'number' && status >= 400 && status < 500) {
    const known = OWN_WORDS[status] === undefined ? 400 : status;
    return new Refusal(known, OWN_WORDS[known] ?? '');
  }
  return new Refusal(500, 'The service failed at this; its log has the request id.');
}

/** Writes the problem; `requestId` is the one the answer carries. */
export function sendProblem(response: Response, refusal: Refusal, requestId: string): void {
  const { status, message, errors } = refusal;
  const body: Problem = {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: message,
    request_id: requestId,
    ...(errors === undefined ? {} : { errors: [...errors] }),
  };
  response.set(refusal.headers).status(status).type('application/problem+json').send(JSON.stringify(body));
}

/** The last in line: whatever was thrown becomes a problem. */
export function problemHandler(log: Log): ErrorRequestHandler {
  return (error, _request, response, _next) => {
    const refusal = refusalOf(error);
    const requestId = String(response.locals.requestId ?? '');
    if (refusal.status === 500) log.error({ requestId, error: messageOf(error) }, 'api request failed');
    if (response.headersSent) response.destroy();
    else sendProblem(response, refusal, requestId);
  };
}
