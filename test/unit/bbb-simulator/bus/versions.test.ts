/** What differs between BBB's versions on the bus: these tables, and nothing else. */
import { COMMAND_NAMES, commandShape } from '../../../bbb-simulator/bus/command-shapes';
import { busMessages } from '../../../bbb-simulator/bus/messages';
import { openBreakouts } from '../../../bbb-simulator/model/breakouts';
import { sendChatFromApi } from '../../../bbb-simulator/model/chat';
import { addSessionToken, register } from '../../../bbb-simulator/model/register';
import { dialIn, hangUp, joinAudio, setMuted, setTalking } from '../../../bbb-simulator/model/voice';
import { BBB_VERSIONS, type BbbVersion } from '../../../bbb-simulator/version';
import { advance, aMeeting, aServer, aUser, command, START_MS } from '../a-server';

/** Fields that come (`+`) and go (`-`) with a version, by message name; `name` alone: the whole message. */
const CHANGES: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  // The captured server's 2.7 and a running akka-apps 2.6.14.
  '2.7': {
    MeetingCreatedEvtMsg: ['+props.lockSettingsProps.hideViewersAnnotation: boolean'],
    UserJoinedMeetingEvtMsg: ['+away: boolean', '+raiseHand: boolean', '+reactionEmoji: string'],
  },
  '3.0': {
    '-ValidateAuthTokenRespMsg': [],
    '-DisconnectClientSysMsg': [],
    '-GroupChatCreatedEvtMsg': [],
    '-CreateNewPresentationPodEvtMsg': [],
    '+UserSessionTokenRegisteredRespMsg': [],
    MeetingCreatedEvtMsg: [
      '+props.meetingProp.audioBridge: string',
      '+props.meetingProp.cameraBridge: string',
      '+props.meetingProp.screenShareBridge: string',
      '+props.overrideClientSettings: string',
      '+props.pluginProp: {}',
      '+props.systemProps.bannerColor: string',
      '+props.systemProps.bannerText: string',
      '+props.systemProps.customDarkLogoURL: string',
      '+props.systemProps.customLogoURL: string',
      '+props.systemProps.html5PluginSdkVersion: string',
      '+props.systemProps.loginUrl: string',
      '+props.systemProps.logoutUrl: string',
      '+props.usersProp.allowPromoteGuestToModerator: boolean',
      '+props.usersProp.waitingGuestUsersTimeout: number',
      '+props.welcomeProp.welcomeMsgForModerators: string',
      '-props.systemProps.html5InstanceId: number',
      '-props.welcomeProp.modOnlyMessage: string',
      '-props.welcomeProp.welcomeMsgTemplate: string',
    ],
    UserJoinedMeetingEvtMsg: [
      '+bot: boolean',
      '+userMetadata: {}',
      '+webcamBackground: string',
      '-emoji: string',
    ],
    GuestsWaitingForApprovalEvtMsg: ['+guests[].webcamBackground: string'],
    GetRecordingStatusRespMsg: [
      '+recordUserAudio: boolean',
      '+recordUserCameras: boolean',
      '+recordUserScreenShare: boolean',
    ],
    GroupChatMessageBroadcastEvtMsg: ['+msg.replyToMessageId: string'],
    CreateBreakoutRoomSysCmdMsg: [
      '+room.audioBridge: string',
      '+room.cameraBridge: string',
      '+room.disabledFeatures: []',
      '+room.pluginProp: {}',
      '+room.screenShareBridge: string',
    ],
  },
  '4.0': {
    // LiveKit lets callers past the lobby: nobody is put on hold.
    '-StopSoundInVoiceConfSysMsg': [],
    '-PlaySoundInVoiceConfSysMsg': [],
    '-HoldUserInVoiceConfSysMsg': [],
    '-MuteUserInVoiceConfSysMsg': [],
    '-DeafUserInVoiceConfSysMsg': [],
    MeetingCreatedEvtMsg: [
      '+props.lockSettingsProps.presenterPolicy: string',
      '+props.meetingProp.notifyRecordingAppend: string',
      '+props.meetingProp.sharedNotesEditor: string',
      '+props.meetingProp.sharedNotesInitialContentJson: []',
      '+props.meetingProp.sharedNotesInitialContentMarkdown: string',
      '+props.usersProp.multiUserWhiteboardEnabled: boolean',
      '+props.usersProp.requireUserConsentBeforeUnmuting: boolean',
    ],
    UserJoinedMeetingEvtMsg: [
      '+joinRequestMetadata.ip: string',
      '+joinRequestMetadata.referer: string',
      '+joinRequestMetadata.sessionToken: string',
      '+joinRequestMetadata.userAgent: string',
    ],
    GroupChatMessageBroadcastEvtMsg: [
      '+chatParticipants: []',
      '+msg.messageAsHtml: string',
      '+msg.messageType: string',
      '+msg.metadata: {}',
    ],
    CreateBreakoutRoomSysCmdMsg: [
      '+room.allowStartStopRecording: boolean',
      '+room.autoStartRecording: boolean',
      '+room.disableCam: boolean',
      '+room.disableMic: boolean',
      '+room.disableNotes: boolean',
      '+room.disablePrivateChat: boolean',
      '+room.disablePublicChat: boolean',
      '+room.durationInSeconds: number',
      '+room.hideUserList: boolean',
      '+room.hideViewersAnnotation: boolean',
      '+room.hideViewersCursor: boolean',
      '+room.lockOnJoin: boolean',
      '+room.lockOnJoinConfigurable: boolean',
      '+room.sharedNotesEditor: string',
      '+room.webcamsOnlyForModerator: boolean',
      '-room.durationInMinutes: number',
    ],
  },
};

