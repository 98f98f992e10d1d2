/** getMeetings and getMeetingInfo: a meeting as bbb-web's templates write it, field by field in their order. */
import type { Bbb } from '../model/state';
import { usersInMap, type WebMeeting, type WebUser } from '../model/web';
import type { XmlElement } from './xml';

/** `attendees` lists people up to 60 s after they left; `participantCount` only those who have not; `recording` is the create flag. */
export function meetingElements(bbb: Bbb, meeting: WebMeeting): XmlElement[] {
  const { meetingProp, durationProps, voiceProp, password, usersProp, recordProp, metadataProp } =
    meeting.props;
  const users = usersInMap(meeting, bbb.now);
  const count = (counted: (user: WebUser) => boolean): number => users.filter(counted).length;
  return [
    ['meetingName', meetingProp.name],
    ['meetingID', meeting.extId],
    ['internalMeetingID', meeting.intId],
    ['createTime', durationProps.createdTime],
    ['createDate', durationProps.createdDate],
    ['voiceBridge', voiceProp.telVoice],
    ['dialNumber', voiceProp.dialNumber],
    ['attendeePW', password.viewerPass],
    ['moderatorPW', password.moderatorPass],
    ['running', users.length > 0],
    ['duration', durationProps.duration],
    ['hasUserJoined', meeting.hasUserJoined],
    ['recording', recordProp.record],
    ['hasBeenForciblyEnded', false],
    ['startTime', meeting.startTime],
    ['endTime', meeting.endTime],
    ['participantCount', count((user) => user.leftAt === undefined)],
    ['listenerCount', count((user) => user.isListeningOnly)],
    ['voiceParticipantCount', count((user) => user.hasJoinedVoice)],
    ['videoCount', 0],
    ['maxUsers', usersProp.maxUsers],
    ['moderatorCount', count((user) => user.role === 'MODERATOR')],
    ['attendees', users.map(attendeeElement)],
    ['metadata', Object.entries(metadataProp.metadata)],
    ['isBreakout', meetingProp.isBreakout],
    ...breakoutElements(meeting),
  ];
}

function attendeeElement(user: WebUser): XmlElement {
  const customData = Object.entries(user.customData);
  return [
    'attendee',
    [
      ['userID', user.extId],
      ['fullName', user.fullName],
      ['role', user.role],
      ['isPresenter', user.isPresenter],
      ['isListeningOnly', user.isListeningOnly],
      ['hasJoinedVoice', user.hasJoinedVoice],
      ['hasVideo', false],
      ['clientType', user.clientType],
      ['customdata', customData.length > 0 ? customData : undefined],
    ],
  ];
}

function breakoutElements(meeting: WebMeeting): XmlElement[] {
  const { parentId, sequence, freeJoin } = meeting.props.breakoutProps;
  const own: XmlElement[] = meeting.props.meetingProp.isBreakout
    ? [
        ['parentMeetingID', parentId],
        ['sequence', sequence],
        ['freeJoin', freeJoin],
      ]
    : [];
  const rooms = meeting.breakoutRooms.map((id): XmlElement => ['breakout', id]);
  return rooms.length === 0 ? own : [...own, ['breakoutRooms', rooms]];
}
