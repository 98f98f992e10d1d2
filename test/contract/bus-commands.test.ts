/** Every command byte for byte: akka-apps drops what has one field too many, too few or of another type, and says nothing. */
import * as commands from '../../sidecar/bus/commands';
import type { InternalMeetingId, InternalUserId } from '../../sidecar/core/meeting';

const MEETING = '5f2c1d9e8b7a6054f3e2d1c0b9a8877665544332-1760000000000' as InternalMeetingId;
const USER = 'w_abc123def456' as InternalUserId;
const AT = 1_760_000_100_000;

const BYTES: readonly (readonly [commands.Command, string])[] = [
  [
    commands.ejectUserFromMeeting(MEETING, USER, AT),
    '{"envelope":{"name":"EjectUserFromMeetingSysMsg","routing":{"meetingId":"5f2c1d9e8b7a6054f3e2d1c0b9a8877665544332-1760000000000","userId":"w_abc123def456"},"timestamp":1760000100000},' +
      '"core":{"header":{"name":"EjectUserFromMeetingSysMsg","meetingId":"5f2c1d9e8b7a6054f3e2d1c0b9a8877665544332-1760000000000","userId":"w_abc123def456"},' +
      '"body":{"userId":"w_abc123def456","ejectedBy":"SYSTEM"}}}',
  ],
  [
    commands.endMeeting(MEETING, AT),
    '{"envelope":{"name":"EndMeetingSysCmdMsg","routing":{"sender":"bbb-tiers"},"timestamp":1760000100000},' +
      '"core":{"header":{"name":"EndMeetingSysCmdMsg","meetingId":"5f2c1d9e8b7a6054f3e2d1c0b9a8877665544332-1760000000000","userId":"not-used"},' +
      '"body":{"meetingId":"5f2c1d9e8b7a6054f3e2d1c0b9a8877665544332-1760000000000"}}}',
  ],
  [
    commands.stopRecording(MEETING, 'w_mod000000001' as InternalUserId, AT),
    '{"envelope":{"name":"SetRecordingStatusCmdMsg","routing":{"meetingId":"5f2c1d9e8b7a6054f3e2d1c0b9a8877665544332-1760000000000","userId":"w_mod000000001"},"timestamp":1760000100000},' +
      '"core":{"header":{"name":"SetRecordingStatusCmdMsg","meetingId":"5f2c1d9e8b7a6054f3e2d1c0b9a8877665544332-1760000000000","userId":"w_mod000000001"},' +
      '"body":{"recording":false,"setBy":"w_mod000000001"}}}',
  ],
  [
    commands.sendGroupChatMessage(
      MEETING,
      'Service level',
      'This meeting ends in 5 minutes. · "K7Q-2MX"',
      AT,
    ),
    '{"envelope":{"name":"SendGroupChatMessageFromApiSysPubMsg","routing":{"sender":"bbb-tiers"},"timestamp":1760000100000},' +
      '"core":{"header":{"name":"SendGroupChatMessageFromApiSysPubMsg","meetingId":"5f2c1d9e8b7a6054f3e2d1c0b9a8877665544332-1760000000000","userId":"SYSTEM"},' +
      '"body":{"userName":"Service level","message":"This meeting ends in 5 minutes. · \\"K7Q-2MX\\""}}}',
  ],
  [
    commands.getRecordingStatus(MEETING, AT),
    '{"envelope":{"name":"GetRecordingStatusReqMsg","routing":{"meetingId":"5f2c1d9e8b7a6054f3e2d1c0b9a8877665544332-1760000000000","userId":"bbb-tiers"},"timestamp":1760000100000},' +
      '"core":{"header":{"name":"GetRecordingStatusReqMsg","meetingId":"5f2c1d9e8b7a6054f3e2d1c0b9a8877665544332-1760000000000","userId":"bbb-tiers"},' +
      '"body":{"requestedBy":"bbb-tiers"}}}',
  ],
  [
    commands.checkAlivePing(AT),
    '{"envelope":{"name":"CheckAlivePingSysMsg","routing":{"sender":"bbb-tiers"},"timestamp":1760000100000},' +
      '"core":{"header":{"name":"CheckAlivePingSysMsg"},"body":{"system":"bbb-tiers","bbbWebTimestamp":1760000100000,"akkaAppsTimestamp":1760000100000}}}',
  ],
];

it.each(BYTES.map(([command, bytes]) => [command.name, command, bytes] as const))(
  '%s',
  (_name, command, bytes) => {
    expect(command.json).toBe(bytes);
  },
);

it('has a pinned form for every command there is, and no more commands than we may send', () => {
  const builders = Object.values(commands).filter((exported) => typeof exported === 'function');
  expect(builders).toHaveLength(BYTES.length);
  expect(BYTES.map(([command]) => command.name).sort()).toEqual([
    'CheckAlivePingSysMsg',
    'EjectUserFromMeetingSysMsg',
    'EndMeetingSysCmdMsg',
    'GetRecordingStatusReqMsg',
    'SendGroupChatMessageFromApiSysPubMsg',
    'SetRecordingStatusCmdMsg',
  ]);
});
