/** How BBB 4.0 (rc.3) words the events it shares with 3.0: fields that it adds, and the room's length in seconds. */
import type { BreakoutRoomRequest } from '../model/breakout-room';
import type { BodyOf, BusHappening } from '../model/happenings';
import { type DefaultProps, LOCK_SETTINGS } from '../model/props';

type JoinedBody = BodyOf['UserJoinedMeetingEvtMsg'];
type ChatBody = BodyOf['GroupChatMessageBroadcastEvtMsg'];

/** The body as 4.0 writes it. */
export function bodyOf40(happening: BusHappening): unknown {
  switch (happening.name) {
    case 'MeetingCreatedEvtMsg':
      return { props: propsOf40(happening.body.props) };
    case 'UserJoinedMeetingEvtMsg':
      return joinedOf40(happening.body);
    case 'GroupChatMessageBroadcastEvtMsg':
      return chatOf40(happening.body);
    case 'CreateBreakoutRoomSysCmdMsg':
      return { ...happening.body, room: roomOf40(happening.body.room) };
    default:
      return happening.body;
  }
}

/** Address, browser and a live session token of whoever joined, on the main channel. */
function joinedOf40({ joinRequestMetadata, userMetadata, ...joined }: JoinedBody): unknown {
  return { ...joined, joinRequestMetadata, userMetadata };
}

function chatOf40({ chatId, msg }: ChatBody): unknown {
  const more = { messageAsHtml: `<p>${msg.message}</p>`, messageType: 'api', metadata: {} };
  return { chatId, msg: { ...msg, ...more }, chatParticipants: [] };
}

/** How the rooms' ten lock fields are called was not seen: they have the names of the meeting's here. */
function roomOf40({ durationInMinutes, ...room }: BreakoutRoomRequest): unknown {
  return {
    ...room,
    durationInSeconds: durationInMinutes * 60,
    sharedNotesEditor: 'etherpad',
    autoStartRecording: false,
    allowStartStopRecording: true,
    webcamsOnlyForModerator: false,
    ...Object.fromEntries(LOCK_SETTINGS.map((name) => [name, false])),
  };
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