const COMMAND_CHANGES: typeof CHANGES = {
  '2.7': { ChangeLockSettingsInMeetingCmdMsg: ['+hideViewersAnnotation: boolean'] },
  '3.0': { '+SendGroupChatMessageFromApiSysPubMsg': [], '-ValidateAuthTokenReqMsg': [] },
  '4.0': { ChangeLockSettingsInMeetingCmdMsg: ['+presenterPolicy: string'] },
};

function fieldsOf(value: unknown, path = ''): readonly string[] {
  if (Array.isArray(value))
    return value.length === 0 ? [`${path}: []`] : value.flatMap((each) => fieldsOf(each, `${path}[]`));
  if (typeof value !== 'object' || value === null) return [`${path}: ${typeof value}`];
  const fields = Object.entries(value);
  if (fields.length === 0) return [`${path}: {}`];
  return fields.flatMap(([name, each]) => fieldsOf(each, path === '' ? name : `${path}.${name}`));
}

type Shapes = ReadonlyMap<string, ReadonlySet<string>>;

/** Fields of every message that a busy meeting makes. */
function played(version: BbbVersion): Shapes {
  const bbb = aServer({ version, learningDashboard: true });
  const meeting = aMeeting(bbb, { record: 'true', guestPolicy: 'ASK_MODERATOR' });
  const ada = aUser(bbb, meeting, { role: 'MODERATOR' });
  const ben = aUser(bbb, meeting, { externalUserId: 'gl-ben' });
  addSessionToken(bbb, meeting, ben);
  joinAudio(bbb, meeting, ben.intId, false);
  setMuted(bbb, meeting, ben.intId, true);
  setTalking(bbb, meeting, ben.intId, true);
  const caller = dialIn(bbb, meeting, { callerName: '+49' });
  const asAda = (name: string, body: Record<string, unknown>): void =>
    void command(bbb, meeting, name, ada.intId, body);
  register(bbb, meeting, { name: 'Gus', role: 'VIEWER', guest: true });
  const guests = [...meeting.guestsWaiting.keys()].map((guest) => ({ guest, status: 'ALLOW' }));
  asAda('GuestsWaitingApprovedMsg', { guests, approvedBy: ada.intId });
  hangUp(bbb, meeting, caller);
  asAda('SetGuestPolicyCmdMsg', { policy: 'ALWAYS_ACCEPT', setBy: ada.intId });
  asAda('RecordAndClearPreviousMarkersCmdMsg', { recording: true, setBy: ada.intId });
  asAda('GetRecordingStatusReqMsg', { requestedBy: 'test' });
  sendChatFromApi(bbb, meeting, 'System', 'text');
  asAda('ChangeUserRoleCmdMsg', { userId: ben.intId, role: 'MODERATOR', changedBy: ada.intId });
  const rooms = openBreakouts(bbb, meeting, { count: 1, durationMinutes: 15 }) ?? [];
  asAda('RequestBreakoutJoinURLReqMsg', { breakoutId: rooms[0]?.intId, userId: ben.intId });
  asAda('UpdateBreakoutRoomsTimeReqMsg', { timeInMinutes: 5 });
  asAda('UserLeaveReqMsg', { userId: ben.intId, sessionId: '', loggedOut: false });
  asAda('EjectUserFromMeetingSysMsg', { userId: ben.intId, ejectedBy: 'SYSTEM' });
  advance(bbb, 11_000);
  command(bbb, meeting, 'CheckAlivePingSysMsg', '', {
    system: 's',
    bbbWebTimestamp: 1,
    akkaAppsTimestamp: 1,
  });
  asAda('EndMeetingSysCmdMsg', {});
  advance(bbb, 3_000);
  const shapes = new Map<string, Set<string>>();
  for (const happening of bbb.outbox)
    for (const { name, text } of happening.kind === 'rap' ? [] : busMessages(happening, version, START_MS)) {
      const known = shapes.get(name) ?? new Set();
      shapes.set(name, known);
      for (const field of fieldsOf(JSON.parse(text).core.body)) known.add(field);
    }
  return shapes;
}

