/** All that the simulated server knows, as plain data: akka-apps' meetings and bbb-web's own picture of them; no rules here. */
import { createHash } from 'node:crypto';
import type { BbbVersion } from '../version';
import type { BreakoutSession } from './breakout-room';
import type { Due } from './due';
import type { BodyOf, BusHappening, GuestInfo, Happening, JoinedUser, MessageName } from './happenings';
import type { DefaultProps, GuestPolicy } from './props';
import type { Recording } from './recording-state';
import { observe, type WebMeeting } from './web';

export type Role = 'MODERATOR' | 'VIEWER';
export type GuestStatus = 'ALLOW' | 'WAIT' | 'DENY';

/** akka-apps' RegisteredUser: whoever came through `/join` (or dialled in), present or not. */
export interface RegisteredUser {
  readonly intId: string;
  readonly extId: string;
  readonly name: string;
  role: Role;
  readonly bot: boolean;
  readonly guest: boolean;
  readonly authed: boolean;
  guestStatus: GuestStatus;
  readonly excludeFromDashboard: boolean;
  readonly registeredOn: number;
  readonly color: string;
  readonly avatar: string;
  readonly userMetadata: Record<string, string>;
  readonly sessionTokens: string[];
  joined: boolean;
  ejected: boolean;
  banned: boolean;
  loggedOut: boolean;
}

/** akka-apps' UserState: whoever is in the meeting; `leftFlagAt` set while all connections are closed. */
export interface PresentUser extends JoinedUser {
  readonly joinedAt: number;
  leftFlagAt: number | undefined;
}

export interface VoiceUser {
  readonly intId: string;
  readonly voiceUserId: string;
  readonly callerName: string;
  readonly listenOnly: boolean;
}

/** Things that became of a meeting, numbered across the whole server so that tests can tell which came first. */
export interface ChatLine {
  readonly order: number;
  readonly at: number;
  readonly userName: string;
  readonly senderId: string;
  readonly message: string;
}
export interface Ejection {
  readonly order: number;
  readonly at: number;
  readonly internalUserId: string;
  readonly externalUserId: string;
  readonly name: string;
  readonly ejectedBy: string;
  readonly reason: string;
  readonly reasonCode: string;
  readonly banned: boolean;
  /** False: was registered only, so that nobody heard of it. */
  readonly wasPresent: boolean;
}
export interface RecordingMark {
  readonly order: number;
  readonly at: number;
  readonly recording: boolean;
  readonly setBy: string;
}
export interface JoinRefusal {
  readonly order: number;
  readonly at: number;
  readonly internalUserId: string | undefined;
  readonly externalUserId: string;
  readonly by: 'bbb-web' | 'akka-apps';
  readonly reasonCode: string;
}
export interface MeetingEnd {
  readonly order: number;
  readonly at: number;
  readonly reason: string;
  readonly by: string;
}

export interface Meeting {
  readonly intId: string;
  readonly extId: string;
  readonly props: DefaultProps;
  readonly createdAt: number;
  readonly registered: Map<string, RegisteredUser>;
  readonly users: Map<string, PresentUser>;
  readonly voiceUsers: Map<string, VoiceUser>;
  readonly guestsWaiting: Map<string, GuestInfo>;
  guestPolicy: GuestPolicy;
  recording: boolean;
  userHasJoined: boolean;
  moderatorHasJoined: boolean;
  lastUserLeftAt: number | undefined;
  lastModeratorLeftAt: number | undefined;
  breakouts: BreakoutSession | undefined;
  end: MeetingEnd | undefined;
  destroyedAt: number | undefined;
  /** akka-apps restarted under it: gone without a word. */
  vanishedAt: number | undefined;
  readonly chat: ChatLine[];
  readonly ejections: Ejection[];
  readonly recordingMarks: RecordingMark[];
  readonly joinRefusals: JoinRefusal[];
}

