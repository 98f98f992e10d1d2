/** Which tier each running meeting has: fixed at first sight, read again on a reload; asks the pure rules, holds none. */
import type { Config } from '../core/config';
import type { EffectiveTier, MeetingView } from '../core/decide';
import type { InternalMeetingId, MeetingProps } from '../core/meeting';
import {
  assignTier,
  awaitsParent,
  type ClaimRefusal,
  type ClaimResult,
  ofParent,
  type RoomOwner,
  reassign,
  type TierAssignment,
  tenantOf,
} from '../core/tier-resolution';
import type { RoomOwners } from './ports';

export interface TierBook {
  /** The meeting's tier; undefined while a breakout room's parent is unknown. */
  of(view: MeetingView): TierAssignment | undefined;
  /** The same without reading anything: undefined when it was not asked for yet. */
  known(id: InternalMeetingId): TierAssignment | undefined;
  /** What an earlier run of the service had assigned; a reload may only have widened it. */
  remember(id: InternalMeetingId, assignment: TierAssignment): void;
  /** The rules are read again for every meeting at its next look. */
  reload(): void;
  /** Greenlight told something new of this meeting's owner. */
  forgetReading(id: InternalMeetingId): void;
  forget(id: InternalMeetingId): void;
  /** What `decide` needs of an assignment; what holds for unknown owners is read from the tenant's entry of today. */
  effective(assignment: TierAssignment): EffectiveTier;
}

export interface TierBookOptions {
  readonly config: () => Config;
  readonly verifyClaim: (metadata: Readonly<Record<string, string>>) => ClaimResult;
  readonly roomOwners: RoomOwners | undefined;
  readonly onAssigned: (view: MeetingView, assignment: TierAssignment) => void;
  readonly onClaimRefused: (view: MeetingView, reason: ClaimRefusal) => void;
}

interface Page {
  readonly assignment: TierAssignment;
  /** False: read the rules again at the next look. */
  readonly current: boolean;
  readonly refused: ClaimRefusal | undefined;
}

/** What must be known to tell a change from a repetition. */
function sameAssignment(a: TierAssignment, b: TierAssignment): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** An empty book over the running configuration. */
export function createTierBook(options: TierBookOptions): TierBook {
  const pages = new Map<InternalMeetingId, Page>();

  function roomOwner(props: MeetingProps, config: Config): RoomOwner | undefined {
    const tenant = tenantOf(props, config);
    if (tenant === undefined || options.roomOwners === undefined) return undefined;
    return options.roomOwners.lookUp(tenant.id, props.externalMeetingId);
  }

  function read(view: MeetingView, known: Page | undefined): Page {
    const { props } = view.meeting;
    const config = options.config();
    if (props === undefined) throw new Error('a tier was asked for before the meeting was known');
    const found = assignTier(props, config, options.verifyClaim(props.metadata), roomOwner(props, config));
    if (found.refused !== undefined && found.refused !== known?.refused)
      options.onClaimRefused(view, found.refused);
    const assignment = known === undefined ? found.assignment : reassign(known.assignment, found.assignment);
    return { assignment, current: true, refused: found.refused };
  }

  function ofMeeting(view: MeetingView): TierAssignment {
    const id = view.meeting.internalMeetingId;
    const known = pages.get(id);
    if (known?.current === true) return known.assignment;
    const page = read(view, known);
    pages.set(id, page);
    if (known === undefined || !sameAssignment(known.assignment, page.assignment))
      options.onAssigned(view, page.assignment);
    return page.assignment;
  }

  function ofBreakout(view: MeetingView): TierAssignment | undefined {
    const { parent } = view;
    // Its copied metadata would pass for another room's: only the parent's own reading counts.
    if (awaitsParent(view.meeting, parent) || parent === undefined) return undefined;
    const id = view.meeting.internalMeetingId;
    const parentAssignment =
      pages.get(parent.internalMeetingId)?.assignment ??
      ofMeeting({ meeting: parent, parent: undefined, breakouts: [] });
    const assignment = ofParent(parentAssignment);
    const known = pages.get(id);
    if (known === undefined || !sameAssignment(known.assignment, assignment)) {
      pages.set(id, { assignment, current: true, refused: undefined });
      options.onAssigned(view, assignment);
    }
    return assignment;
  }

  return {
    of(view) {
      if (view.meeting.props === undefined) return undefined;
      return view.meeting.props.isBreakout && view.meeting.props.parentInternalMeetingId !== undefined
        ? ofBreakout(view)
        : ofMeeting(view);
    },
    known: (id) => pages.get(id)?.assignment,
    remember(id, assignment) {
      const known = pages.get(id);
      const merged = known === undefined ? assignment : reassign(assignment, known.assignment);
      pages.set(id, { assignment: merged, current: false, refused: known?.refused });
    },
    reload() {
      for (const [id, page] of pages) pages.set(id, { ...page, current: false });
    },
    forgetReading(id) {
      const page = pages.get(id);
      if (page !== undefined) pages.set(id, { ...page, current: false });
    },
    forget: (id) => void pages.delete(id),
    effective({ tierTitle, limits, owner, tenant }) {
      const rule = tenant === undefined ? undefined : options.config().tenants.get(tenant)?.unknownOwner;
      return { title: tierTitle, limits, owner, unknownOwner: rule ?? 'protect-moderators' };
    },
  };
}
