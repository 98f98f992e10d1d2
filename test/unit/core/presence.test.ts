import fc from 'fast-check';
import type { PresenceEdge } from '../../../sidecar/core/meeting';
import { unknownAttendee, withEdge } from '../../../sidecar/core/presence';
import { seatTakenAt } from '../../../sidecar/core/seat';
import { created, meetingAfter, T0, userId } from '../../support/builders';

const SECOND = 1_000;
const empty = unknownAttendee(userId('w_a'));

test('the same edge twice is one, and a leaving stands after a coming of the same instant', () => {
  const left: PresenceEdge = { kind: 'left', by: 'bus', at: T0 };
  const joined: PresenceEdge = { kind: 'joined', by: 'bus', at: T0 };
  const attendee = [left, joined, left, joined].reduce(withEdge, empty);
  expect(attendee.presence).toEqual([joined, left]);
  expect(withEdge(attendee, left)).toBe(attendee);
});

test('whoever comes and goes without end costs no more memory, and gains or loses no seat by it', () => {
  const visit = fc.record({ stays: fc.integer({ min: 1, max: 300 }), away: fc.integer({ min: 1, max: 70 }) });
  fc.assert(
    fc.property(fc.array(visit, { minLength: 33, maxLength: 150 }), (visits) => {
      let at = T0;
      let since = at;
      let attendee = empty;
      for (const { stays, away } of visits) {
        attendee = withEdge(attendee, { kind: 'joined', by: 'bus', at });
        attendee = withEdge(attendee, { kind: 'left', by: 'bus', at: at + stays * SECOND });
        at += (stays + away) * SECOND;
        if (away > 60) since = at;
      }
      attendee = withEdge(attendee, { kind: 'joined', by: 'bus', at });
      expect(attendee.presence.length).toBeLessThanOrEqual(64);
      expect(seatTakenAt([{ room: meetingAfter([created()]), attendee }])).toEqual({
        earliest: since,
        latest: since,
      });
    }),
    { numRuns: 300 },
  );
});
