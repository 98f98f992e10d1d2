/** Who gets in: akka-apps' and bbb-web's two readings of `maxParticipants`, and every other reason to be refused. */
import { eject } from '../../../bbb-simulator/model/eject';
import { enter, leave } from '../../../bbb-simulator/model/join';
import { addSessionToken, hasReachedMaxParticipants, register } from '../../../bbb-simulator/model/register';
import type { Bbb, Meeting, RegisteredUser } from '../../../bbb-simulator/model/state';
import { dialIn, hangUp } from '../../../bbb-simulator/model/voice';
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

test.each([
  ['banned', { banned: true }, 'banned_user_rejoining_reason'],
  ['ejected before joining', { ejected: true }, 'user_requested_eject_reason'],
  ['logged out', { loggedOut: true }, 'user_logged_out_reason'],
  ['still in the lobby', { guestStatus: 'WAIT' }, 'not_enough_permission_eject_reason'],
] as const)('somebody who is %s is refused, without an event', (_, state, reasonCode) => {
  const bbb = aServer();
  const meeting = aMeeting(bbb);
  const user = register(bbb, meeting, aRequest('a'));
  Object.assign(user, state);
  told(bbb);
  expect(enter(bbb, meeting, user.intId)).toEqual({ kind: 'refused', reasonCode });
  expect(told(bbb)).toEqual([]);
});

test('an unknown internal id is refused', () => {
  const bbb = aServer();
  const refused = { kind: 'refused', reasonCode: 'validate_token_failed_eject_reason' };
  expect(enter(bbb, aMeeting(bbb), 'w_nobody')).toEqual(refused);
});

test('joining is registration, approval, the join itself, and the presenter told twice', () => {
  const bbb = aServer();
  const meeting = aMeeting(bbb);
  told(bbb);
  aUser(bbb, meeting, { role: 'MODERATOR' });
  expect(told(bbb)).toEqual([
    'UserRegisteredRespMsg',
    'GuestApprovedEvtMsg',
    'UserJoinedMeetingEvtMsg',
    'PresenterAssignedEvtMsg',
    'PresenterAssignedEvtMsg',
  ]);
});

test('without a userID the external id is the internal one, new with each join', () => {
  const bbb = aServer();
  const meeting = aMeeting(bbb);
  const [first, second] = [aUser(bbb, meeting), aUser(bbb, meeting)];
  expect(first.extId).toBe(first.intId);
  expect(second.extId).not.toBe(first.extId);
  expect(first.intId).toMatch(/^w_[0-9a-f]{12}$/);
});

describe('being back in time', () => {
  let bbb: Bbb;
  let meeting: Meeting;
  let user: RegisteredUser;
  beforeEach(() => {
    bbb = aServer();
    meeting = aMeeting(bbb);
    user = aUser(bbb, meeting);
    told(bbb);
  });

  test('only the flag is told', () => {
    leave(bbb, meeting, user.intId, false);
    advance(bbb, 4 * SECOND_MS);
    expect(enter(bbb, meeting, user.intId)).toEqual({ kind: 'reconnected' });
    expect(told(bbb)).toEqual(['UserLeftFlagUpdatedEvtMsg', 'UserLeftFlagUpdatedEvtMsg']);
    advance(bbb, 60 * SECOND_MS);
    expect(meeting.users.has(user.intId)).toBe(true);
  });

  test('a second browser changes nothing but the list of session tokens', () => {
    addSessionToken(bbb, meeting, user);
    expect(told(bbb)).toEqual(['UserSessionTokenRegisteredRespMsg']);
    expect(meeting.users.size).toBe(1);
  });

  test('after the removal the same link joins anew', () => {
    leave(bbb, meeting, user.intId, false);
    advance(bbb, 20 * SECOND_MS);
    expect(enter(bbb, meeting, user.intId)).toEqual({ kind: 'joined' });
    expect(told(bbb).filter((name) => name.startsWith('User'))).toEqual([
      'UserLeftFlagUpdatedEvtMsg',
      'UserLeftMeetingEvtMsg',
      'UserJoinedMeetingEvtMsg',
    ]);
  });
});

test('the fourth session of one account costs the oldest its place', () => {
  const bbb = aServer();
  const meeting = aMeeting(bbb);
  const sessions = [1, 2, 3].map(() => aUser(bbb, meeting, { externalUserId: 'a' }));
  const fourth = aUser(bbb, meeting, { externalUserId: 'a' });
  expect(meeting.ejections).toMatchObject([
    {
      internalUserId: sessions[0]?.intId,
      ejectedBy: 'SYSTEM',
      reasonCode: 'duplicate_user_in_meeting_eject_reason',
    },
  ]);
  expect([...meeting.users.keys()]).toEqual([sessions[1]?.intId, sessions[2]?.intId, fourth.intId]);
});

test('2.7 knows no bots', () => {
  const bbb = aServer({ version: '2.7' });
  expect(aUser(bbb, aMeeting(bbb), { bot: true }).bot).toBe(false);
});

test('a caller who hangs up no longer counts for bbb-web after 60 s', () => {
  const bbb = aServer();
  const meeting = aMeeting(bbb, { maxParticipants: '1', meetingExpireIfNoUserJoinedInMinutes: '99' });
  const caller = dialIn(bbb, meeting, { callerName: '+49' });
  expect(hasReachedMaxParticipants(bbb, meeting, aRequest('a'))).toBe(true);
  hangUp(bbb, meeting, caller);
  advance(bbb, 59 * SECOND_MS);
  expect(hasReachedMaxParticipants(bbb, meeting, aRequest('a'))).toBe(true);
  advance(bbb, SECOND_MS);
  expect(hasReachedMaxParticipants(bbb, meeting, aRequest('a'))).toBe(false);
});
