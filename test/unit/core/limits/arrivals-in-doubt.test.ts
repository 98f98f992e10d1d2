/** Who came when is not always known exactly: then nobody is removed who may have been there first. */
import fc from 'fast-check';
import { decide } from '../../../../sidecar/core/decide';
import type { MeetingEvent, UserJoined } from '../../../../sidecar/core/events';
import {
  aContext,
  aView,
  created,
  left,
  MEETING,
  meetingAfter,
  T0,
  userId,
  webListed,
} from '../../../support/builders';
import { accounts, came, listed, SECOND, two } from '../two-places';

/** Who is removed from a meeting with two places in the end, with BBB agreeing on how many there are. */
function removed(events: readonly MeetingEvent[], seconds = 600): string[] {
  const now = T0 + seconds * SECOND;
  const { actions } = decide(aView(webListed(meetingAfter([created(), ...events]), now)), two, aContext(now));
  return actions.flatMap((action) =>
    action.type === 'eject-user' ? action.sessions.map(({ internalUserId }) => internalUserId) : [],
  );
}

/** As a webhook tells it: handled at that second, between `lag` seconds before and then it happened. */
const cameLate = (who: string, second: number, lag: number): UserJoined => ({
  ...came(who, second),
  via: 'webhook',
  notBefore: T0 + (second - lag) * SECOND,
});
const went = (who: string, second: number): MeetingEvent => left(who, T0 + second * SECOND);
const flag = (who: string, second: number, gone: boolean): MeetingEvent => ({
  type: 'user-left-flag-updated',
  via: 'bus',
  internalMeetingId: MEETING,
  at: T0 + second * SECOND,
  internalUserId: userId(`w_${who}`),
  left: gone,
});
describe('a reconnection is no arrival', () => {
  test('whose arrival nobody saw may have been there first', () => {
    const events = [flag('old', 100, true), flag('old', 105, false), ...listed(110, 'b', 'c', 'old')];
    expect(removed([came('b', 50), came('c', 60), ...events])).toEqual([]);
  });

  test('even when nothing told that they had gone', () => {
    expect(
      removed([came('b', 50), came('c', 60), flag('old', 105, false), ...listed(110, 'b', 'c', 'old')]),
    ).toEqual([]);
  });

  test('whose arrival was seen keeps that place', () => {
    const back = [flag('a', 100, true), flag('a', 105, false)];
    expect(removed([came('a', 1), came('b', 50), came('c', 60), ...back])).toEqual(['w_c']);
  });
});

describe('gone, and found in a list again', () => {
  const events = [came('a', 1), came('b', 2), went('a', 100), came('c', 130)];

  test('within 60 seconds for certain: the seat is kept', () => {
    expect(removed([...events, ...listed(90, 'a', 'b'), ...listed(155, 'a', 'b', 'c')])).toEqual(['w_c']);
  });

  test('perhaps later than that: neither goes for the other', () => {
    expect(removed([...events, ...listed(101, 'b'), ...listed(200, 'a', 'b', 'c')])).toEqual([]);
  });

  test('for certain later: a new arrival', () => {
    expect(removed([...events, ...listed(165, 'b', 'c'), ...listed(200, 'a', 'b', 'c')])).toEqual(['w_a']);
  });

  test('who was ejected came back after that', () => {
    const again = [came('x', 3), left('x', T0 + 120 * SECOND, true), ...listed(165, 'x', 'a', 'b')];
    expect(removed([came('a', 1), came('b', 2), ...again])).toEqual(['w_x']);
  });
});

