/** BBB's names on the bus: channels, messages, and the fields we need of them; it reads leniently and decides nothing. */
import { z } from 'zod';
import { account, id, instant, LONGEST_ID, metadata, name, role, setting } from '../bbb-fields';

/** akka-apps listens here; the only channel we write to. */
export const TO_AKKA_APPS = 'to-akka-apps-redis-channel';
/** Everything about meetings, people and recording state (`FromAkkaAppsMsgSenderActor.scala`). */
export const FROM_AKKA_APPS = 'from-akka-apps-redis-channel';
/** bbb-web: published, unpublished and deleted recordings, nothing else. */
export const FROM_BBB_WEB = 'from-bbb-web-redis-channel';
/** The recording pipeline's progress; its messages have another shape. */
export const FROM_RAP = 'bigbluebutton:from-rap';

/**
 * These three are enough: the frontend channel repeats five of the events, and breakout rooms announce themselves by
 * MeetingCreatedEvtMsg on the main one.
 */
export const CHANNELS: readonly string[] = [FROM_AKKA_APPS, FROM_BBB_WEB, FROM_RAP];

/** How every message of akka-apps and bbb-web begins: Jackson writes case classes in declaration order (`BbbCommonEnvCoreMsg`). */
export const NAME_PREFIX = '{"envelope":{"name":"';

/** Longer messages are not parsed: BBB's largest relevant one is a create event with plugin manifests, some tens of KB. */
export const LONGEST_MESSAGE_BYTES = 2 * 1024 * 1024;

function message<Header extends z.ZodType, Body extends z.ZodType>(header: Header, body: Body) {
  return z.object({ envelope: z.object({ timestamp: instant }), core: z.object({ header, body }) });
}

const inMeeting = z.object({ meetingId: id });
const anywhere = z.unknown();

export const meetingCreated = message(
  anywhere,
  z.object({
    props: z.object({
      meetingProp: z.object({ name, extId: id, intId: id, isBreakout: z.boolean() }),
      breakoutProps: z.object({ parentId: z.string().max(LONGEST_ID), sequence: z.number().int() }),
      durationProps: z.object({ duration: setting, createdTime: instant }),
      recordProp: z.object({
        record: z.boolean(),
        autoStartRecording: z.boolean().optional(),
        allowStartStopRecording: z.boolean().optional(),
      }),
      usersProp: z.object({ maxUsers: setting }),
      metadataProp: z.object({ metadata }).optional(),
    }),
  }),
);
export const meetingEnding = message(
  anywhere,
  z.object({ meetingId: id, reason: z.string().min(1).max(LONGEST_ID) }),
);
export const meetingGone = message(anywhere, z.object({ meetingId: id }));
/** `userdata-bbb_record_permission` of the join, new in 3.0: decides who may stop a recording, whatever the role. */
const recordPermission = z
  .unknown()
  .transform((input) => (input === 'true' ? true : input === 'false' ? false : undefined));

/** `bot` is new in 3.0; before, there are none. */
export const userJoined = message(
  inMeeting,
  z.object({
    intId: id,
    extId: account,
    role,
    bot: z.boolean().default(false),
    userMetadata: z.object({ bbb_record_permission: recordPermission }).optional().catch(undefined),
  }),
);
/** BBB ≤ 2.5 sends the id alone. */
export const userLeft = message(inMeeting, z.object({ intId: id, reasonCode: z.string().default('') }));
/** BBB ≤ 2.5 only. */
export const userEjected = message(inMeeting, z.object({ userId: id, reasonCode: z.string().default('') }));
export const userLeftFlagUpdated = message(inMeeting, z.object({ intId: id, userLeftFlag: z.boolean() }));
export const userRoleChanged = message(inMeeting, z.object({ userId: id, role }));
export const recordingStatusChanged = message(
  inMeeting,
  z.object({ recording: z.boolean(), setBy: z.string().max(LONGEST_ID).optional() }),
);
export const recordingStatusResponse = message(inMeeting, z.object({ recording: z.boolean() }));
export const voiceUser = message(inMeeting, z.object({ intId: id }));
export const meetingInfoAnalytics = message(
  anywhere,
  z.object({
    meetingInfo: z.object({
      internalId: id,
      isMeetingRecorded: z.boolean(),
      users: z.array(z.object({ id, name, role })),
      audio: z.unknown().optional(),
    }),
  }),
);
export const checkAlivePong = message(
  anywhere,
  z.object({ system: z.string().max(LONGEST_ID), bbbWebTimestamp: z.number() }),
);

/** bbb-web's three: `recordId` is the internal meeting id. */
export const recordingSysMessage = message(anywhere, z.object({ recordId: id }));

/** The pipeline's own shape: no envelope, `current_time` in seconds, `timestamp` a monotonic reading that says no time of day. */
export const rapMessage = z.object({
  header: z.object({ name: z.string().max(LONGEST_ID), current_time: z.number().nonnegative() }),
  payload: z.object({
    meeting_id: id,
    record_id: id.optional(),
    external_meeting_id: id.optional(),
    success: z.boolean().optional(),
    workflow: z.string().max(LONGEST_ID).optional(),
    metadata: metadata.optional(),
  }),
});
