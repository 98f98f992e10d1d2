/** The running meetings as operators see them, straight from the loop's memory; changes nothing in it. */
import { bbbEpochMs } from '../core/bbb-instant';
import type { EffectiveTier, MeetingView } from '../core/decide';
import type { InternalMeetingId, Meeting, MeetingProps } from '../core/meeting';
import { outlook } from '../core/outlook';
import { NO_LIMITS, type TierLimits } from '../core/tier';
import type { TierResolution } from '../core/tier-resolution';
import type { Watch } from '../loop/watch';
import type { LiveMeeting } from './schemas';

/** What is read of the loop. */
export type LiveState = Pick<Watch, 'meetings' | 'tiers' | 'now'>;

export interface LiveMeetingsOptions {
  readonly state: () => LiveState;
  readonly noticesMs: () => readonly number[];
  /** In a dry run no recording is ever marked. */
  readonly dryRun: boolean;
  readonly hasMarked: (internalMeetingId: string) => boolean;
}

export interface LiveMeetings {
  /** Undefined: not running, or nothing is known yet of it or its tier. */
  one(id: InternalMeetingId): LiveMeeting | undefined;
  all(): readonly LiveMeeting[];
  /** The run with this internal id, else the newest running one with this external id, else one that has just ended. */
  find(id: string): Meeting | undefined;
  /** Running meetings by tenant id. */
  countByTenant(): ReadonlyMap<string, number>;
}

/** A tier that allows no recording marks the first one at once; so it is marked whenever there was one. */
function isMarked(meeting: Meeting, { recording }: TierLimits): boolean {
  return recording.max === false && recording.enforce === 'hard' && meeting.recordedAt !== undefined;
}

const NOTHING_HELD: EffectiveTier = {
  title: '',
  limits: NO_LIMITS,
  owner: undefined,
  unknownOwner: 'protect-moderators',
};

export function createLiveMeetings(options: LiveMeetingsOptions): LiveMeetings {
  function shown(
    view: MeetingView,
    props: MeetingProps,
    tier: Exclude<TierResolution, { state: 'none' }>,
  ): LiveMeeting {
    const { meeting } = view;
    const { tiers, ...state } = options.state();
    const now = state.now();
    const assignment = tier.state === 'known' ? tier.assignment : undefined;
    const held =
      assignment === undefined ? NOTHING_HELD : tiers.effective(meeting.internalMeetingId, assignment);
    const seen = outlook(view, held, { now, noticesMs: options.noticesMs() });
    const marked =
      options.hasMarked(meeting.internalMeetingId) || (!options.dryRun && isMarked(meeting, held.limits));
    const isOwnerOpen = held.owner === undefined && seen.places !== 'unlimited' && !props.isBreakout;
    return {
      internal_meeting_id: meeting.internalMeetingId,
      external_meeting_id: props.externalMeetingId,
      name: props.name,
      is_breakout: props.isBreakout,
      parent_internal_meeting_id: props.parentInternalMeetingId ?? null,
      tenant: (tier.state === 'known' ? tier.assignment.tenant : tier.tenant) ?? null,
      tier: assignment?.tierCode ?? null,
      tier_title: assignment?.tierTitle ?? null,
      tier_source: assignment?.source ?? null,
      tier_unknown: tier.state === 'known' ? null : { waits_for: tier.waitsFor, until: tier.until },
      created_at: bbbEpochMs(props.createTime),
      ends_at: seen.endsAt ?? null,
      remaining_seconds: seen.remainingSeconds ?? null,
      duration_enforce: held.limits.meeting_duration.enforce,
      people: seen.people,
      places: seen.places,
      participants_enforce: held.limits.participants.enforce,
      unknown_owner: isOwnerOpen ? held.unknownOwner : null,
      dial_ins: seen.dialIns,
      recording: seen.recording,
      recording_allowed: seen.recordingAllowed,
      recording_marked: marked,
      next: seen.next ?? null,
    };
  }

  function one(id: InternalMeetingId): LiveMeeting | undefined {
    const { meetings, tiers } = options.state();
    const view = meetings.view(id);
    const props = view?.meeting.props;
    // The latest: to resolve it anew is the loop's part.
    const tier = tiers.latest(id);
    if (view === undefined || view.meeting.ended !== undefined || props === undefined) return undefined;
    return tier === undefined || tier.state === 'none' ? undefined : shown(view, props, tier);
  }

  function all(): readonly LiveMeeting[] {
    const found: LiveMeeting[] = [];
    for (const { internalMeetingId } of options.state().meetings.all()) {
      const meeting = one(internalMeetingId);
      if (meeting !== undefined) found.push(meeting);
    }
    return found.sort(
      (a, b) => b.created_at - a.created_at || (a.internal_meeting_id < b.internal_meeting_id ? -1 : 1),
    );
  }

  return {
    one,
    all,
    find(id) {
      const { meetings } = options.state();
      const exact = meetings.get(id as InternalMeetingId);
      if (exact !== undefined) return exact;
      const rank = (meeting: Meeting): number =>
        (meeting.ended === undefined ? 1e15 : 0) +
        (meeting.props === undefined ? 0 : bbbEpochMs(meeting.props.createTime));
      let best: Meeting | undefined;
      for (const meeting of meetings.all()) {
        if (meeting.props?.externalMeetingId !== id) continue;
        if (best === undefined || rank(meeting) > rank(best)) best = meeting;
      }
      return best;
    },
    countByTenant() {
      const { meetings, tiers } = options.state();
      const counts = new Map<string, number>();
      for (const { internalMeetingId, ended, props } of meetings.all()) {
        const tenant = tiers.known(internalMeetingId)?.tenant;
        if (ended !== undefined || props === undefined || tenant === undefined) continue;
        counts.set(tenant, (counts.get(tenant) ?? 0) + 1);
      }
      return counts;
    },
  };
}
