/** Runs of meetings at noon of one day and who was there, as journal entries for tests of the ledger. */
import type { JournalEntry } from '../../../sidecar/loop/ports';
import { meetingId, someProps } from '../../support/builders';
import { ended, meeting, present } from '../store/entries';

export const MINUTE = 60_000;
export const NOON = Date.UTC(2026, 10, 3, 12);
export const PARENT = meetingId('parent');

type MeetingId = ReturnType<typeof meetingId>;

/** A meeting from noon on; `minutes` undefined: it still runs. */
export function run(
  id: MeetingId,
  minutes: number | undefined,
  tier = {},
  createTime = NOON,
): readonly JournalEntry[] {
  const props = someProps({ createTime, externalMeetingId: `ext-${id}` });
  const begun = meeting(id, { props, seenAt: createTime }, tier);
  return minutes === undefined ? [begun] : [begun, ended(id, createTime + minutes * MINUTE)];
}

/** Somebody there from so many minutes after noon until so many; `to` undefined: still there. */
export function stay(who: string, id: MeetingId, from: number, to?: number, change = {}): JournalEntry {
  const out = to === undefined ? [] : [{ kind: 'left' as const, by: 'bus' as const, at: NOON + to * MINUTE }];
  return present(who, [{ kind: 'joined', by: 'bus', at: NOON + from * MINUTE }, ...out], id, change);
}
