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
    (told): Hook => ({
      hookId: told.hookID,
      callbackUrl: told.callbackURL,
      permanent: told.permanentHook,
      filtered: told.rawData || (told.meetingID ?? '') !== '' || (told.eventID ?? '') !== '',
    }),
  );

/** The hooks that can be read; the others are none of ours. */
export function readHooks(reply: Reply): readonly Hook[] {
  return listIn(reply.hooks, 'hook').flatMap((told) => hook.safeParse(told).data ?? []);
}
