import { decide, type EffectiveTier } from '../../../../sidecar/core/decide';
import type { MeetingEvent } from '../../../../sidecar/core/events';
import type { Meeting } from '../../../../sidecar/core/meeting';
import {
  aContext,
  anEffectiveTier,
  aView,
  created,
  joined,
  left,
  MEETING,
  meetingAfter,
  meetingId,
  people,
  someLimits,
  T0,
  userId,
  webListed,
} from '../../../support/builders';
import { confirmed, ejections, LATER } from './ejections';

describe('who is removed', () => {
  test('nobody at the cap, the eleventh above it', () => {
    expect(ejections(aView(confirmed(people(10))))).toEqual([]);
    expect(ejections(aView(confirmed(people(11))))).toEqual(['w_p11']);
    expect(ejections(aView(confirmed(people(13))))).toEqual(['w_p11', 'w_p12', 'w_p13']);
  });

  test('the order of arrival counts, not the order of the events', () => {
    expect(ejections(aView(confirmed(people(11).toReversed())))).toEqual(['w_p11']);
  });

  test('on one and the same millisecond, who was told of first came first', () => {
    const together = people(11).map((event) => ({ ...event, at: T0 + 1_000 }));
    expect(ejections(aView(confirmed(together)))).toEqual(['w_p11']);
  });

  test('the owner stays however late, and the last of the others goes', () => {
    const events = [...people(10), joined('gl-owner', T0 + 30_000, { role: 'MODERATOR' })];
    expect(ejections(aView(confirmed(events)))).toEqual(['w_p10']);
  });

  test('an unknown owner may be any moderator: a late one stays, and nobody goes in their place', () => {
    const events = [...people(10), joined('late', T0 + 30_000, { role: 'MODERATOR' })];
    const tier = anEffectiveTier({ owner: undefined });
    expect(ejections(aView(confirmed(events)), tier)).toEqual([]);
    expect(ejections(aView(confirmed([...events, joined('viewer', T0 + 31_000)])), tier)).toEqual([
      'w_viewer',
    ]);
  });

  test('two sessions of one account are one person, and both go', () => {
    const twice = joined('p1', T0 + 20_000, { internalUserId: userId('w_p1-again') });
    expect(ejections(aView(confirmed([...people(10), twice])))).toEqual([]);
    const last = joined('p11', T0 + 21_000, { internalUserId: userId('w_p11-again') });
    expect(ejections(aView(confirmed([...people(11), last])))).toEqual(['w_p11', 'w_p11-again']);
  });

  test('bots neither count nor go', () => {
    const bot = joined('bot', T0 + 500, { bot: true });
    expect(ejections(aView(confirmed([bot, ...people(10)])))).toEqual([]);
    const lateBot = joined('bot', T0 + 40_000, { bot: true });
    expect(ejections(aView(confirmed([...people(11), lateBot])))).toEqual(['w_p11']);
  });

  test('each phone caller counts and goes like anybody', () => {
    const caller: MeetingEvent = {
      type: 'dial-in-joined',
      via: 'bus',
      internalMeetingId: MEETING,
      at: T0 + 40_000,
      internalUserId: userId('v_1'),
    };
    expect(ejections(aView(confirmed([...people(9), caller])))).toEqual([]);
    expect(ejections(aView(confirmed([...people(10), caller])))).toEqual(['v_1']);
  });

  test('who left makes room', () => {
    expect(ejections(aView(confirmed([...people(11), left('p3', T0 + 40_000)])))).toEqual([]);
  });

  test('who lost the connection does not count while away', () => {
    const away: MeetingEvent = {
      type: 'user-left-flag-updated',
      via: 'bus',
      internalMeetingId: MEETING,
      at: T0 + 40_000,
      internalUserId: userId('w_p3'),
      left: true,
    };
    expect(ejections(aView(confirmed([...people(11), away])))).toEqual([]);
    expect(
      ejections(aView(confirmed([...people(11), away, { ...away, at: T0 + 45_000, left: false }]))),
    ).toEqual(['w_p11']);
  });
});

