/** How BBB 2.x words the events it shares with 3.0, and which it does not have; 2.7 from a captured server, 2.6 from a running akka-apps 2.6.14. */
import type { BusHappening, MessageName } from '../model/happenings';
import type { DefaultProps } from '../model/props';
import { type BbbVersion, isSince } from '../version';

const SINCE_30: readonly MessageName[] = ['UserSessionTokenRegisteredRespMsg'];

/** Recorded on 2.6; whether 3.0 still publishes them was never seen. */
const ONLY_IN_2X: readonly MessageName[] = [
  'ValidateAuthTokenRespMsg',
  'DisconnectClientSysMsg',
  'GroupChatCreatedEvtMsg',
  'CreateNewPresentationPodEvtMsg',
];

export function isToldIn(version: BbbVersion, name: MessageName): boolean {
  return !(isSince(version, '3.0') ? ONLY_IN_2X : SINCE_30).includes(name);
}

/** The body as 2.6 or 2.7 writes it. */
export function bodyOf2x(happening: BusHappening, version: BbbVersion): unknown {
  switch (happening.name) {
    case 'MeetingCreatedEvtMsg':
      return { props: propsOf2x(happening.body.props, version) };
    case 'UserJoinedMeetingEvtMsg': {
      const { bot, webcamBackground, userMetadata, guestStatus, joinRequestMetadata, ...rest } =
        happening.body;
      const { intId, extId, name, role, guest, authed, reactionEmoji, raiseHand, away, ...tail } = rest;
      const common = { intId, extId, name, role, guest, authed, guestStatus, emoji: 'none' };
      return version === '2.6'
        ? { ...common, ...tail }
        : { ...common, reactionEmoji, raiseHand, away, ...tail };
    }
    case 'GetRecordingStatusRespMsg': {
      const { recorded, recording, recordFullDurationMedia, requestedBy } = happening.body;
      return { recorded, recording, recordFullDurationMedia, requestedBy };
    }
    case 'GroupChatMessageBroadcastEvtMsg': {
      const { replyToMessageId, ...msg } = happening.body.msg;
      return { chatId: happening.body.chatId, msg };
    }
    case 'GuestsWaitingForApprovalEvtMsg':
      return { guests: happening.body.guests.map(({ webcamBackground, ...guest }) => guest) };
    case 'CreateBreakoutRoomSysCmdMsg': {
      const { pluginProp, disabledFeatures, audioBridge, cameraBridge, screenShareBridge, ...room } =
        happening.body.room;
      return { ...happening.body, room };
    }
    default:
      return happening.body;
  }
}

function propsOf2x(props: DefaultProps, version: BbbVersion): unknown {
  const { hideViewersAnnotation, ...lockSettingsOf26 } = props.lockSettingsProps;
  const { cameraBridge, screenShareBridge, audioBridge, ...meetingProp } = props.meetingProp;
  const { allowPromoteGuestToModerator, waitingGuestUsersTimeout, ...usersProp } = props.usersProp;
  const { welcomeMsg, welcomeMsgForModerators } = props.welcomeProp;
  return {
    meetingProp,
    breakoutProps: props.breakoutProps,
    durationProps: props.durationProps,
    password: props.password,
    recordProp: props.recordProp,
    welcomeProp: { welcomeMsgTemplate: welcomeMsg, welcomeMsg, modOnlyMessage: welcomeMsgForModerators },
    voiceProp: props.voiceProp,
    usersProp,
    metadataProp: props.metadataProp,
    lockSettingsProps: version === '2.6' ? lockSettingsOf26 : props.lockSettingsProps,
    systemProps: { html5InstanceId: 1 },
    groups: props.groups,
  };
}
