/** Meetings that BBB lists with a field that cannot be read: which they are, and one log line for each, however often they are read. */
import type { z } from 'zod';
import type { InternalMeetingId } from '../core/meeting';
import type { Log } from '../log';
import type { ListName } from './list-outages';

const LONGEST_ID = 256;

export interface UnreadableMeeting {
  readonly internalMeetingId: InternalMeetingId | undefined;
  readonly externalMeetingId: string | undefined;
  /** Path of the first field that is missing or malformed; `users.3.id`. */
  readonly field: string;
}

function textAt(listed: unknown, name: string): string | undefined {
  if (typeof listed !== 'object' || listed === null) return undefined;
  const value = (listed as Readonly<Record<string, unknown>>)[name];
  return typeof value === 'string' && value !== '' ? value.slice(0, LONGEST_ID) : undefined;
}

/** `names`: of the fields that hold its two ids. */
export function unreadableMeeting(
  listed: unknown,
  error: z.ZodError,
  names: { readonly internal: string; readonly external: string },
): UnreadableMeeting {
  return {
    internalMeetingId: textAt(listed, names.internal) as InternalMeetingId | undefined,
    externalMeetingId: textAt(listed, names.external),
    field: error.issues[0]?.path.join('.') || 'all of it',
  };
}

/** Called with every reading of a list. A meeting that becomes readable and unreadable again is logged again. */
export function createUnreadableLog(
  log: Log,
): (list: ListName, meetings: readonly UnreadableMeeting[]) => void {
  const logged = new Map<ListName, ReadonlySet<string>>();
  return (list, meetings) => {
    const before = logged.get(list) ?? new Set<string>();
    const now = new Map(meetings.map((meeting) => [JSON.stringify(meeting), meeting]));
    for (const [key, meeting] of now)
      if (!before.has(key))
        log.warn(
          { list, ...meeting },
          'cannot read a field of this meeting in a list of BBB; its limits are held as far as the other sources allow',
        );
    logged.set(list, new Set(now.keys()));
  };
}
