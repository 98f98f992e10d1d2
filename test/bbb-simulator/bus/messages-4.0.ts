/** How BBB 4.0 (rc.3) words the events it shares with 3.0: fields that it adds, and the room's length in seconds. */
import { createHash } from 'node:crypto';
import type { BusHappening, JoinedUser } from '../model/happenings';
import type { DefaultProps } from '../model/props';

/** The body as 4.0 writes it. */
export function bodyOf40(happening: BusHappening): unknown {
  switch (happening.name) {
    case 'MeetingCreatedEvtMsg':
      return { props: propsOf40(happening.body.props) };
    case 'UserJoinedMeetingEvtMsg':
      return joinedOf40(happening.body);
    case 'CreateBreakoutRoomSysCmdMsg': {
      const { durationInMinutes, ...room } = happening.body.room;
      return { ...happening.body, room: { ...room, durationInSeconds: durationInMinutes * 60 } };
    }
    default:
      return happening.body;
  }
}

/** Address, browser and a live session token of whoever joined, on the main channel. */
function joinedOf40({ userMetadata, ...joined }: JoinedUser): unknown {
  const sessionToken = createHash('sha1').update(joined.intId).digest('hex').slice(0, 16);
  const joinRequestMetadata = {
    ip: '192.0.2.7',
    userAgent: 'Mozilla/5.0',
    referer: 'https://portal.example/',
    sessionToken,
  };
  return { ...joined, joinRequestMetadata, userMetadata };
}

function propsOf40(props: DefaultProps): unknown {
  const { maxPinnedCameras, notifyRecordingIsOn, ...meetingProp } = props.meetingProp;
  return {
    ...props,
    meetingProp: {
      ...meetingProp,
      sharedNotesInitialContentJson: [],
      sharedNotesInitialContentMarkdown: '',
      sharedNotesEditor: 'etherpad',
      maxPinnedCameras,
      cameraBridge: 'livekit',
      screenShareBridge: 'livekit',
      audioBridge: 'livekit',
      notifyRecordingIsOn,
      notifyRecordingAppend: '',
    },
    usersProp: {
      ...props.usersProp,
      multiUserWhiteboardEnabled: false,
      requireUserConsentBeforeUnmuting: false,
    },
    lockSettingsProps: { ...props.lockSettingsProps, presenterPolicy: 'requireApproval' },
  };
}