export interface ModelSettings {
  readonly version: BbbVersion;
  readonly seed: string;
  readonly ejectOnViolation: boolean;
  readonly dialInEnforceGuestPolicy: boolean;
  readonly learningDashboard: boolean;
  /** How long each step of the recording pipeline takes. */
  readonly recordingStepMs: number;
}

export interface Bbb {
  readonly settings: ModelSettings;
  /** Epoch ms of the step being taken, by a clock that is never set: durations and what falls due go by it. */
  now: number;
  /** How far the host's wall clock is ahead of that: what is stamped goes by the wall clock (`wallNow`). */
  wallOffsetMs: number;
  /** Told, not yet carried anywhere. */
  readonly outbox: Happening[];
  readonly due: Due[];
  /** akka-apps: running meetings, and the ended ones until they are destroyed. */
  readonly meetings: Map<string, Meeting>;
  /** Every meeting there ever was, newest last. */
  readonly history: Meeting[];
  /** bbb-web: meetings it believes to be running, by internal id. */
  readonly web: Map<string, WebMeeting>;
  readonly recordings: Map<string, Recording>;
  /** Akka-apps' analytics service: last published picture of each meeting, by internal id. */
  readonly analytics: Map<string, BodyOf['MeetingInfoAnalyticsServiceMsg']['meetingInfo']>;
  startedAt: number;
  /** When akka-apps last got a ping, and the `akkaAppsTimestamp` in it; undefined: never. */
  lastPing: { readonly at: number; readonly akkaAppsTimestamp: number } | undefined;
  lastOrder: number;
  lastId: number;
}

/** The host's wall clock, epoch ms. */
export function wallNow(bbb: Pick<Bbb, 'now' | 'wallOffsetMs'>): number {
  return bbb.now + bbb.wallOffsetMs;
}

export function createBbb(settings: ModelSettings, now: number): Bbb {
  return {
    settings,
    now,
    wallOffsetMs: 0,
    outbox: [],
    due: [],
    meetings: new Map(),
    history: [],
    web: new Map(),
    recordings: new Map(),
    analytics: new Map(),
    startedAt: now,
    lastPing: undefined,
    lastOrder: 0,
    lastId: 0,
  };
}

/** Tells the world; bbb-web hears of it at once, whatever the bus then does to it. */
export function tell<N extends MessageName>(
  bbb: Bbb,
  name: N,
  target: { meetingId?: string; userId?: string },
  body: BodyOf[N],
): void {
  const happening = {
    kind: 'message',
    name,
    at: wallNow(bbb),
    meetingId: target.meetingId ?? '',
    userId: target.userId ?? '',
    body: structuredClone(body),
  } as BusHappening;
  bbb.outbox.push(happening);
  observe(bbb, happening);
}

export function nextOrder(bbb: Bbb): number {
  bbb.lastOrder += 1;
  return bbb.lastOrder;
}

/** A number from 0 to 1 for what real BBB leaves open, the same for the same seed. */
export function draw(bbb: Bbb): number {
  return Number.parseInt(nextToken(bbb, 8), 16) / 2 ** 32;
}

/** In no order, as BBB's maps list them. */
export function shuffled<T>(bbb: Bbb, items: readonly T[]): T[] {
  const ranked = items.map((item) => ({ item, rank: draw(bbb) }));
  return ranked.sort((a, b) => a.rank - b.rank).map(({ item }) => item);
}

/** `length` lower-case hex digits, different each time, the same for the same seed. */
export function nextToken(bbb: Bbb, length: number): string {
  bbb.lastId += 1;
  return createHash('sha512').update(`${bbb.settings.seed}:${bbb.lastId}`).digest('hex').slice(0, length);
}

/** A meeting that takes part in life: known to akka-apps and not ended. */
export function runningMeeting(bbb: Bbb, intId: string): Meeting | undefined {
  const meeting = bbb.meetings.get(intId);
  return meeting?.end === undefined ? meeting : undefined;
}

/** The newest meeting with that internal or external id, running or not. */
export function findMeeting(bbb: Bbb, id: string): Meeting | undefined {
  return bbb.history.findLast((meeting) => meeting.intId === id || meeting.extId === id);
}
