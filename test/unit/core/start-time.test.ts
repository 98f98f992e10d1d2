/** When a run began: what is believed of a `createTime`, and when. */
import { bbbInstant } from '../../../sidecar/core/bbb-instant';
import {
  type ClockState,
  freshClockState,
  withBbbStamp,
  withOwnWall,
} from '../../../sidecar/core/clock-doubt';
import type { Meeting } from '../../../sidecar/core/meeting';
import { reduce } from '../../../sidecar/core/reduce';
import { badCreateTime, startTimeOf } from '../../../sidecar/core/start-time';
import { HOUR, MEETING, MINUTE, meetingAfter, meetingId, someProps, T0 } from '../../support/builders';

const SECOND = 1_000;
const RESYNC = 30 * SECOND;
const ID = meetingId(`${'ab'.repeat(20)}-${T0}`);

describe('a createTime', () => {
  const now = bbbInstant(T0 + HOUR);
  test.each([
    ['as in the id', T0, undefined],
    ['in seconds', T0 / 1_000, 'before-2010'],
    ['of 2009', Date.UTC(2009, 11, 31), 'before-2010'],
    ['of 1970', 0, 'before-2010'],
    ['in the future', T0 + 2 * HOUR, 'in-the-future'],
    ['in microseconds', T0 * 1_000, 'in-the-future'],
    ['an hour before that in the id', T0 - HOUR, 'contradicts-id'],
    ['half an hour after that in the id', T0 + 30 * MINUTE, 'contradicts-id'],
    ['a second after that in the id', T0 + SECOND, undefined],
  ])('%s → %3$s', (_case, createTime, expected) => {
    expect(badCreateTime(bbbInstant(createTime), ID, now)).toBe(expected);
  });

  test('of an id that is not of BBB’s form → nothing contradicts', () => {
    expect(badCreateTime(bbbInstant(T0), meetingId('room-1-1'), now)).toBeUndefined();
  });
});

/** Listed by BBB at `at`; created at `createTime` by BBB's clock. */
function listed(at: number, createTime: number): Meeting {
  const props = someProps({ createTime });
  return meetingAfter([
    { type: 'meeting-snapshot', internalMeetingId: MEETING, at, props, online: 0, attendees: [] },
  ]);
}

function stamped(state: ClockState, now: number, bbb = 0): ClockState {
  return [0, 1, 2].reduce((before) => withBbbStamp(before, now, bbbInstant(now + bbb)), state);
}

describe('a meeting in BBB’s list', () => {
  const NOW = T0 + 30 * MINUTE;
  const fresh = freshClockState(NOW, NOW, RESYNC);
  const meeting = listed(NOW, T0);

  test('BBB’s clock not seen yet → open', () => {
    expect(startTimeOf(meeting, fresh, NOW)).toBeUndefined();
  });

  test('BBB’s clock seen since → began when createTime was', () => {
    const clock = stamped(fresh, NOW + SECOND);
    expect(startTimeOf(meeting, clock, NOW + SECOND)).toEqual({ startedAt: T0, isAssumed: false });
  });

  test.each([HOUR, -HOUR])('BBB’s clock %d ms off → began when it did by ours', (bbb) => {
    const clock = stamped(fresh, NOW + SECOND, bbb);
    const off = listed(NOW, T0 + bbb);
    expect(startTimeOf(off, clock, NOW + SECOND)).toEqual({ startedAt: T0, isAssumed: false });
  });

  test('BBB’s clock seen only before the list was → open, for it may have been set in between', () => {
    const clock = stamped(fresh, NOW - SECOND);
    expect(startTimeOf(meeting, clock, NOW + SECOND)).toBeUndefined();
  });

  test('a clock in doubt → open', () => {
    const clock = withOwnWall(stamped(fresh, NOW + SECOND), NOW + SECOND, NOW + HOUR);
    expect(startTimeOf(meeting, clock, NOW + SECOND)).toBeUndefined();
  });

  test('BBB’s clock unseen for two resyncs → assumed to be ours', () => {
    const at = NOW + 2 * RESYNC;
    expect(startTimeOf(meeting, fresh, at)).toEqual({ startedAt: T0, isAssumed: true });
  });

  test('created before BBB’s clock was set forward → open, not an hour older', () => {
    const before = stamped(fresh, NOW);
    const set = stamped(before, NOW + SECOND, HOUR);
    const settled = stamped(set, NOW + SECOND + 2 * RESYNC, HOUR);
    expect(settled.doubt).toBeUndefined();
    const old = listed(NOW + 2 * RESYNC, NOW - MINUTE);
    expect(startTimeOf(old, settled, NOW + SECOND + 2 * RESYNC)).toBeUndefined();
  });

  test.each([
    ['in seconds', T0 / 1_000],
    ['in the future', T0 + 2 * HOUR],
    ['before 2010', Date.UTC(2009, 0, 1)],
  ])('createTime %s → stays open', (_case, createTime) => {
    const clock = stamped(fresh, NOW + SECOND);
    expect(startTimeOf(listed(NOW, createTime), clock, NOW + SECOND)).toBeUndefined();
  });
});

describe('once known', () => {
  const dated = (startedAt: number | undefined, isAssumed: boolean) =>
    ({ type: 'meeting-dated', internalMeetingId: MEETING, at: T0 + HOUR, startedAt, isAssumed }) as const;
  const meeting = listed(T0, T0);

  test('certain → stays', () => {
    const certain = reduce(meeting, dated(T0, false));
    expect(reduce(certain, dated(T0 - HOUR, false)).startedAt).toBe(T0);
    expect(reduce(certain, dated(undefined, false)).startedAt).toBe(T0);
  });

  test('assumed → replaced by what is certain, or taken back', () => {
    const assumed = reduce(meeting, dated(T0 - HOUR, true));
    expect(assumed.startedAt).toBe(T0 - HOUR);
    expect(reduce(assumed, dated(T0, false)).startedAt).toBe(T0);
    expect(reduce(assumed, dated(undefined, false)).startedAt).toBeUndefined();
  });

  test('dating is no sign of life', () => {
    expect(reduce(meeting, dated(T0, false)).seenAt).toBe(meeting.seenAt);
  });
});
