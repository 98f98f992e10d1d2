/** The judge of the random histories: what counts as wrong, and how long an excess lasted. */
import { Truth } from '../../conformance/histories/truth';

const MEETING = 'meeting';
const ROOM = 'room';

function truthOf(cap: number) {
  const truth = new Truth(MEETING, cap, () => new Set([ROOM]));
  const hear = (at: number, name: string, body: Record<string, unknown>, meetingId = MEETING): void =>
    truth.hear({ at, name, meetingId, body });
  return {
    truth,
    join: (at: number, account: string, role = 'VIEWER', session = `w_${account}`, meetingId = MEETING) =>
      hear(at, 'UserJoinedMeetingEvtMsg', { intId: session, extId: account, role }, meetingId),
    flag: (at: number, account: string, userLeftFlag: boolean) =>
      hear(at, 'UserLeftFlagUpdatedEvtMsg', { intId: `w_${account}`, userLeftFlag }),
    left: (at: number, account: string) =>
      hear(at, 'UserLeftMeetingEvtMsg', { intId: `w_${account}`, eject: false, reasonCode: '' }),
    removed: (at: number, account: string, session = `w_${account}`, meetingId = MEETING) =>
      hear(
        at,
        'UserLeftMeetingEvtMsg',
        { intId: session, eject: true, reasonCode: 'system_requested_eject_reason' },
        meetingId,
      ),
    callIn: (at: number, id: string) => hear(at, 'UserJoinedVoiceConfToClientEvtMsg', { intId: id }),
  };
}

test('third of two is removed → right, measured from the join', () => {
  const { truth, join, removed } = truthOf(2);
  join(0, 'a');
  join(10, 'b');
  join(20, 'c');
  removed(45, 'c');
  expect(truth.removals).toMatchObject([
    { person: 'c', sinceJoinMs: 25, sinceExcessMs: 25, wrong: undefined },
  ]);
  expect(truth.excesses).toEqual([{ person: 'c', from: 20, to: 45, ended: 'removed', beyondOneMoreMs: 25 }]);
  expect(truth.peak).toBe(3);
});

test('second of two is removed → wrong', () => {
  const { truth, join, removed } = truthOf(2);
  join(0, 'a');
  join(10, 'b');
  removed(20, 'b');
  expect(truth.removals[0]?.wrong).toContain('1 of 2 places');
});

test('first of three is removed → wrong, although the meeting is over its cap', () => {
  const { truth, join, removed } = truthOf(2);
  join(0, 'a');
  join(10, 'b');
  join(20, 'c');
  removed(30, 'a');
  expect(truth.removals[0]?.wrong).toContain('0 of 2 places');
});

test('somebody before lost the connection → their place is free, a later removal is wrong', () => {
  const { truth, join, flag, removed } = truthOf(1);
  join(0, 'a');
  join(10, 'b');
  flag(20, 'a', true);
  removed(1_000, 'b');
  expect(truth.removals[0]?.wrong).toBeDefined();
  expect(truth.excesses).toEqual([
    { person: 'b', from: 10, to: 20, ended: 'place free', beyondOneMoreMs: 10 },
  ]);
});

test('removal that was decided before the connection was lost → right', () => {
  const { truth, join, flag, removed } = truthOf(1);
  join(0, 'a');
  join(10, 'b');
  flag(20, 'a', true);
  removed(30, 'b');
  expect(truth.removals[0]?.wrong).toBeUndefined();
});

test('back within a minute → the earlier seat; later → a new one', () => {
  const { truth, join, left } = truthOf(1);
  join(0, 'a');
  left(1_000, 'a');
  join(2_000, 'b');
  join(30_000, 'a');
  expect(truth.beyond()).toEqual(['b']);
  left(40_000, 'a');
  join(120_000, 'a');
  expect(truth.beyond()).toEqual(['a']);
});

test('moderator with an unknown owner → not beyond, and removing one is wrong', () => {
  const { truth, join, removed } = truthOf(1);
  join(0, 'a');
  join(10, 'b', 'MODERATOR');
  expect(truth.beyond()).toEqual([]);
  removed(20, 'b');
  expect(truth.removals[0]?.wrong).toContain('a moderator');
});

test('everybody is a moderator in a room → the role in the meeting counts', () => {
  const { truth, join } = truthOf(1);
  join(0, 'a');
  join(10, 'b');
  join(20, 'w_b-1', 'MODERATOR', 'w_room', ROOM);
  expect(truth.beyond()).toEqual(['b']);
});

test('moderator closes the tab in the meeting and stays in a room → keeps the seat', () => {
  const { truth, join, left } = truthOf(1);
  join(0, 'a');
  join(10, 'b', 'MODERATOR');
  join(20, 'w_b-1', 'MODERATOR', 'w_room', ROOM);
  left(30, 'b');
  expect(truth.beyond()).toEqual([]);
});

test('removed from meeting and room → one removal', () => {
  const { truth, join, removed } = truthOf(1);
  join(0, 'a');
  join(10, 'b');
  join(20, 'w_b-1', 'MODERATOR', 'w_room', ROOM);
  removed(50, 'b');
  removed(55, 'b', 'w_room', ROOM);
  expect(truth.removals).toHaveLength(1);
  expect(truth.excesses).toEqual([{ person: 'b', from: 10, to: 55, ended: 'removed', beyondOneMoreMs: 45 }]);
});

test('two who came while the service was down → neither is before the other, whoever came before is', () => {
  const { truth, join } = truthOf(2);
  join(0, 'a');
  truth.serviceIsDown(true);
  join(10, 'b');
  join(20, 'c');
  truth.serviceIsDown(false);
  expect(truth.beyond()).toEqual([]);
  join(30, 'd');
  expect(truth.beyond()).toEqual(['d']);
});

test('somebody came while the service was down → may be a bot, over the cap holds from the next one on', () => {
  const { truth, join } = truthOf(1);
  truth.serviceIsDown(true);
  join(0, 'a');
  truth.serviceIsDown(false);
  join(10, 'b');
  expect(truth.beyond()).toEqual(['b']);
  expect(truth.beyondOneMore()).toEqual([]);
  join(20, 'c');
  expect(truth.beyondOneMore()).toEqual(['c']);
  truth.close(100);
  expect(truth.excesses).toMatchObject([
    { person: 'b', beyondOneMoreMs: 0 },
    { person: 'c', from: 20, to: 100, beyondOneMoreMs: 80 },
  ]);
});

test('they join again while the service runs → no bot', () => {
  const { truth, join } = truthOf(1);
  truth.serviceIsDown(true);
  join(0, 'a');
  truth.serviceIsDown(false);
  join(10, 'b');
  join(20, 'a', 'VIEWER', 'w_second_tab');
  expect(truth.beyondOneMore()).toEqual(['b']);
  truth.close(100);
  expect(truth.excesses).toMatchObject([{ person: 'b', from: 10, to: 100, beyondOneMoreMs: 80 }]);
});

test('caller who came while the service was down → no bot', () => {
  const { truth, join, callIn } = truthOf(1);
  truth.serviceIsDown(true);
  callIn(0, 'v_101');
  truth.serviceIsDown(false);
  join(10, 'b');
  expect(truth.beyondOneMore()).toEqual(['b']);
});

test('caller who was let in → a person; excess that is left → still there', () => {
  const { truth, join, callIn } = truthOf(1);
  callIn(0, 'v_101');
  join(10, 'b');
  truth.close(100);
  expect(truth.excesses).toEqual([
    { person: 'b', from: 10, to: 100, ended: 'still there', beyondOneMoreMs: 90 },
  ]);
});
