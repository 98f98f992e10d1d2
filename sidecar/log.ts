/** The logger: static messages, data in fields, and nothing secret even when something slips in. */
import pino, { type DestinationStream, type Logger } from 'pino';

export type Log = Logger;

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Query parts and URL parts that give access; pino's redaction does not look inside strings. */
const SECRET_PARTS: readonly (readonly [RegExp, string])[] = [
  [/(checksum=)[0-9a-f]{40,128}/gi, '$1[redacted]'],
  [/(\/\/[^/\s:@]*:)[^@\s/]+@/g, '$1[redacted]@'],
  [/(Bearer\s+)\S+/gi, '$1[redacted]'],
  [/eyJ[\w-]{5,}\.[\w-]+\.[\w-]*/g, '[redacted]'],
];

/** Text without checksums, passwords in URLs, bearer tokens or JWTs. */
export function scrub(text: string): string {
  return SECRET_PARTS.reduce((rest, [pattern, instead]) => rest.replace(pattern, instead), text);
}

function scrubDeep(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return scrub(value);
  if (typeof value !== 'object' || value === null || depth === 0) return value;
  if (value instanceof Error)
    return { name: value.name, message: scrub(value.message), stack: scrub(value.stack ?? '') };
  if (Array.isArray(value)) return value.map((item) => scrubDeep(item, depth - 1));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, scrubDeep(item, depth - 1)]));
}

const SECRET_KEYS = [
  'password',
  'secret',
  'token',
  'authToken',
  'sessionToken',
  'authorization',
  'name',
  'fullName',
  'email',
];

/** JSON lines to stdout, or to the given stream. */
export function createLog(level: LogLevel, destination?: DestinationStream): Log {
  const options = {
    level,
    base: null,
    redact: { paths: [...SECRET_KEYS, ...SECRET_KEYS.map((key) => `*.${key}`)], censor: '[redacted]' },
    formatters: {
      level: (label: string) => ({ level: label }),
      log: (fields: Record<string, unknown>) => scrubDeep(fields, 4) as Record<string, unknown>,
    },
    timestamp: pino.stdTimeFunctions.isoTime,
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