describe('told of late', () => {
  test('of two within the lag neither goes', () => {
    expect(removed([came('a', 1), came('b', 10), cameLate('c', 11, 2)])).toEqual([]);
  });

  test('by webhooks alone → nobody goes, whoever came last', () => {
    expect(removed([came('a', 1), came('b', 2), cameLate('c', 9, 2), cameLate('d', 12, 2)])).toEqual([]);
  });

  test('and named by a list of akka-apps → one of them may be a bot, the last goes', () => {
    expect(removed([came('a', 1), came('b', 8), cameLate('c', 11, 2), ...listed(60, 'a', 'b', 'c')])).toEqual(
      [],
    );
    const late = [cameLate('c', 4.5, 2), cameLate('d', 9, 2), ...listed(60, 'a', 'b', 'c', 'd')];
    expect(removed([came('a', 1), came('b', 2), ...late])).toEqual(['w_d']);
  });

  test('what the bus told of the same join counts, and nothing else changes by the repetition', () => {
    const bus = [came('a', 1), came('b', 10), came('c', 11)];
    const webhooks = [cameLate('b', 10.5, 2), cameLate('c', 11.001, 2), cameLate('a', 12, 2)];
    fc.assert(
      fc.property(fc.shuffledSubarray(webhooks), fc.shuffledSubarray(bus, { minLength: 3 }), (late, live) => {
        expect(removed([...late, ...live])).toEqual(['w_c']);
        expect(removed([...live, ...late])).toEqual(['w_c']);
      }),
    );
  });

  test('nobody who left meanwhile is put back when the leaving is told too', () => {
    expect(removed([came('a', 1), came('b', 2), came('c', 3), went('c', 9), cameLate('c', 4, 2)])).toEqual(
      [],
    );
  });

  test('back 65 s after the left flag, 47 s after BBB removed the session → the seat is lost', () => {
    const gone = [flag('b', 100, true), went('b', 118)];
    const events = [came('a', 1), came('b', 2), ...gone, came('c', 110)];
    expect(removed([...events, came('b', 150)])).toEqual(['w_c']);
    expect(removed([...events, came('b', 165)])).toEqual(['w_b']);
  });

  test('a leave by webhook, dated back before its own join → renews no earlier absence', () => {
    const dated = { ...went('x', 199), via: 'webhook' } as MeetingEvent;
    const events = [came('a', 1), came('x', 2), went('x', 10), came('b', 100), came('x', 200)];
    expect(removed(events)).toEqual(['w_x']);
    expect(removed([...events, dated])).toEqual(['w_x']);
  });

  test('an older role does not undo a newer one', () => {
    const promoted: MeetingEvent = {
      type: 'user-role-changed',
      via: 'bus',
      internalMeetingId: MEETING,
      at: T0 + 11 * SECOND,
      internalUserId: userId('w_c'),
      role: 'MODERATOR',
    };
    const meeting = meetingAfter([created(), came('c', 10), promoted, cameLate('c', 12, 2)]);
    expect(meeting.attendees.get(userId('w_c'))?.role).toBe('MODERATOR');
  });
});

describe("bots, whom BBB's lists and webhooks do not tell from people", () => {
  test('one of those only found in a list may be a bot: nobody goes for it', () => {
    expect(removed([...listed(20, 'bot', 'a'), came('b', 100)])).toEqual([]);
  });

  test('but no more than one: a restart without a database does not lift the limit', () => {
    expect(removed([...listed(20, 'bot', 'a'), came('b', 100), came('c', 200)])).toEqual(['w_c']);
  });

  test('one of those only webhooks told of neither', () => {
    expect(removed([came('a', 1), cameLate('bot', 8, 2), came('b', 100)])).toEqual([]);
  });

  test('a person over the cap who is only in a list may be the bot → stays', () => {
    expect(
      removed([came('a', 1), came('b', 2), ...listed(20, 'a', 'b'), ...listed(90, 'a', 'b', 'c')]),
    ).toEqual([]);
  });

  test('a person whose join the bus reported is no bot → goes', () => {
    const lists = [...listed(20, 'a', 'b'), ...listed(90, 'a', 'b', 'c')];
    expect(removed([came('a', 1), came('b', 2), came('c', 60), ...lists])).toEqual(['w_c']);
  });
});

test('whom bbb-web does not list but akka-apps does keeps the place', () => {
  const contradicted: MeetingEvent[] = [came('a', 1), came('b', 2)];
  for (const second of [100, 200, 300]) {
    const [internal] = listed(second, 'a', 'b');
    if (internal !== undefined) contradicted.push(internal, accounts(second + 1, 'b'));
  }
  expect(removed([...contradicted, came('c', 350), ...listed(400, 'a', 'b', 'c')])).toEqual(['w_c']);
});
