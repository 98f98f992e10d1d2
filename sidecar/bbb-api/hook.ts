/** What bbb-webhooks says of its hooks; it reads leniently and decides nothing. */
import { z } from 'zod';
import { id, listIn, yes } from './fields';
import type { Reply } from './xml';

/** A hook as bbb-webhooks lists it. `filtered`: not for every event of every meeting, or not in the form we read. */
export interface Hook {
  readonly hookId: string;
  readonly callbackUrl: string;
  readonly permanent: boolean;
  readonly filtered: boolean;
}

const hook = z
  .object({
    hookID: id,
    callbackURL: z.string(),
    permanentHook: yes,
    rawData: yes,
    meetingID: z.string().optional(),
    eventID: z.string().optional(),
  })
  .transform(
    (parsed): Hook => ({
      hookId: parsed.hookID,
      callbackUrl: parsed.callbackURL,
      permanent: parsed.permanentHook,
      filtered: parsed.rawData || (parsed.meetingID ?? '') !== '' || (parsed.eventID ?? '') !== '',
    }),
  );

/** The hooks that can be read; the others are none of ours. */
export function readHooks(reply: Reply): readonly Hook[] {
  return listIn(reply.hooks, 'hook').flatMap((each) => hook.safeParse(each).data ?? []);
}
