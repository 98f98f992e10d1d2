/** What a process that starts anew finds in the database: as the service writes it, stale after a kill, missing after an outage. */
import type { MeetingRemembered } from '../../../../sidecar/core/events';
import { missingSince } from '../../../../sidecar/core/evidence';
import type { Attendee, InternalMeetingId, InternalUserId, Meeting } from '../../../../sidecar/core/meeting';
import { addEdges, type Interval } from '../../../../sidecar/ledger/intervals';
import { presenceEdges } from '../../../../sidecar/store/lines';

interface Entry {
  readonly meeting: InternalMeetingId;
  /** Undefined: only what was missed has changed. */
  readonly attendee: Attendee | undefined;
  readonly missingSince: number | undefined;
  durableAt: number;
}

export interface Journal {
  write(before: Meeting, after: Meeting, now: number): void;
  /** The process ends; a `kill` loses what is not written yet. */
  end(now: number, isKill: boolean): void;
  recall(meeting: InternalMeetingId, now: number): MeetingRemembered | undefined;
}

/** `durableAfter`: when something entered at that moment is in the database. */
export function createJournal(
  durableAfter: (moment: number) => number,
  isAway: (moment: number) => boolean,
): Journal {
  const entries: Entry[] = [];

  function write(before: Meeting, after: Meeting, now: number): void {
    if (after.ended !== undefined) return;
    // Written in the order of their entry.
    const entry = {
      meeting: after.internalMeetingId,
      missingSince: missingSince(after),
      durableAt: Math.max(durableAfter(now), lastDurableAt()),
    };
    if (entry.missingSince !== missingSince(before)) entries.push({ ...entry, attendee: undefined });
    for (const attendee of after.attendees.values())
      if (attendee !== before.attendees.get(attendee.internalUserId)) entries.push({ ...entry, attendee });
  }

  function lastDurableAt(): number {
    const last = entries.findLast(({ durableAt }) => Number.isFinite(durableAt));
    return last?.durableAt ?? 0;
  }

  function recall(meeting: InternalMeetingId, now: number): MeetingRemembered | undefined {
    const written = entries.filter((entry) => entry.meeting === meeting && entry.durableAt <= now);
    if (written.length === 0) return undefined;
    const sessions = new Map<InternalUserId, { attendee: Attendee; intervals: readonly Interval[] }>();
    for (const { attendee } of written) {
      if (attendee === undefined) continue;
      const before = sessions.get(attendee.internalUserId);
      const externalUserId = attendee.externalUserId ?? before?.attendee.externalUserId;
      const bot = attendee.bot || before?.attendee.bot === true;
      sessions.set(attendee.internalUserId, {
        attendee: { ...attendee, externalUserId, bot },
        intervals: addEdges(before?.intervals ?? [], presenceEdges(attendee.presence)),
      });
    }
    const attendees = [...sessions.values()].flatMap(({ attendee, intervals }) =>
      intervals.map(({ from, notBefore, to, ejectedAt }) => ({
        internalUserId: attendee.internalUserId,
        externalUserId: attendee.externalUserId,
        kind: attendee.kind,
        bot: attendee.bot,
        role: attendee.role,
        joinedAt: from,
        leftAt: to,
        ejected: ejectedAt !== undefined,
        ...(notBefore === undefined ? {} : { notBefore }),
      })),
    );
    const at = Math.max(...written.map(({ attendee }) => attendee?.presence.at(-1)?.at ?? 0));
    return {
      type: 'meeting-remembered',
      internalMeetingId: meeting,
      at,
      missingSince: written.at(-1)?.missingSince,
      attendees: attendees.toSorted((a, b) => a.joinedAt - b.joinedAt),
    };
  }

  return {
    write,
    recall,
    end(now, isKill) {
      for (const entry of entries) {
        if (entry.durableAt <= now) continue;
        entry.durableAt = isKill || isAway(now) ? Number.POSITIVE_INFINITY : now;
      }
    },
  };
}
