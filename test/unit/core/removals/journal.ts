/** What a service that starts anew finds of a meeting: stretches of attendance as they were reported, stale after a kill, missing after an outage. */
import type { MeetingEvent, MeetingRemembered } from '../../../../sidecar/core/events';
import type { InternalMeetingId } from '../../../../sidecar/core/meeting';

type Row = MeetingRemembered['attendees'][number];

interface Entry {
  readonly meeting: InternalMeetingId;
  readonly event: MeetingEvent;
  readonly writtenAt: number;
  durableAt: number;
}

export interface Journal {
  write(event: MeetingEvent, now: number): void;
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
  return {
    write(event, now) {
      entries.push({ meeting: event.internalMeetingId, event, writtenAt: now, durableAt: durableAfter(now) });
    },
    end(now, isKill) {
      for (const entry of entries) {
        if (entry.durableAt <= now) continue;
        entry.durableAt = isKill || isAway(now) ? Number.POSITIVE_INFINITY : now;
      }
    },
    recall(meeting, now) {
      const rows: Row[] = [];
      for (const entry of entries)
        if (entry.meeting === meeting && entry.durableAt <= now) enter(rows, entry.event);
      if (rows.length === 0) return undefined;
      return { type: 'meeting-remembered', internalMeetingId: meeting, at: now, attendees: rows };
    },
  };
}

function enter(rows: Row[], event: MeetingEvent): void {
  if (event.type === 'analytics-snapshot') {
    for (const user of event.users) {
      if (rows.some(({ internalUserId }) => internalUserId === user.internalUserId)) continue;
      rows.push({
        internalUserId: user.internalUserId,
        externalUserId: undefined,
        kind: user.internalUserId.startsWith('v_') ? 'dial-in' : 'web',
        bot: false,
        role: user.role,
        joinedAt: event.until,
        notBefore: 0,
        leftAt: undefined,
        ejected: false,
      });
    }
    return;
  }
  if (!('internalUserId' in event)) return;
  const last = rows.findLastIndex(({ internalUserId }) => internalUserId === event.internalUserId);
  const row = rows[last];
  const isOpen = row !== undefined && row.leftAt === undefined;
  switch (event.type) {
    case 'user-joined':
    case 'dial-in-joined': {
      if (isOpen && event.type === 'user-joined') rows[last] = { ...row, bot: row.bot || event.bot };
      if (isOpen) return;
      const isCaller = event.type === 'dial-in-joined';
      rows.push({
        internalUserId: event.internalUserId,
        externalUserId: isCaller ? undefined : event.externalUserId,
        kind: isCaller ? 'dial-in' : 'web',
        bot: isCaller ? false : event.bot,
        role: isCaller ? 'VIEWER' : event.role,
        joinedAt: event.at,
        leftAt: undefined,
        ejected: false,
        ...(event.notBefore === undefined ? {} : { notBefore: event.notBefore }),
      });
      return;
    }
    case 'user-left':
      if (row !== undefined && (isOpen || event.ejected))
        rows[last] = {
          ...row,
          leftAt: row.leftAt ?? Math.max(event.at, row.joinedAt),
          ejected: event.ejected,
        };
      return;
    case 'user-left-flag-updated':
      if (event.left && isOpen) rows[last] = { ...row, leftAt: Math.max(event.at, row.joinedAt) };
      if (!event.left && row !== undefined && !isOpen && !row.ejected)
        rows.push({ ...row, joinedAt: event.at, leftAt: undefined });
      return;
    default:
  }
}
