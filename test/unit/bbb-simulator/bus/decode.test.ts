/** Commands are read as strictly as akka-apps reads them: one field more or less, anywhere, and nothing happens. */
import fc from 'fast-check';
import { COMMAND_NAMES } from '../../../bbb-simulator/bus/command-shapes';
import { decodeCommand } from '../../../bbb-simulator/bus/decode';

interface Message {
  envelope: Record<string, unknown>;
  core: { header: Record<string, unknown>; body: Record<string, unknown> } & Record<string, unknown>;
}

/** Each accepted command, body written out. */
const BODIES: Record<string, Record<string, unknown>> = {
  EjectUserFromMeetingSysMsg: { userId: 'w_1', ejectedBy: 'SYSTEM' },
  EjectUserFromMeetingCmdMsg: { userId: 'w_1', ejectedBy: 'w_2', banUser: false },
  EndMeetingSysCmdMsg: { meetingId: 'int-1' },
  LogoutAndEndMeetingCmdMsg: { userId: 'w_2' },
  SetRecordingStatusCmdMsg: { recording: false, setBy: 'w_2' },
  RecordAndClearPreviousMarkersCmdMsg: { recording: true, setBy: 'w_2' },
  GetRecordingStatusReqMsg: { requestedBy: 'limit-sidecar' },
  SendGroupChatMessageFromApiSysPubMsg: { userName: 'Plan limits', message: 'text' },
  ValidateAuthTokenReqMsg: { userId: 'w_1', authToken: 'token' },
  RequestBreakoutJoinURLReqMsg: { meetingId: 'int-1', breakoutId: 'int-2', userId: 'w_1' },
  EjectUserFromVoiceCmdMsg: { userId: 'v_1', ejectedBy: 'w_2', banUser: false },
  UserLeaveReqMsg: { userId: 'w_1', sessionId: 's', loggedOut: true },
  LockUsersInMeetingCmdMsg: { lock: true, lockedBy: 'w_2', except: ['w_1'] },
  LockUserInMeetingCmdMsg: { userId: 'w_1', lock: true, lockedBy: 'w_2' },
  ChangeLockSettingsInMeetingCmdMsg: {
    disableCam: true,
    disableMic: true,
    disablePrivChat: true,
    disablePubChat: true,
    disableNotes: true,
    hideUserList: true,
    lockOnJoin: true,
    lockOnJoinConfigurable: true,
    hideViewersCursor: true,
    hideViewersAnnotation: true,
    setBy: 'w_2',
  },
  MuteMeetingCmdMsg: { mutedBy: 'w_2', mute: true },
  ChangeUserRoleCmdMsg: { userId: 'w_1', role: 'VIEWER', changedBy: 'w_2' },
  GuestsWaitingApprovedMsg: { guests: [{ guest: 'w_1', status: 'ALLOW' }], approvedBy: 'w_2' },
  SetGuestPolicyCmdMsg: { policy: 'ASK_MODERATOR', setBy: 'w_2' },
  EndAllBreakoutRoomsMsg: { meetingId: 'int-1' },
  UpdateBreakoutRoomsTimeReqMsg: { meetingId: 'int-1', timeInMinutes: 5 },
  SendMessageToAllBreakoutRoomsReqMsg: { meetingId: 'int-1', msg: 'text' },
  CheckAlivePingSysMsg: { system: 'limit-sidecar', bbbWebTimestamp: 1, akkaAppsTimestamp: 0 },
  DestroyMeetingSysCmdMsg: { meetingId: 'int-1' },
};
const BASE_HEADERS = ['CheckAlivePingSysMsg', 'DestroyMeetingSysCmdMsg'];

function messageOf(name: string): Message {
  const header = BASE_HEADERS.includes(name) ? { name } : { name, meetingId: 'int-1', userId: 'w_2' };
  return {
    envelope: { name, routing: { sender: 'limit-sidecar' }, timestamp: 1_760_000_000_000 },
    core: { header, body: structuredClone(BODIES[name] ?? {}) },
  };
}

/** Of 2.x alone. */
const UNTIL_27 = ['ValidateAuthTokenReqMsg'];

