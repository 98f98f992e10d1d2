/** Getting in or being refused, reconnecting, more than one session. */
import { enter, leave } from '../../../bbb-simulator/model/join';
import { addSessionToken, hasReachedMaxParticipants, register } from '../../../bbb-simulator/model/register';
import type { Bbb, Meeting, RegisteredUser } from '../../../bbb-simulator/model/state';
import { dialIn, hangUp } from '../../../bbb-simulator/model/voice';
import { advance, aMeeting, aServer, aUser, command, SECOND_MS, told } from '../a-server';

function aRequest(externalUserId: string) {
  return { name: externalUserId, role: 'VIEWER', externalUserId } as const;
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

describe('a client that joins although the token check said no', () => {
  test.each([
    ['waits in the lobby', { guestStatus: 'WAIT' }, 'joined'],
    ['was turned away', { guestStatus: 'DENY' }, 'joined'],
    ['is banned', { banned: true }, 'joined'],
    ['has logged out', { loggedOut: true }, 'joined'],
    ['was ejected', { ejected: true }, 'refused'],
  ] as const)('and %s: %j → %s', (_, state, outcome) => {
    const bbb = aServer({ version: '2.6' });
    const meeting = aMeeting(bbb);
    const user = register(bbb, meeting, aRequest('a'));
    Object.assign(user, state);
    told(bbb);
    const check = { userId: user.intId, authToken: 'token' };
    expect(command(bbb, meeting, 'ValidateAuthTokenReqMsg', user.intId, check)).toMatch(/reason$/);
    expect(bbb.outbox.splice(0)).toMatchObject([
      { name: 'ValidateAuthTokenRespMsg', body: { valid: false } },
    ]);
    expect(enter(bbb, meeting, user.intId, 'insists')).toMatchObject({ kind: outcome });
    const joins = bbb.outbox.filter(({ name }) => name === 'UserJoinedMeetingEvtMsg');
    expect(joins).toMatchObject(
      outcome === 'joined' ? [{ body: { intId: user.intId, guestStatus: user.guestStatus } }] : [],
    );
  });

  test('two with a valid token for one place: the second gets nothing', () => {
    const bbb = aServer({ version: '2.6' });
    const meeting = aMeeting(bbb, { maxParticipants: '1' });
    const [first, second] = [register(bbb, meeting, aRequest('a')), register(bbb, meeting, aRequest('b'))];
    expect(enter(bbb, meeting, first.intId, 'insists').kind).toBe('joined');
    told(bbb);
    expect(enter(bbb, meeting, second.intId, 'insists').kind).toBe('refused');
    expect(told(bbb)).toEqual([]);
  });
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
