/** Which tier each running meeting has: resolved by the pure rules, kept, and resolved again when something that they rest on changes. */
import type { Config } from '../core/config';
import type { EffectiveTier, MeetingView } from '../core/decide';
import type { InternalMeetingId, MeetingProps } from '../core/meeting';
import {
  awaitsParent,
  type ClaimRefusal,
  type ClaimResult,
  completed,
  type KeptAssignment,
  ofParent,
  type RoomOwnerReading,
  resolveTier,
  type TierAssignment,
  type TierBefore,
  type TierResolution,
  type TierSource,
  tenantOf,
} from '../core/tier-resolution';
import type { RoomOwners } from './ports';

export interface TierAssignments {
  /** The meeting's tier as far as it can be resolved now. */
  of(view: MeetingView): TierResolution;
  /** The last resolution, without reading anything; undefined when there was none. */
  latest(id: InternalMeetingId): TierResolution | undefined;
  /** The tier by the last resolution; undefined while it is unknown. */
  known(id: InternalMeetingId): TierAssignment | undefined;
  /** What `decide` needs of an assignment of this meeting. */
  effective(id: InternalMeetingId, assignment: TierAssignment): EffectiveTier;
  /** The meeting was seen being created: nothing can have been kept of it. */
  begun(id: InternalMeetingId): void;
  /** What the journal has of this run; undefined: nothing. `knownSince`: as it was kept. */
  restore(id: InternalMeetingId, kept: KeptAssignment | undefined, knownSince: number | undefined): void;
  /** The journal is read again at this moment. */
  journalDueAt(at: number): void;
  /** Has the journal been read for this meeting, or need it not be? */
  isRestored(id: InternalMeetingId): boolean;
  /** Queries the roles again of meetings whose tenant has them, as far as the answers are not fresh. */
  refreshRoles(): void;
  /** The rules are applied anew to every meeting at its next look. */
  reload(): void;
  /** There is a new answer about this meeting's owner. */
  forgetReading(id: InternalMeetingId): void;
  forget(id: InternalMeetingId): void;
}

export interface TierAssignmentsOptions {
  readonly config: () => Config;
  readonly verifyClaim: (metadata: Readonly<Record<string, string>>) => ClaimResult;
  readonly roomOwners: RoomOwners | undefined;
  readonly now: () => number;
  readonly onAssigned: (view: MeetingView, assignment: TierAssignment) => void;
  /** The tier cannot be resolved yet; once per meeting. */
  readonly onUnknown: (view: MeetingView, waitsFor: TierSource, tenant: string | undefined) => void;
  /** The tier became known later than the meeting began. */
  readonly onKnownSince: (id: InternalMeetingId, at: number) => void;
  readonly onClaimRefused: (view: MeetingView, reason: ClaimRefusal) => void;
}

interface Entry {
  before: TierBefore;
  resolution: TierResolution | undefined;
  /** False: the rules are applied at the next look. */
  isCurrent: boolean;
  /** Seen being created by this process. */
  isBegun: boolean;
  knownSince: number | undefined;
  /** For want of this the tier was unknown in this process. */
  waitedFor: TierSource | undefined;
  /** The owner's look-up has not been answered. */
  isOwnerPending: boolean;
  refused: ClaimRefusal | undefined;
  /** Whose roles count, and for which room. */
  room: { readonly tenant: string; readonly externalMeetingId: string } | undefined;
}

const NONE: TierResolution = { state: 'none' };

/** Compares all that is stored of an assignment. */
function sameAssignment(a: TierAssignment | undefined, b: TierAssignment): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** A breakout room has its parent's. */
function roomResolution(parent: TierResolution): TierResolution {
  if (parent.state === 'known') return { state: 'known', assignment: ofParent(parent.assignment) };
  if (parent.state === 'none') return NONE;
  return { ...parent, candidates: parent.candidates.map(ofParent) };
}

