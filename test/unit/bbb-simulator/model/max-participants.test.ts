/** akka-apps' and bbb-web's two readings of `maxParticipants`. */
import { eject } from '../../../bbb-simulator/model/eject';
import { enter, leave } from '../../../bbb-simulator/model/join';
import { hasReachedMaxParticipants, register } from '../../../bbb-simulator/model/register';
import type { Bbb, Meeting } from '../../../bbb-simulator/model/state';
import { dialIn } from '../../../bbb-simulator/model/voice';
import { advance, aMeeting, aServer, aUser, SECOND_MS, told } from '../a-server';

const EJECTION = { ejectedBy: 'SYSTEM', reason: 'r', reasonCode: 'c', ban: false };

/** What stands in a meeting for two before a third account comes. */
const SITUATIONS: {
  name: string;
  prepare: (bbb: Bbb, meeting: Meeting) => void;
  akka: boolean;
  web: boolean;
}[] = [
  {
    name: 'one is there',
    prepare: (bbb, m) => void aUser(bbb, m, { externalUserId: 'a' }),
    akka: true,
    web: true,
  },
  { name: 'two are there', prepare: two, akka: false, web: false },
  {
    name: 'one is there twice',
    prepare: (bbb, m) => ['a', 'a'].forEach((externalUserId) => void aUser(bbb, m, { externalUserId })),
    akka: true,
    web: true,
  },
  {
    name: 'two are there, one a bot',
    prepare(bbb, m) {
      aUser(bbb, m, { externalUserId: 'a' });
      aUser(bbb, m, { externalUserId: 'b', bot: true });
    },
    akka: false,
    web: false,
  },
  {
    name: 'one is there and one on the phone',
    prepare(bbb, m) {
      aUser(bbb, m, { externalUserId: 'a' });
      dialIn(bbb, m, { callerName: '+49' });
    },
    akka: true,
    web: false,
  },
  {
    name: 'two registered, neither opened the client',
    prepare: (bbb, m) =>
      ['a', 'b'].forEach((externalUserId) => void register(bbb, m, aRequest(externalUserId))),
    akka: true,
    web: true,
  },
  {
    name: 'one of two lost the connection 9 s ago',
    prepare(bbb, m) {
      two(bbb, m);
      leave(bbb, m, intIdOf(m, 'b'), false);
      advance(bbb, 9 * SECOND_MS);
    },
    akka: false,
    web: false,
  },
  {
    name: 'one of two left 30 s ago',
    prepare(bbb, m) {
      two(bbb, m);
      leave(bbb, m, intIdOf(m, 'b'), true);
      advance(bbb, 30 * SECOND_MS);
    },
    akka: true,
    web: false,
  },
  {
    name: 'one of two left 90 s ago',
    prepare(bbb, m) {
      two(bbb, m);
      leave(bbb, m, intIdOf(m, 'b'), true);
      advance(bbb, 90 * SECOND_MS);
    },
    akka: true,
    web: true,
  },
  {
    name: 'one of two was ejected just now',
    prepare(bbb, m) {
      two(bbb, m);
      eject(bbb, m, intIdOf(m, 'b'), EJECTION);
    },
    akka: true,
    web: false,
  },
  {
    name: 'one of two was banned 90 s ago',
    prepare(bbb, m) {
      two(bbb, m);
      eject(bbb, m, intIdOf(m, 'b'), { ...EJECTION, ban: true });
      advance(bbb, 90 * SECOND_MS);
    },
    akka: false,
    web: true,
  },
];

function two(bbb: Bbb, meeting: Meeting): void {
  aUser(bbb, meeting, { externalUserId: 'a', role: 'MODERATOR' });
  aUser(bbb, meeting, { externalUserId: 'b' });
}

function aRequest(externalUserId: string) {
  return { name: externalUserId, role: 'VIEWER', externalUserId } as const;
}

function intIdOf(meeting: Meeting, extId: string): string {
  return [...meeting.registered.values()].find((user) => user.extId === extId)?.intId ?? '';
}

describe.each(SITUATIONS)('a third account in a meeting for two: $name', ({ prepare, akka, web }) => {
  test(`akka-apps ${akka ? 'lets it in' : 'refuses it and tells nobody'}`, () => {
    const bbb = aServer();
    const meeting = aMeeting(bbb, { maxParticipants: '2' });
    prepare(bbb, meeting);
    const third = register(bbb, meeting, aRequest('c'));
    told(bbb);
    const outcome = enter(bbb, meeting, third.intId);
    expect(outcome).toEqual(
      akka ? { kind: 'joined' } : { kind: 'refused', reasonCode: 'max_participants_reason' },
    );
    expect(told(bbb).includes('UserJoinedMeetingEvtMsg')).toBe(akka);
    expect(meeting.joinRefusals.map((each) => each.externalUserId)).toEqual(akka ? [] : ['c']);
  });

  test(`bbb-web ${web ? 'lets it pass' : 'refuses it'}`, () => {
    const bbb = aServer();
    const meeting = aMeeting(bbb, { maxParticipants: '2' });
    prepare(bbb, meeting);
    expect(hasReachedMaxParticipants(bbb, meeting, aRequest('c'))).toBe(!web);
  });

  test('an account that is there already and a bot always get in', () => {
    const bbb = aServer();
    const meeting = aMeeting(bbb, { maxParticipants: '2' });
    prepare(bbb, meeting);
    expect(hasReachedMaxParticipants(bbb, meeting, aRequest('a'))).toBe(!isInMap(bbb, meeting, 'a') && !web);
    const bot = register(bbb, meeting, { ...aRequest('z'), bot: true });
    expect(enter(bbb, meeting, bot.intId)).toEqual({ kind: 'joined' });
    expect(hasReachedMaxParticipants(bbb, meeting, { ...aRequest('y'), bot: true })).toBe(false);
  });
});

function isInMap(bbb: Bbb, meeting: Meeting, extId: string): boolean {
  return [...(bbb.web.get(meeting.intId)?.users.values() ?? [])].some((user) => user.extId === extId);
}
