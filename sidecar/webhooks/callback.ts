/** The form and the fields of bbb-webhooks' deliveries that we need; it reads leniently and decides nothing. */
import { z } from 'zod';

const LONGEST_ID = 256;
const LONGEST_NAME = 1024;
const LONGEST_METADATA_VALUE = 4096;
const MOST_METADATA = 256;
const LATEST_MS = 8_640_000_000_000_000;

const id = z.string().min(1).max(LONGEST_ID);
const instant = z.number().int().nonnegative().max(LATEST_MS);
const count = z.number().int().nonnegative();

const metadata = z.unknown().transform((told): Readonly<Record<string, string>> => {
  if (typeof told !== 'object' || told === null) return {};
  const entries = Object.entries(told).filter(
    (entry): entry is [string, string] =>
      entry[0] !== '__proto__' && typeof entry[1] === 'string' && entry[1].length <= LONGEST_METADATA_VALUE,
  );
  return Object.fromEntries(
    entries.slice(0, MOST_METADATA).map(([key, value]) => [key.toLowerCase(), value]),
  );
});

/** What is in every event. `ts`: when bbb-webhooks handled it. */
export const callbackEvent = z.object({
  data: z.object({
    id: z.string().max(LONGEST_ID),
    attributes: z.object({ meeting: z.object({ 'internal-meeting-id': id }) }),
    event: z.object({ ts: instant }),
  }),
});

export const meetingCreated = z.object({
  'external-meeting-id': id,
  name: z
    .string()
    .catch('')
    .transform((told) => told.slice(0, LONGEST_NAME)),
  'is-breakout': z.boolean(),
  'parent-id': z.string().max(LONGEST_ID).default(''),
  duration: count,
  'create-time': instant,
  record: z.boolean(),
  'max-users': count,
  metadata,
});

/** The external id is empty when bbb-webhooks did not see the person join. */
export const callbackUser = z.object({
  'internal-user-id': id,
  'external-user-id': z.string().max(LONGEST_ID).default(''),
  role: z.string().optional(),
});

/**
 * The deliveries' events: the field `event` of the form, a list of one today. Undefined when the body is no such form.
 * Never throws.
 */
export function eventsIn(body: Buffer): readonly unknown[] | undefined {
  const field = new URLSearchParams(body.toString('utf8')).get('event');
  if (field === null) return undefined;
  try {
    const told: unknown = JSON.parse(field);
    return Array.isArray(told) ? told : [told];
  } catch {
    return undefined;
  }
}