describe('the seat is kept for 60 seconds', () => {
  const others = people(10).slice(1);
  const back = (at: number): MeetingEvent => joined('p1', at, { internalUserId: userId('w_p1-b') });

  test('who comes back in time is before who came meanwhile', () => {
    const events = [...people(10), left('p1', T0 + 20_000), joined('new', T0 + 21_000)];
    const full = webListed(meetingAfter([created(), ...events, back(T0 + 80_000)]), T0 + 90_000);
    expect(ejections(aView(full), anEffectiveTier(), T0 + 90_000)).toEqual(['w_new']);
  });

  test('who comes back too late is the latest', () => {
    const events = [...others, joined('p1', T0 + 1_000), left('p1', T0 + 20_000), joined('new', T0 + 21_000)];
    const full = webListed(meetingAfter([created(), ...events, back(T0 + 80_001)]), T0 + 90_000);
    expect(ejections(aView(full), anEffectiveTier(), T0 + 90_000)).toEqual(['w_p1-b']);
  });

  test('of two sessions one is removed: the other holds the seat', () => {
    const again = joined('p1', T0 + 20_000, { internalUserId: userId('w_p1-b') });
    const events = [...people(11), again, left('p1', T0 + 25_000, true)];
    expect(ejections(aView(confirmed(events)))).toEqual(['w_p11']);
  });

  test('who was removed has no seat to come back to', () => {
    const events = [
      ...people(11),
      left('p11', T0 + 20_000, true),
      left('p1', T0 + 25_000),
      joined('new', T0 + 26_000),
    ];
    const again = joined('p11', T0 + 30_000, { internalUserId: userId('w_p11-b') });
    expect(ejections(aView(confirmed([...events, again])))).toEqual(['w_p11-b']);
  });
});

describe('breakout rooms', () => {
  const ROOM = meetingId('room-1-1760000100000');
  const inRoom = (who: string, at: number): MeetingEvent => ({
    ...joined(who, at, { externalUserId: `w_${who}-1`, internalUserId: userId(`w_${who}-b`) }),
    internalMeetingId: ROOM,
  });
  const room = (events: readonly MeetingEvent[]): Meeting =>
    meetingAfter(
      [created({ isBreakout: true, parentInternalMeetingId: MEETING, breakoutSequence: 1 }, ROOM), ...events],
      ROOM,
    );

  test('a person in a room counts once, in the parent', () => {
    const breakouts = [room([inRoom('p1', T0 + 30_000), inRoom('p2', T0 + 31_000)])];
    expect(ejections(aView(confirmed(people(10)), { breakouts }))).toEqual([]);
  });

  test('a removed person is taken out of the room as well', () => {
    const breakouts = [room([inRoom('p11', T0 + 30_000)])];
    expect(ejections(aView(confirmed(people(11)), { breakouts }))).toEqual(['w_p11', 'w_p11-b']);
  });

  test('who sits in a room and lost the parent still has the seat', () => {
    const breakouts = [room([inRoom('p1', T0 + 30_000)])];
    const events = [...people(10), left('p1', T0 + 40_000), joined('p11', T0 + 41_000)];
    expect(ejections(aView(confirmed(events), { breakouts }))).toEqual(['w_p11']);
  });

  test('in a room itself nobody is webListed', () => {
    const crowd = people(12).map((event) => ({ ...event, internalMeetingId: ROOM }));
    expect(ejections(aView(webListed(room(crowd), LATER), { parent: confirmed([]) }))).toEqual([]);
  });
});

describe('soft and observe', () => {
  const enforced = (enforce: 'soft' | 'observe'): EffectiveTier =>
    anEffectiveTier({ limits: someLimits({ participants: { max: 10, enforce } }) });

  test('soft tells the room and removes nobody', () => {
    const { actions } = decide(aView(confirmed(people(11))), enforced('soft'), aContext(LATER));
    const reason = { limit: 'participants', enforce: 'soft', value: 11, allowed: 10 };
    expect(actions).toMatchObject([
      { type: 'record-breach', reason },
      {
        type: 'send-notice',
        text: expect.stringContaining('11 people'),
        explains: 'participants/breach',
        reason,
      },
    ]);
  });

  test('observe says nothing in the room', () => {
    const { actions } = decide(aView(confirmed(people(11))), enforced('observe'), aContext(LATER));
    expect(actions).toEqual([expect.objectContaining({ type: 'record-breach' })]);
  });

  test('breach on record, its line not accepted by BBB yet → the line alone is still wanted', () => {
    const sent = new Map([['participants/breach', LATER]]);
    const { actions } = decide(aView(confirmed(people(12))), enforced('soft'), aContext(LATER, sent));
    expect(actions).toMatchObject([{ type: 'send-notice', key: 'participants/breach/line' }]);
  });

  test('a breach is noted once', () => {
    const sent = new Map([
      ['participants/breach', LATER],
      ['participants/breach/line', LATER],
    ]);
    expect(decide(aView(confirmed(people(12))), enforced('soft'), aContext(LATER, sent)).actions).toEqual([]);
  });
});

test('the same line is not said twice within a minute to somebody who keeps trying', () => {
  const view = aView(confirmed(people(11)));
  const types = (sent: ReadonlyMap<string, number>): unknown =>
    decide(view, anEffectiveTier(), aContext(LATER, sent)).actions.map(({ type }) => type);
  expect(types(new Map())).toEqual(['send-notice', 'eject-user']);
  expect(types(new Map([['participants/line/p11', LATER - 59_000]]))).toEqual(['eject-user']);
  expect(types(new Map([['participants/line/p11', LATER - 60_000]]))).toEqual(['send-notice', 'eject-user']);
});
