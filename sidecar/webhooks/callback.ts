/** The form and the fields of bbb-webhooks' deliveries that we need; it reads leniently and decides nothing. */
import { z } from 'zod';
import { account, id, instant, LONGEST_ID, metadata, name, setting } from '../bbb-fields';

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
  name,
  'is-breakout': z.boolean(),
  'parent-id': z.string().max(LONGEST_ID).default(''),
  duration: setting,
  'create-time': instant,
  record: z.boolean(),
  'max-users': setting,
  metadata,
});

/** The external id is empty when bbb-webhooks did not see the person join. */
export const callbackUser = z.object({
  'internal-user-id': id,
  'external-user-id': z.union([z.literal(''), account]).default(''),
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
    const parsed: unknown = JSON.parse(field);
    return Array.isArray(parsed) ? parsed : [parsed];
  } catch {
    return undefined;
  }
}
