/** What each command does in a meeting, who may send it, and what is ignored in silence. */
import { openBreakouts } from '../../../bbb-simulator/model/breakouts';
import { applyCommand } from '../../../bbb-simulator/model/commands';
import { enter } from '../../../bbb-simulator/model/join';
import { register } from '../../../bbb-simulator/model/register';
import type { Bbb, Meeting, RegisteredUser } from '../../../bbb-simulator/model/state';
import { dialIn } from '../../../bbb-simulator/model/voice';
import { aMeeting, aServer, aUser, command, told } from '../a-server';

let bbb: Bbb;
let meeting: Meeting;
let moderator: RegisteredUser;
let viewer: RegisteredUser;

beforeEach(() => {
  bbb = aServer();
  meeting = aMeeting(bbb);
  moderator = aUser(bbb, meeting, { externalUserId: 'mod', role: 'MODERATOR' });
  viewer = aUser(bbb, meeting, { externalUserId: 'view' });
  told(bbb);
});

function ejectSys(userId: string): string | undefined {
  return command(bbb, meeting, 'EjectUserFromMeetingSysMsg', 'w_any', { userId, ejectedBy: 'SYSTEM' });
}

function ejectCmd(by: string, userId: string, banUser: boolean, ejectedBy = by): string | undefined {
  return command(bbb, meeting, 'EjectUserFromMeetingCmdMsg', by, { userId, ejectedBy, banUser });
}

describe('EjectUserFromMeetingSysMsg', () => {
  test('removes that session alone, tells why, and never bans', () => {
    const second = aUser(bbb, meeting, { externalUserId: 'view' });
    told(bbb);
    expect(ejectSys(viewer.intId)).toBeUndefined();
    expect(bbb.outbox.find((happening) => happening.name === 'UserLeftMeetingEvtMsg')).toMatchObject({
      userId: viewer.intId,
      body: {
        intId: viewer.intId,
        eject: true,
        ejectedBy: 'SYSTEM',
        reason: 'user ejected by a component on system',
        reasonCode: 'system_requested_eject_reason',
      },
    });
    expect(meeting.users.has(second.intId)).toBe(true);
    expect(aUser(bbb, meeting, { externalUserId: 'view' }).banned).toBe(false);
  });

  test('keeps out somebody who is only registered, without a word', () => {
    const coming = register(bbb, meeting, { name: 'C', role: 'VIEWER' });
    told(bbb);
    expect(ejectSys(coming.intId)).toBeUndefined();
    expect(told(bbb)).toEqual([]);
    expect(meeting.ejections).toMatchObject([{ internalUserId: coming.intId, wasPresent: false }]);
    const reasonCode = 'user_requested_eject_reason';
    expect(enter(bbb, meeting, coming.intId)).toEqual({ kind: 'refused', reasonCode });
  });

  test('puts the phone down for a caller, who may call again', () => {
    const caller = dialIn(bbb, meeting, { callerName: '+49' });
    told(bbb);
    ejectSys(caller);
    expect(told(bbb)).toEqual(['UserLeftMeetingEvtMsg', 'UserLeftVoiceConfToClientEvtMsg']);
    expect(dialIn(bbb, meeting, { callerName: '+49' })).not.toBe(caller);
  });

  test('makes somebody else presenter when the presenter goes', () => {
    const other = aUser(bbb, meeting, { role: 'MODERATOR' });
    told(bbb);
    ejectSys(moderator.intId);
    expect(told(bbb)).toEqual([
      'UserLeftMeetingEvtMsg',
      'PresenterAssignedEvtMsg',
      'PresenterAssignedEvtMsg',
    ]);
    expect(meeting.users.get(other.intId)?.presenter).toBe(true);
  });

  test('does nothing for an unknown id', () => {
    expect(ejectSys('w_nobody')).toBe('no such user');
    expect(told(bbb)).toEqual([]);
  });
});

describe('EjectUserFromMeetingCmdMsg', () => {
  test('needs a moderator who is present, and an ejector who is registered', () => {
    expect(ejectCmd(viewer.intId, moderator.intId, false)).toMatch(/not a moderator/);
    expect(ejectCmd('w_nobody', viewer.intId, false)).toMatch(/not a moderator/);
    expect(ejectCmd(moderator.intId, viewer.intId, true, 'SYSTEM')).toBe(
      'ejectedBy is not a registered user',
    );
    expect(meeting.ejections).toEqual([]);
  });

  test('takes all sessions of the account, its breakout copies, and bans it', () => {
    aUser(bbb, meeting, { externalUserId: 'view' });
    const [room] = openBreakouts(bbb, meeting, { count: 1, durationMinutes: 5 }) ?? [];
    if (room === undefined) throw new Error('no room');
    aUser(bbb, room, { externalUserId: `${viewer.intId}-1` });
    expect(ejectCmd(moderator.intId, viewer.intId, true)).toBeUndefined();
    expect([...meeting.users.keys()]).toEqual([moderator.intId]);
    expect(room.users.size).toBe(0);
    const again = register(bbb, meeting, { name: 'V', role: 'VIEWER', externalUserId: 'view' });
    const refused = { kind: 'refused', reasonCode: 'banned_user_rejoining_reason' };
    expect(enter(bbb, meeting, again.intId)).toEqual(refused);
  });

  test('bans nobody who ejects another session of their own', () => {
    const other = aUser(bbb, meeting, { externalUserId: 'mod', role: 'MODERATOR' });
    ejectCmd(moderator.intId, other.intId, true);
    expect([...meeting.users.keys()]).toEqual([moderator.intId, viewer.intId]);
    expect(meeting.ejections.map((each) => each.banned)).toEqual([false]);
  });
});