function accepted(version: BbbVersion): Shapes {
  return new Map(
    COMMAND_NAMES.flatMap((name) => {
      const shape = commandShape(name, version);
      if (shape === undefined) return [];
      return [[name, new Set(Object.entries(shape.body).map(([field, type]) => `${field}: ${type}`))]];
    }),
  );
}

/** What came and went, by name. */
function changesBetween(before: Shapes, after: Shapes): Record<string, string[]> {
  const changes: Record<string, string[]> = {};
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const [old, young] = [before.get(name), after.get(name)];
    if (old === undefined || young === undefined) {
      changes[`${old === undefined ? '+' : '-'}${name}`] = [];
      continue;
    }
    const fields = [
      ...[...young].filter((field) => !old.has(field)).map((field) => `+${field}`),
      ...[...old].filter((field) => !young.has(field)).map((field) => `-${field}`),
    ].sort();
    if (fields.length > 0) changes[name] = fields;
  }
  return changes;
}

const STEPS = BBB_VERSIONS.slice(1).map((version, index) => [BBB_VERSIONS[index] ?? '2.6', version] as const);

test.each(STEPS)('from %s to %s messages change by the table', (older, younger) => {
  expect(changesBetween(played(older), played(younger))).toEqual(CHANGES[younger]);
});

test.each(STEPS)('from %s to %s the accepted commands change by the table', (older, younger) => {
  expect(changesBetween(accepted(older), accepted(younger))).toEqual(COMMAND_CHANGES[younger]);
});

describe('values that differ', () => {
  function firstOf(version: BbbVersion, name: string): Record<string, unknown> {
    const bbb = aServer({ version });
    const meeting = aMeeting(bbb, { guestPolicy: 'ASK_MODERATOR' });
    aUser(bbb, meeting, { role: 'MODERATOR' });
    openBreakouts(bbb, meeting, { count: 1, durationMinutes: 15 });
    const happening = bbb.outbox.find((each) => each.name === name);
    if (happening === undefined) throw new Error(`${name} was not told`);
    return JSON.parse(busMessages(happening, version, START_MS)[0]?.text ?? '').core.body;
  }

  test.each([
    ['2.6', { durationInMinutes: 900 }],
    ['2.7', { durationInMinutes: 900 }],
    ['3.0', { durationInMinutes: 15 }],
    ['4.0', { durationInSeconds: 900 }],
  ] as const)('%s: a room for 15 minutes lasts %j', (version, expected) => {
    expect(firstOf(version, 'CreateBreakoutRoomSysCmdMsg').room).toMatchObject(expected);
  });

  test.each([
    ['2.6', 'internal'],
    ['2.7', 'internal'],
    ['3.0', 'external'],
    ['4.0', 'external'],
  ] as const)('%s: a room is asked for by its %s id', (version, expected) => {
    const { room } = firstOf(version, 'CreateBreakoutRoomSysCmdMsg') as {
      room: { breakoutMeetingId: string };
    };
    const { breakout } = firstOf(version, 'BreakoutRoomStartedEvtMsg') as {
      breakout: { breakoutId: string; externalId: string };
    };
    const ids = { internal: breakout.breakoutId, external: breakout.externalId };
    expect(room.breakoutMeetingId).toBe(ids[expected]);
  });

  test.each([
    ['2.7', undefined],
    ['3.0', 'bbb-webrtc-sfu'],
    ['4.0', 'livekit'],
  ] as const)('%s: the audio bridge is %s', (version, expected) => {
    expect(firstOf(version, 'MeetingCreatedEvtMsg')).toHaveProperty('props.meetingProp.intId');
    const { props } = firstOf(version, 'MeetingCreatedEvtMsg') as { props: { meetingProp: object } };
    expect((props.meetingProp as { audioBridge?: string }).audioBridge).toBe(expected);
  });

  test.each([
    ['2.6', ['waits']],
    ['3.0', ['waits']],
    ['4.0', ['is heard']],
  ] as const)('%s: a caller at a meeting with a lobby %j', (version, expected) => {
    const bbb = aServer({ version });
    const meeting = aMeeting(bbb, { guestPolicy: 'ASK_MODERATOR' });
    const caller = dialIn(bbb, meeting, { callerName: '+49' });
    expect([meeting.voiceUsers.has(caller) ? 'is heard' : 'waits']).toEqual(expected);
  });

  test('4.0: the token on the bus is the live one of that browser', () => {
    const bbb = aServer({ version: '4.0' });
    const ada = aUser(bbb, aMeeting(bbb), { role: 'MODERATOR' });
    const joined = bbb.outbox.find((each) => each.name === 'UserJoinedMeetingEvtMsg');
    if (joined === undefined) throw new Error('nobody joined');
    const { body } = JSON.parse(busMessages(joined, '4.0', START_MS)[0]?.text ?? '').core;
    expect(body.joinRequestMetadata.sessionToken).toBe(ada.sessionTokens[0]);
  });
});
