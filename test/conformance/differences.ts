/** Where the simulator may differ from the recordings, each with its reason. Everything else has to be the same. */

/** Published by akka-apps and left out by the simulator. */
export const LEFT_OUT: ReadonlyMap<string, string> = new Map([
  ['UpdateRecordingTimerEvtMsg', 'every second, for browsers; the recordings hold the first two of a file'],
  ['MeetingTimeRemainingUpdateEvtMsg', 'as UpdateRecordingTimerEvtMsg'],
  ['BreakoutRoomsTimeRemainingUpdateEvtMsg', 'as UpdateRecordingTimerEvtMsg'],
  ['DoLatencyTracerMsg', 'as UpdateRecordingTimerEvtMsg'],
  [
    'UpdateBreakoutUsersEvtMsg',
    'every 5 s, for the list in browsers; the recordings hold the first four of a file',
  ],
  [
    'LearningDashboardEvtMsg',
    'every 10 s, off unless a test turns it on; the recordings hold the first two of a file',
  ],
  [
    'CheckRunningAndRecordingToVoiceConfSysMsg',
    'asked for ever; the recordings hold the first two of a file',
  ],
  ['GetUsersStatusToVoiceConfSysMsg', 'as CheckRunningAndRecordingToVoiceConfSysMsg'],
  [
    'NotifyAllInMeetingEvtMsg',
    "a toast, on the frontend channel only, to which nothing but BBB's own client subscribes",
  ],
  ['NotifyRoleInMeetingEvtMsg', 'as NotifyAllInMeetingEvtMsg'],
  ['NotifyUserInMeetingEvtMsg', 'as NotifyAllInMeetingEvtMsg'],
]);

/** Compared in shape, not in number: the recordings hold the first four of a file. */
export const CUT_SHORT: ReadonlySet<string> = new Set(['StopSoundInVoiceConfSysMsg']);

export interface Difference {
  readonly scenario: string;
  /** `*`: all. */
  readonly names: readonly string[];
  /** Set: only in time, by so much. Left out: in number, order and time. */
  readonly withinMs?: number;
  readonly reason: string;
}

/** On a running akka-apps only: what falls so close to an audit that either audit may be the one. */
export const CLOSE_TO_AN_AUDIT: readonly Difference[] = [
  {
    scenario: 'cap-refused',
    names: ['UserJoinedMeetingEvtMsg'],
    reason: 'the free place is taken 28 ms after the audit that frees it',
  },
  {
    scenario: 'join-leave',
    names: ['UserLeftMeetingEvtMsg', 'PresenterAssignedEvtMsg'],
    withinMs: 10_100,
    reason: 'the tab is closed 46 ms after an audit: 10 s later it is just old enough or just not',
  },
  {
    scenario: 'join-leave',
    names: ['ValidateAuthTokenRespMsg'],
    reason: 'the tab that logged out tries again 2 ms after the audit that removes it',
  },
  {
    scenario: 'ends-last-left',
    names: [
      'MeetingEndingEvtMsg',
      'MeetingEndedEvtMsg',
      'MeetingDestroyedEvtMsg',
      'DisconnectAllClientsSysMsg',
    ],
    withinMs: 10_100,
    reason:
      'the last one leaves at the very moment from which a minute later an audit ends the meeting, or the next',
  },
];

export const DIFFERENCES: readonly Difference[] = [
  {
    scenario: '*',
    names: ['BreakoutRoomEndedEvtMsg'],
    reason: 'free: of 20 ends with two rooms it came for both in 8, for one in 11, for none in 1',
  },
  {
    scenario: 'akka-restart',
    names: [
      'MeetingCreatedEvtMsg',
      'GroupChatCreatedEvtMsg',
      'CreateNewPresentationPodEvtMsg',
      'MeetingEndingEvtMsg',
      'MeetingEndedEvtMsg',
    ],
    withinMs: 500,
    reason: 'the first messages of a fresh JVM take 0.1 to 0.4 s',
  },
];
