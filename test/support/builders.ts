/** Small meetings, people and tiers for tests; every value can be said, none has to be. */
import { bbbEpochMs, bbbInstant } from '../../sidecar/core/bbb-instant';
import type { Config, Tenant } from '../../sidecar/core/config';
import type { DecideContext, EffectiveTier, MeetingView } from '../../sidecar/core/decide';
import type { AnalyticsSnapshot, MeetingEvent, UserJoined } from '../../sidecar/core/events';
import type { InternalMeetingId, InternalUserId, Meeting, MeetingProps } from '../../sidecar/core/meeting';
import { reduce, unknownMeeting } from '../../sidecar/core/reduce';
import type { StampedEvent } from '../../sidecar/core/stamped-event';
import type { Tier, TierLimits } from '../../sidecar/core/tier';

export const T0 = 1_760_000_000_000;
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

export const MEETING = 'aaaa-1760000000000' as InternalMeetingId;

export function meetingId(text: string): InternalMeetingId {
  return text as InternalMeetingId;
}

export function userId(text: string): InternalUserId {
  return text as InternalUserId;
}

/** Properties with their `createTime` in epoch ms. */
type PropsChange = Partial<Omit<MeetingProps, 'createTime'>> & { readonly createTime?: number };

export function someProps({ createTime = T0, ...change }: PropsChange = {}): MeetingProps {
  return {
    externalMeetingId: 'room-1',
    name: 'Assembly',
    createTime: bbbInstant(createTime),
    isBreakout: false,
    parentInternalMeetingId: undefined,
    breakoutSequence: undefined,
    durationMinutes: 0,
    maxUsers: 0,
    record: true,
    autoStartRecording: false,
    allowStartStopRecording: true,
    metadata: {},
    ...change,
  };
}

/** Seen as it happened, at its `createTime`: BBB's clock and ours agree. */
export function created(change: PropsChange = {}, internalMeetingId = MEETING): MeetingEvent {
  const props = someProps(change);
  const startedAt = bbbEpochMs(props.createTime);
  return { type: 'meeting-created', via: 'bus', internalMeetingId, at: T0, startedAt, props };
}

/** The other way round, where BBB's clock and ours agree. */
export function unstamped(event: StampedEvent): MeetingEvent {
  return event as unknown as MeetingEvent;
}

/** The event as BBB's bus or a webhook brings it: what are moments of ours here was stamped by BBB. */
export function stamped(event: MeetingEvent): StampedEvent {
  const { startedAt: _ours, ...told } = event as MeetingEvent & { startedAt?: number };
  return told as unknown as StampedEvent;
}

export function joined(who: string, at: number, change: Partial<UserJoined> = {}): UserJoined {
  return {
    type: 'user-joined',
    via: 'bus',
    internalMeetingId: MEETING,
    at,
    internalUserId: userId(`w_${who}`),
    externalUserId: who,
    role: 'VIEWER',
    bot: false,
    ...change,
  };
}

export function left(who: string, at: number, ejected = false): MeetingEvent {
  return {
    type: 'user-left',
    via: 'bus',
    internalMeetingId: MEETING,
    at,
    internalUserId: userId(`w_${who}`),
    ejected,
  };
}

/** akka-apps' list of these people, as fresh as one can be. */
export function listed(
  people: readonly Pick<UserJoined, 'internalUserId' | 'role'>[],
  at: number,
  change: Partial<AnalyticsSnapshot> = {},
): AnalyticsSnapshot {
  return {
    type: 'analytics-snapshot',
    internalMeetingId: MEETING,
    at,
    until: at,
    users: people.map(({ internalUserId, role }) => ({ internalUserId, fullName: 'X', role })),
    recordingActive: false,
    ...change,
  };
}

/** The events one after the other, on an unknown meeting. */
export function meetingAfter(events: readonly MeetingEvent[], id: InternalMeetingId = MEETING): Meeting {
  return events.reduce(reduce, unknownMeeting(id));
}

/** `count` people p1, p2, … each a second after the other, from one second after the creation. */
export function people(count: number): UserJoined[] {
  return Array.from({ length: count }, (_, index) => joined(`p${index + 1}`, T0 + (index + 1) * 1_000));
}

/** bbb-web's list of that moment, with everybody in it of whose account anything is known. */
export function webListed(meeting: Meeting, at: number): Meeting {
  const accounts = new Set<string>();
  for (const { kind, internalUserId, externalUserId } of meeting.attendees.values())
    accounts.add(kind === 'dial-in' ? internalUserId : (externalUserId ?? ''));
  return {
    ...meeting,
    webList: { at, online: accounts.size, accounts, unseen: new Set(), unbrokenSince: 0 },
  };
}

/** bbb-web was asked at that moment, and could not answer. */
export function unanswered(at: number, internalMeetingId = MEETING): MeetingEvent {
  return { type: 'meeting-unanswered', internalMeetingId, at };
}

export function someLimits(change: Partial<TierLimits> = {}): TierLimits {
  return {
    meeting_duration: { max: HOUR, enforce: 'hard' },
    participants: { max: 10, enforce: 'hard' },
    recording: { max: false, enforce: 'hard' },
    ...change,
  };
}

export function anEffectiveTier(change: Partial<EffectiveTier> = {}): EffectiveTier {
  return {
    title: 'Free',
    limits: someLimits(),
    owner: 'gl-owner',
    unknownOwner: 'protect-moderators',
    ...change,
  };
}

export function aTier(change: Partial<Tier> = {}): Tier {
  return {
    code: 'free',
    title: 'Free',
    server: 'shared',
    branding: false,
    accounts: 1,
    roomsPerAccount: 1,
    limits: someLimits(),
    setupFee: 0,
    monthlyFee: 0,
    recordingRetentionMs: undefined,
    recordingGraceMs: undefined,
    ...change,
  };
}

export function aTenant(change: Partial<Tenant> = {}): Tenant {
  return {
    id: 'demo',
    host: 'demo.meet.example',
    tier: 'free',
    tierByRole: false,
    unknownOwner: 'protect-moderators',
    branding: undefined,
    email: undefined,
    ...change,
  };
}

export function aConfig(
  tiers: readonly Tier[] = [aTier()],
  tenants: readonly Tenant[] = [],
  version = 'v1',
): Config {
  return {
    tiers: {
      currency: 'EUR',
      defaultTier: tiers[0]?.code ?? 'free',
      setupFeeWaivedFromMonths: 12,
      noticesMs: [10 * MINUTE, 5 * MINUTE, MINUTE],
      tiers: new Map(tiers.map((tier) => [tier.code, tier])),
      retentionMs: 400 * 24 * HOUR,
    },
    tenants: new Map(tenants.map((tenant) => [tenant.id, tenant])),
    version,
  };
}

export function aView(meeting: Meeting, change: Partial<MeetingView> = {}): MeetingView {
  return { meeting, parent: undefined, breakouts: [], ...change };
}

export function aContext(now: number, sent: ReadonlyMap<string, number> = new Map()): DecideContext {
  return { now, noticesMs: [10 * MINUTE, 5 * MINUTE, MINUTE], noticeSentAt: (key) => sent.get(key) };
}