describe('chat from outside', () => {
  const line = { userName: 'Plan limits', message: 'five minutes' };

  test('is kept with its order and broadcast', () => {
    command(bbb, meeting, 'SendGroupChatMessageFromApiSysPubMsg', 'SYSTEM', line);
    expect(meeting.chat).toMatchObject([{ userName: 'Plan limits', message: 'five minutes' }]);
    expect(told(bbb)).toEqual(['GroupChatMessageBroadcastEvtMsg']);
  });

  test('is ignored where chat is disabled', () => {
    const silent = aMeeting(bbb, { meetingID: 'silent', disabledFeatures: 'chat,polls' });
    told(bbb);
    const ignored = command(bbb, silent, 'SendGroupChatMessageFromApiSysPubMsg', 'SYSTEM', line);
    expect(ignored).toBe('chat is disabled');
    expect([silent.chat, told(bbb)]).toEqual([[], []]);
  });
});

test('EndMeetingSysCmdMsg needs nobody, LogoutAndEndMeetingCmdMsg a moderator', () => {
  const other = aMeeting(bbb, { meetingID: 'other' });
  command(bbb, other, 'EndMeetingSysCmdMsg', 'not-used', { meetingId: other.intId });
  expect(other.end).toMatchObject({ reason: 'ENDED_FROM_API' });
  command(bbb, meeting, 'LogoutAndEndMeetingCmdMsg', viewer.intId, { userId: viewer.intId });
  expect(meeting.end).toBeUndefined();
  command(bbb, meeting, 'LogoutAndEndMeetingCmdMsg', moderator.intId, { userId: moderator.intId });
  expect(meeting.end).toMatchObject({ reason: 'ENDED_AFTER_USER_LOGGED_OUT', by: moderator.intId });
});

test('roles change by a moderator; guests are not promoted', () => {
  const guest = aUser(bbb, meeting, { guest: true });
  const change = (userId: string, role: string, by: string): string | undefined =>
    command(bbb, meeting, 'ChangeUserRoleCmdMsg', by, { userId, role, changedBy: by });
  expect(change(viewer.intId, 'MODERATOR', viewer.intId)).toMatch(/not a moderator/);
  expect(change(guest.intId, 'MODERATOR', moderator.intId)).toMatch(/guests/);
  expect(change(viewer.intId, 'MODERATOR', moderator.intId)).toBeUndefined();
  expect(meeting.users.get(viewer.intId)?.role).toBe('MODERATOR');
  expect(change(moderator.intId, 'VIEWER', viewer.intId)).toBeUndefined();
});

test('a ping is answered without any meeting', () => {
  const body = { system: 'limit-sidecar', bbbWebTimestamp: 7, akkaAppsTimestamp: 0 };
  applyCommand(bbb, { name: 'CheckAlivePingSysMsg', meetingId: '', userId: '', body });
  expect(bbb.outbox[0]).toMatchObject({
    name: 'CheckAlivePongSysMsg',
    body: { system: 'limit-sidecar', bbbWebTimestamp: 7 },
  });
});

test('commands reach neither ended meetings nor external ids', () => {
  command(bbb, meeting, 'EndMeetingSysCmdMsg', 'not-used', { meetingId: meeting.intId });
  expect(ejectSys(viewer.intId)).toMatch(/no running meeting/);
  const byExternalId = { name: 'EndMeetingSysCmdMsg', meetingId: 'math-101', userId: '', body: {} };
  expect(applyCommand(bbb, byExternalId)).toMatch(/no running meeting/);
});

test('with ejectOnViolation a failed check costs the acting user their place', () => {
  bbb = aServer({ ejectOnViolation: true });
  meeting = aMeeting(bbb);
  viewer = aUser(bbb, meeting);
  command(bbb, meeting, 'MuteMeetingCmdMsg', viewer.intId, { mutedBy: viewer.intId, mute: true });
  expect(meeting.ejections).toMatchObject([{ reasonCode: 'not_enough_permission_eject_reason' }]);
});

test('the waiting room: let in, turned away, gone', () => {
  const lobby = aMeeting(bbb, { meetingID: 'lobby', guestPolicy: 'ASK_MODERATOR' });
  const host = aUser(bbb, lobby, { role: 'MODERATOR' });
  const guests = ['a', 'b'].map((name) => register(bbb, lobby, { name, role: 'VIEWER', guest: true }));
  const caller = dialIn(bbb, lobby, { callerName: '+49' });
  expect([...lobby.guestsWaiting.keys()]).toEqual([...guests.map((guest) => guest.intId), caller]);
  expect(lobby.voiceUsers.size).toBe(0);
  told(bbb);
  const decided = [
    { guest: guests[0]?.intId, status: 'ALLOW' },
    { guest: guests[1]?.intId, status: 'DENY' },
    { guest: caller, status: 'ALLOW' },
  ];
  const body = { guests: decided, approvedBy: host.intId };
  command(bbb, lobby, 'GuestsWaitingApprovedMsg', host.intId, body);
  expect(told(bbb)).toEqual([
    'GuestApprovedEvtMsg',
    'GuestApprovedEvtMsg',
    'UserJoinedVoiceConfToClientEvtMsg',
    'GuestApprovedEvtMsg',
    'GuestsWaitingApprovedEvtMsg',
  ]);
  expect(guests.map((guest) => enter(bbb, lobby, guest.intId).kind)).toEqual(['joined', 'refused']);
});
