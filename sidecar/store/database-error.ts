/** What an error of the database means for whoever writes: come back later, or never with these values. Changes nothing. */

/**
 * Classes of SQLSTATE that blame the values: 22 data exception, 23 integrity constraint, 54 program limit exceeded.
 * All else (away, starting, full, read-only, no such table yet, no rights) would hit any other entry as well.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const BLAMES_VALUES = /^(?:22|23|54)...$/;

/** SQLSTATE (`23514`), or the system's or pg's own code (`ECONNREFUSED`); undefined when it has none. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Will these values never be taken, however often they are tried? */
export function isValueFault(error: unknown): boolean {
  const code = errorCode(error);
  if (code !== undefined) return BLAMES_VALUES.test(code);
  // Thrown before anything was sent, while the values were put into words.
  return error instanceof RangeError || error instanceof TypeError;
}

/**
 * The error in one short line for logs and health checks. Of a value fault only the code: PostgreSQL quotes the value in the message.
 * The others name hosts, databases and roles at most; whatever looks like the credentials of a URL is cut out all the same.
 */
export function describeDatabaseError(error: unknown): string {
  const code = errorCode(error);
  if (isValueFault(error)) return code ?? 'invalid value';
  const message = error instanceof Error ? error.message || error.name : String(error);
  // An AggregateError (both addresses of `localhost` refused) has no message of its own.
  const text = error instanceof AggregateError ? describeDatabaseError(error.errors[0]) : message;
  const line = text.split('\n')[0] ?? '';
  const short = line.replaceAll(/\/\/[^/@\s]*@/g, '//').slice(0, LONGEST_LINE);
  return code === undefined || short.includes(code) ? short : `${code} ${short}`;
}

const LONGEST_LINE = 200;
