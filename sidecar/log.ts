/** The logger: static messages, data in fields, and nothing secret even when something slips in. */
import pino, { type DestinationStream, type Logger } from 'pino';

export type Log = Logger;

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Query parts and URL parts that give access; pino's redaction does not look inside strings. */
const SECRET_PARTS: readonly (readonly [RegExp, string])[] = [
  [/(checksum=)[0-9a-f]{40,128}/gi, '$1[redacted]'],
  [/(\/\/[^/\s:@]*:)[^\s/]*@/g, '$1[redacted]@'],
  [/(Bearer\s+)\S+/gi, '$1[redacted]'],
  [/eyJ[\w-]{5,}\.[\w-]+\.[\w-]*/g, '[redacted]'],
];

/** Text without checksums, passwords in URLs, bearer tokens or JWTs. */
export function scrub(text: string): string {
  return SECRET_PARTS.reduce((rest, [pattern, instead]) => rest.replace(pattern, instead), text);
}

/**
 * Fields that say who somebody is or let somebody in, whatever the case they are written in: BBB's create event carries passwords, and
 * every event of a person their name.
 */
const SECRET_FIELDS: ReadonlySet<string> = new Set([
  'password',
  'moderatorpass',
  'moderatorpw',
  'moderatorpassword',
  'viewerpass',
  'viewerpassword',
  'attendeepw',
  'secret',
  'token',
  'authtoken',
  'sessiontoken',
  'learningdashboardaccesstoken',
  'authorization',
  'cookie',
  'name',
  'fullname',
  'firstname',
  'lastname',
  'username',
  'callername',
  'callernum',
  'email',
]);
const CENSOR = '[redacted]';
/** What lies deeper is no field of a log line. */
const DEEPEST = 6;

function clean(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return scrub(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Error)
    return { type: value.name, message: scrub(value.message), stack: scrub(value.stack ?? '') };
  if (depth === DEEPEST) return '[too deep]';
  if (Array.isArray(value)) return value.map((item) => clean(item, depth + 1));
  return cleanFields(value, depth + 1);
}

function cleanFields(fields: object, depth: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([key, item]) => [
      key,
      SECRET_FIELDS.has(key.toLowerCase()) ? CENSOR : clean(item, depth),
    ]),
  );
}

/** JSON lines to stdout, or to the given stream. */
export function createLog(level: LogLevel, destination?: DestinationStream): Log {
  const options = {
    level,
    base: null,
    formatters: {
      level: (label: string) => ({ level: label }),
      // Not pino's own redaction: it looks one level deep, and not into strings.
      log: (fields: Record<string, unknown>) => cleanFields(fields, 0),
    },
    timestamp: pino.stdTimeFunctions.isoTime,
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