/** Nothing resolved yet. */
export function createTierAssignments(options: TierAssignmentsOptions): TierAssignments {
  const entries = new Map<InternalMeetingId, Entry>();
  let journalDueAt = options.now();

  function entryOf(id: InternalMeetingId): Entry {
    const known = entries.get(id);
    if (known !== undefined) return known;
    const entry: Entry = {
      before: { state: 'unknown', until: journalDueAt },
      resolution: undefined,
      isCurrent: false,
      isBegun: false,
      knownSince: undefined,
      waitedFor: undefined,
      isOwnerPending: false,
      refused: undefined,
      room: undefined,
    };
    entries.set(id, entry);
    return entry;
  }

  function lookUp(props: MeetingProps, config: Config, entry: Entry): RoomOwnerReading {
    const { before } = entry;
    const claimed = before.state === 'known' ? before.assignment.tenant : undefined;
    const tenant = tenantOf(props, config) ?? config.tenants.get(claimed ?? '');
    const { externalMeetingId } = props;
    entry.room = tenant?.tierByRole === true ? { tenant: tenant.id, externalMeetingId } : undefined;
    if (tenant === undefined || options.roomOwners === undefined) return { state: 'none' };
    return options.roomOwners.lookUp(tenant.id, externalMeetingId);
  }

  /**
   * A run whose tier was unknown so far, or that was met without a record, has its end announced in full. Not one whose kept tier only
   * waited for the first answer about the owner: every restart would give it more time.
   */
  function isLate(entry: Entry): boolean {
    if (entry.waitedFor === 'database') return true;
    return entry.before.state === 'none' && (!entry.isBegun || entry.waitedFor !== undefined);
  }

  function becomesKnown(view: MeetingView, entry: Entry, assignment: TierAssignment): void {
    const id = view.meeting.internalMeetingId;
    const hadNone = entry.before.state !== 'known' || entry.before.isRestored;
    const changed = entry.before.state !== 'known' || !sameAssignment(entry.before.assignment, assignment);
    if (hadNone && isLate(entry)) {
      entry.knownSince = options.now();
      options.onKnownSince(id, entry.knownSince);
    }
    entry.waitedFor = undefined;
    entry.before = { state: 'known', assignment, isRestored: false };
    entry.isCurrent = true;
    if (changed) options.onAssigned(view, assignment);
  }

  function staysUnknown(view: MeetingView, entry: Entry, found: TierResolution & { state: 'unknown' }): void {
    if (entry.waitedFor === found.waitsFor) return;
    entry.waitedFor ??= found.waitsFor;
    options.onUnknown(view, found.waitsFor, found.tenant);
  }

  function ofMeeting(view: MeetingView, props: MeetingProps): TierResolution {
    const entry = entryOf(view.meeting.internalMeetingId);
    if (entry.isCurrent && entry.resolution !== undefined) return entry.resolution;
    const config = options.config();
    if (entry.before.state === 'unknown') entry.before = { state: 'unknown', until: journalDueAt };
    const roomOwner = lookUp(props, config, entry);
    const claim = options.verifyClaim(props.metadata);
    const { resolution, refused } = resolveTier({ props, config, claim, roomOwner, before: entry.before });
    if (refused !== undefined && refused !== entry.refused) options.onClaimRefused(view, refused);
    entry.refused = refused;
    entry.isOwnerPending = roomOwner.state === 'unknown';
    if (resolution.state === 'known') becomesKnown(view, entry, resolution.assignment);
    if (resolution.state === 'unknown') staysUnknown(view, entry, resolution);
    entry.resolution = resolution;
    return resolution;
  }

  function ofBreakout(view: MeetingView): TierResolution {
    const { parent } = view;
    // Its copied metadata would pass for another room's: only the parent's own reading counts.
    if (awaitsParent(view.meeting, parent) || parent?.props === undefined) return NONE;
    const entry = entryOf(view.meeting.internalMeetingId);
    const above = entryOf(parent.internalMeetingId);
    const resolution = roomResolution(
      ofMeeting({ meeting: parent, parent: undefined, breakouts: [] }, parent.props),
    );
    entry.knownSince = above.knownSince;
    entry.isOwnerPending = above.isOwnerPending;
    if (resolution.state === 'known') {
      const latest = entry.resolution?.state === 'known' ? entry.resolution.assignment : undefined;
      if (!sameAssignment(latest, resolution.assignment)) options.onAssigned(view, resolution.assignment);
    }
    entry.resolution = resolution;
    return resolution;
  }

  function known(id: InternalMeetingId): TierAssignment | undefined {
    const resolution = entries.get(id)?.resolution;
    return resolution?.state === 'known' ? resolution.assignment : undefined;
  }

  return {
    of(view) {
      const { props } = view.meeting;
      if (props === undefined) return NONE;
      return props.isBreakout && props.parentInternalMeetingId !== undefined
        ? ofBreakout(view)
        : ofMeeting(view, props);
    },
    latest: (id) => entries.get(id)?.resolution,
    known,
    effective(id, { tierTitle, limits, owner, tenant }) {
      const entry = entries.get(id);
      const rule = tenant === undefined ? undefined : options.config().tenants.get(tenant)?.unknownOwner;
      const unknownOwner = entry?.isOwnerPending === true ? undefined : rule;
      return {
        title: tierTitle,
        limits,
        owner,
        unknownOwner: unknownOwner ?? 'protect-moderators',
        knownSince: entry?.knownSince,
      };
    },
    begun(id) {
      const entry = entryOf(id);
      if (entry.before.state !== 'unknown') return;
      entry.before = { state: 'none' };
      entry.isBegun = true;
    },
    restore(id, kept, knownSince) {
      const entry = entryOf(id);
      if (entry.before.state !== 'unknown') return;
      entry.before =
        kept === undefined
          ? { state: 'none' }
          : { state: 'known', assignment: completed(kept, options.config()), isRestored: true };
      entry.knownSince = knownSince;
    },
    journalDueAt(at) {
      journalDueAt = at;
    },
    isRestored: (id) => (entries.get(id)?.before.state ?? 'unknown') !== 'unknown',
    refreshRoles() {
      for (const { room } of entries.values())
        if (room !== undefined) options.roomOwners?.lookUp(room.tenant, room.externalMeetingId);
    },
    reload() {
      for (const entry of entries.values()) entry.isCurrent = false;
    },
    forgetReading(id) {
      const entry = entries.get(id);
      if (entry !== undefined) entry.isCurrent = false;
    },
    forget: (id) => void entries.delete(id),
  };
}