function decode(message: Message | { readonly core: unknown; readonly envelope: Message['envelope'] }) {
  const version = UNTIL_27.includes(String(message.envelope.name)) ? '2.7' : '3.0';
  return decodeCommand(JSON.stringify(message), version);
}

test('the accepted list is the one written out here', () => {
  expect([...COMMAND_NAMES].sort()).toEqual(Object.keys(BODIES).sort());
});

describe.each(Object.keys(BODIES))('%s', (name) => {
  test('with exactly its fields is taken, in any order, with any routing', () => {
    const { envelope, core } = messageOf(name);
    const turned = { core: { body: core.body, header: core.header }, envelope: { ...envelope, routing: {} } };
    expect(decode({ envelope, core })).toMatchObject({ ok: true, command: { name, body: BODIES[name] } });
    expect(decode(turned)).toMatchObject({ ok: true });
  });

  test.each(['message', 'envelope', 'core', 'header', 'body'])(
    'with one field more in the %s is dropped',
    (part) => {
      const message = messageOf(name);
      const { envelope, core } = message;
      Object.assign({ message, envelope, core, header: core.header, body: core.body }[part] ?? {}, {
        extra: 1,
      });
      expect(decode(message)).toMatchObject({
        ok: false,
        name,
        reason: expect.stringContaining('unknown field extra'),
      });
    },
  );

  test('with any one field less is dropped', () => {
    const { envelope, core } = messageOf(name);
    for (const part of ['envelope', 'header', 'body'] as const) {
      for (const field of Object.keys({ envelope, header: core.header, body: core.body }[part])) {
        const message = messageOf(name);
        const parts = { envelope: message.envelope, header: message.core.header, body: message.core.body };
        delete parts[part][field];
        expect(decode(message)).toMatchObject({ ok: false });
      }
    }
  });

  test('with any field of another type is dropped', () => {
    for (const field of Object.keys(BODIES[name] ?? {})) {
      const message = messageOf(name);
      message.core.body[field] = null;
      expect(decode(message)).toMatchObject({ ok: false });
    }
  });
});

test.each([
  ['nothing', ''],
  ['cut off', '{"envelope":{"name":"EndMeetingSysCmdMsg"'],
  ['a list', '[]'],
  ['null', 'null'],
  ['a number', '7'],
  ['no core', '{"envelope":{"name":"EndMeetingSysCmdMsg","routing":{},"timestamp":1}}'],
  [
    'a timestamp in a string',
    JSON.stringify({
      ...messageOf('EndMeetingSysCmdMsg'),
      envelope: { name: 'EndMeetingSysCmdMsg', routing: {}, timestamp: '1' },
    }),
  ],
  [
    'two names',
    JSON.stringify({ ...messageOf('EndMeetingSysCmdMsg'), core: messageOf('MuteMeetingCmdMsg').core }),
  ],
])('%s is dropped', (_, text) => {
  expect(decodeCommand(text, '3.0').ok).toBe(false);
});

test.each(['GetAllMeetingsReqMsg', 'NotifyAllInMeetingEvtMsg', 'toString', '__proto__', 'constructor', ''])(
  'a name that is not accepted is dropped: %s',
  (name) => {
    const message = messageOf('EndMeetingSysCmdMsg');
    message.envelope.name = name;
    message.core.header.name = name;
    expect(decode(message)).toEqual({ ok: false, name, reason: `cannot handle ${name}` });
  },
);

test('3.0 has no check of tokens on the bus', () => {
  const text = JSON.stringify(messageOf('ValidateAuthTokenReqMsg'));
  expect(decodeCommand(text, '3.0')).toMatchObject({
    ok: false,
    reason: expect.stringContaining('cannot handle'),
  });
});

test('2.7 has no chat from outside', () => {
  const text = JSON.stringify(messageOf('SendGroupChatMessageFromApiSysPubMsg'));
  expect(decodeCommand(text, '2.7')).toMatchObject({
    ok: false,
    reason: expect.stringContaining('cannot handle'),
  });
  expect(decodeCommand(JSON.stringify(messageOf('EndMeetingSysCmdMsg')), '2.7')).toMatchObject({ ok: true });
});

test('whatever arrives, it never throws and never invents a command', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      expect(decodeCommand(text, '3.0').ok).toBe(false);
    }),
  );
});
