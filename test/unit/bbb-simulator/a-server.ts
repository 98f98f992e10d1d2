/** A simulated server's bare model for unit tests: no Redis, no HTTP, time given by hand. */
import { busMessages } from '../../bbb-simulator/bus/messages';
import { isBadParam, readCreateParams } from '../../bbb-simulator/http/create-params';
import type { Params } from '../../bbb-simulator/http/params';
import { applyCommand } from '../../bbb-simulator/model/commands';
import { createMeeting } from '../../bbb-simulator/model/create';
import { enter } from '../../bbb-simulator/model/join';
import { type JoinRequest, register } from '../../bbb-simulator/model/register';
import {
  type Bbb,
  createBbb,
  type Meeting,
  type ModelSettings,
  nextToken,
  type RegisteredUser,
} from '../../bbb-simulator/model/state';
import { passTime } from '../../bbb-simulator/model/step';

export const START_MS = 1_760_000_000_000;
export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;

export const SERVER_DEFAULTS = {
  defaultMaxUsers: 0,
  defaultMeetingDuration: 0,
  disableRecordingDefault: false,
  autoStartRecording: false,
  allowStartStopRecording: true,
  maxUserConcurrentAccesses: 3,
  muteOnStart: true,
};

export function aServer(settings: Partial<ModelSettings> = {}): Bbb {
  const defaults: ModelSettings = {
    version: '3.0',
    seed: 'test',
    ejectOnViolation: false,
    dialInEnforceGuestPolicy: true,
    learningDashboard: false,
    // As it comes.
    recordingStepMs: 5_000,
  };
  return createBbb({ ...defaults, ...settings }, START_MS);
}

export function propsOf(bbb: Bbb, params: Params) {
  const props = readCreateParams(
    { name: 'Math 101', meetingID: 'math-101', ...params },
    {
      createTime: bbb.now,
      defaults: SERVER_DEFAULTS,
      token: (length) => nextToken(bbb, length),
      internalIdOf: () => undefined,
    },
  );
  if (isBadParam(props)) throw new Error(props.message);
  return props;
}

export function aMeeting(bbb: Bbb, params: Params = {}): Meeting {
  const { attendeePW, moderatorPW } = params;
  const outcome = createMeeting(bbb, propsOf(bbb, params), { attendeePW, moderatorPW });
  if (outcome.kind !== 'created') throw new Error(outcome.kind);
  return outcome.meeting;
}

/** Somebody who came through `/join` and opened the client; throws when refused. */
export function aUser(bbb: Bbb, meeting: Meeting, request: Partial<JoinRequest> = {}): RegisteredUser {
  const user = register(bbb, meeting, { name: request.externalUserId ?? 'Ada', role: 'VIEWER', ...request });
  const outcome = enter(bbb, meeting, user.intId);
  if (outcome.kind === 'refused') throw new Error(outcome.reasonCode);
  return user;
}

/** Names of everything published for others than switch and media server since the last look, but for the noise that time makes. */
export function told(bbb: Bbb): string[] {
  return bbb.outbox
    .splice(0)
    .flatMap((happening) => busMessages(happening, bbb.settings.version, START_MS).slice(0, 1))
    .filter(({ name }) => !/^MeetingInfoAnalytics|(VoiceConf|Sfu)SysMsg$/.test(name))
    .map(({ name }) => name);
}

export function advance(bbb: Bbb, ms: number): void {
  passTime(bbb, bbb.now + ms);
}

export function command(
  bbb: Bbb,
  meeting: Meeting,
  name: string,
  userId: string,
  body: Record<string, unknown>,
): string | undefined {
  return applyCommand(bbb, { name, meetingId: meeting.intId, userId, body });
}
