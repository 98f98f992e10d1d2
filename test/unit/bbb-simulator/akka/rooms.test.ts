import { propsOf26 } from '../../../bbb-simulator/akka/messages';
import { isRoomRequest, roomProps } from '../../../bbb-simulator/akka/rooms';
import { isBadParam, readCreateParams } from '../../../bbb-simulator/http/create-params';
import type { DefaultProps } from '../../../bbb-simulator/model/props';
import { withDefaults } from '../../../bbb-simulator/options';
import { manualClock } from '../../../support/clock';

const { defaults } = withDefaults({ clock: manualClock(0), redisUrl: '' });
const CREATE_TIME = 1_760_000_000_001;

function parentProps(params: Record<string, string> = {}): DefaultProps {
  const props = readCreateParams(
    { meetingID: 'room-breakouts', name: 'Room 1', maxParticipants: '10', ...params },
    { createTime: CREATE_TIME, defaults, token: () => 'token', internalIdOf: () => undefined },
  );
  if (isBadParam(props)) throw new Error(props.message);
  return props;
}

/** As recorded from akka-apps 2.6.14. */
const REQUEST = {
  breakoutMeetingId: '8ad503a828c8d60ce20deabce2c2d2402ca71e0d-1760000000046',
  name: 'Room 1 (Room 1)',
  parentId: 'f290c28cff820c4e77133d9cd3f285681ca5ac43-1760000000001',
  sequence: 1,
  freeJoin: true,
  voiceConfId: '714011',
  durationInMinutes: 900,
  record: true,
};

test('room of a meeting with a cap → no cap of its own, the ids that akka-apps chose', () => {
  const props = roomProps(parentProps({ meta_tier: 'free' }), REQUEST, CREATE_TIME + 52);
  expect(props.usersProp.maxUsers).toBe(0);
  expect(props.durationProps.duration).toBe(900);
  expect(props.metadataProp.metadata).toEqual({ tier: 'free' });
  expect(props.meetingProp.intId).toBe(REQUEST.breakoutMeetingId);
  expect(props.meetingProp.extId).toMatch(/^[0-9a-f]{40}-1760000000046$/);
});

test('message of a command without a room → not a room', () => {
  expect(isRoomRequest(undefined)).toBe(false);
});

test('CreateMeetingReqMsg → no field that 2.6 does not have', () => {
  const props = propsOf26(parentProps()) as Record<string, Record<string, unknown>>;
  expect(Object.keys(props)).toEqual([
    'meetingProp',
    'breakoutProps',
    'durationProps',
    'password',
    'recordProp',
    'welcomeProp',
    'voiceProp',
    'usersProp',
    'metadataProp',
    'lockSettingsProps',
    'systemProps',
    'groups',
  ]);
  expect(props.systemProps).toEqual({ html5InstanceId: 1 });
  expect(props.usersProp).not.toHaveProperty('waitingGuestUsersTimeout');
  expect(props.lockSettingsProps).not.toHaveProperty('hideViewersAnnotation');
});
