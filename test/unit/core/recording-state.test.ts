import fc from 'fast-check';
import type { MeetingEvent } from '../../../sidecar/core/events';
import { reduce } from '../../../sidecar/core/reduce';
import { created, MEETING, meetingAfter, T0 } from '../../support/builders';

const told = (active: boolean, at: number, setBy?: string): MeetingEvent => ({
  type: 'recording-status-changed',
  internalMeetingId: MEETING,
  at: T0 + at,
  active,
  setBy,
});
const listed = (recordingActive: boolean, at: number): MeetingEvent => ({
  type: 'analytics-snapshot',
  internalMeetingId: MEETING,
  at: T0 + at,
  until: T0 + at + 1_000,
  users: [],
  recordingActive,
});
const recording = (...events: MeetingEvent[]) => meetingAfter([created(), ...events]).recording;

test('who started it and when stays known while it goes on', () => {
  const started = { active: true, at: T0 + 10, setBy: 'w_mod' };
  expect(recording(told(true, 10, 'w_mod'), told(true, 500))).toEqual(started);
  expect(recording(told(true, 10, 'w_mod'), listed(true, 500))).toEqual(started);
  // A webhook tells of the same start, dated back.
  expect(recording(told(true, 8), told(true, 10, 'w_mod'))).toEqual(started);
  expect(recording(told(true, 10, 'w_mod'), told(true, 8))).toEqual(started);
});

test('of two starters in a row the later counts: a stop between them was lost', () => {
  expect(recording(told(true, 10, 'w_mod'), told(true, 90, 'w_other'))).toEqual({
    active: true,
    at: T0 + 90,
    setBy: 'w_other',
  });
});

test('a stop told of afterwards parts two starts', () => {
  expect(recording(told(true, 10, 'w_mod'), told(true, 90), told(false, 50, 'w_mod'))).toEqual({
    active: true,
    at: T0 + 90,
    setBy: undefined,
  });
});

test('a list older than the last report is no news, a newer one is', () => {
  expect(recording(told(true, 10, 'w_mod'), listed(false, 9))).toMatchObject({ active: true });
  expect(recording(told(true, 10, 'w_mod'), told(true, 500), listed(false, 400))).toMatchObject({
    active: true,
  });
  expect(recording(told(true, 10, 'w_mod'), listed(false, 11))).toEqual({
    active: false,
    at: T0 + 11,
    setBy: undefined,
  });
});

test('a repetition leaves the state the very same, so that nothing is written for it', () => {
  const once = meetingAfter([created(), told(true, 10, 'w_mod')]);
  const twice = reduce(once, told(true, 500));
  expect(twice.recording).toBe(once.recording);
  expect(twice.recordedAt).toBe(T0 + 10);
});

test('any order of the reports, named and nameless, tells the same', () => {
  const report = fc.record({
    active: fc.boolean(),
    at: fc.integer({ min: 1, max: 12 }),
    setBy: fc.constantFrom(undefined, 'w_a', 'w_b', 'system'),
  });
  fc.assert(
    fc.property(
      fc.array(report, { maxLength: 12 }),
      fc.array(fc.nat(), { minLength: 12, maxLength: 24 }),
      (reports, order) => {
        const events = reports.map(({ active, at, setBy }) => told(active, at, setBy));
        const shuffled = [...events, ...events]
          .map((event, index) => ({ event, rank: order[index % order.length] ?? 0 }))
          .sort((a, b) => a.rank - b.rank)
          .map(({ event }) => event);
        expect(meetingAfter([created(), ...shuffled])).toEqual(meetingAfter([created(), ...events]));
      },
    ),
    { numRuns: 500 },
  );
});

test('what is kept of a recording that never stops being switched is bounded', () => {
  const events = Array.from({ length: 500 }, (_, index) => told(index % 2 === 0, index, 'w_mod'));
  const meeting = meetingAfter([created(), ...events]);
  expect(meeting.recordingReports).toHaveLength(32);
  expect(meeting).toMatchObject({ recordedAt: T0, recording: { active: false, at: T0 + 499 } });
});

test('what was kept says that the run was recorded, and the earliest time of all stands', () => {
  const remembered = (recordedAt: number | undefined): MeetingEvent => ({
    type: 'meeting-remembered',
    internalMeetingId: MEETING,
    at: T0 + 60_000,
    attendees: [],
    recordedAt,
  });
  expect(meetingAfter([created(), remembered(T0 + 5_000)]).recordedAt).toBe(T0 + 5_000);
  expect(meetingAfter([created(), remembered(undefined)]).recordedAt).toBeUndefined();
  const started = told(true, 9_000);
  expect(meetingAfter([created(), started, remembered(T0 + 5_000)]).recordedAt).toBe(T0 + 5_000);
  expect(meetingAfter([created(), started, remembered(T0 + 20_000)]).recordedAt).toBe(T0 + 9_000);
});
