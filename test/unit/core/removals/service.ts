/** The core as the loop drives it, one process long: reduces, decides at every event and every recheck, paces what it decided. */
import type { EjectUser } from '../../../../sidecar/core/actions';
import { decide, type EffectiveTier, type MeetingView } from '../../../../sidecar/core/decide';
import type { MeetingEvent } from '../../../../sidecar/core/events';
import type { InternalMeetingId, Meeting } from '../../../../sidecar/core/meeting';
import { reduce, unknownMeeting } from '../../../../sidecar/core/reduce';
import { type Acts, createActs } from '../../../../sidecar/loop/acts';
import { aContext } from '../../../support/builders';

export interface ServiceOptions {
  readonly now: () => number;
  readonly later: (moment: number, run: () => void) => void;
  readonly tier: EffectiveTier;
  readonly onChange: (before: Meeting, after: Meeting) => void;
  /** Each removal that was decided, however often it is repeated. */
  readonly onDecided: (action: EjectUser, meeting: InternalMeetingId) => void;
  readonly onEject: (action: EjectUser, stillWanted: () => boolean) => void;
  readonly onRefresh: (meeting: InternalMeetingId, onAnswered: () => void) => void;
  /** Something of a meeting came whose creation was not seen. */
  readonly onUnknown: () => void;
}

export interface Service {
  receive(event: MeetingEvent): void;
  readonly meetings: ReadonlyMap<InternalMeetingId, Meeting>;
  stop(): void;
}

export function createService(options: ServiceOptions): Service {
  const meetings = new Map<InternalMeetingId, Meeting>();
  const actsOf = new Map<InternalMeetingId, Acts>();
  const asked = new Set<InternalMeetingId>();
  const armed = new Map<InternalMeetingId, number>();
  let stopped = false;

  function viewOf(meeting: Meeting): MeetingView {
    const parentId = meeting.props?.parentInternalMeetingId;
    return {
      meeting,
      parent: parentId === undefined ? undefined : meetings.get(parentId),
      breakouts: [...meetings.values()].filter(
        ({ props, ended }) =>
          props?.parentInternalMeetingId === meeting.internalMeetingId && ended?.certain !== false,
      ),
    };
  }

  function wanted(id: InternalMeetingId): ReturnType<typeof decide> {
    const meeting = meetings.get(id);
    if (meeting === undefined || stopped) return { actions: [], recheckAt: undefined };
    const decision = decide(viewOf(meeting), options.tier, aContext(options.now()));
    for (const action of decision.actions) if (action.type === 'eject-user') options.onDecided(action, id);
    return decision;
  }

  function arm(id: InternalMeetingId, moment: number | undefined): void {
    if (moment === undefined || !Number.isFinite(moment)) return;
    const due = Math.max(moment, options.now() + 1);
    if ((armed.get(id) ?? Number.POSITIVE_INFINITY) <= due) return;
    armed.set(id, due);
    options.later(due, () => {
      if (armed.get(id) !== due) return;
      armed.delete(id);
      look(id);
    });
  }

  function look(id: InternalMeetingId): void {
    const meeting = meetings.get(id);
    if (meeting === undefined || stopped) return;
    const acts = actsOf.get(id) ?? createActs();
    actsOf.set(id, acts);
    acts.settle(viewOf(meeting));
    const { actions, recheckAt } = wanted(id);
    acts.keepOnly(new Set(actions.map(({ key }) => key)), options.now());
    for (const action of actions) {
      if (!acts.isDue(action, options.now(), meeting.seenAt)) continue;
      const act = acts.attempt(action, options.now(), () => 'AAA-AAA');
      if (action.type === 'refresh-meeting') {
        act.underWay = true;
        options.onRefresh(id, () => {
          act.underWay = false;
        });
      }
      if (action.type === 'eject-user')
        options.onEject(action, () => wanted(id).actions.some(({ key }) => key === action.key));
    }
    arm(id, recheckAt);
    arm(id, acts.nextAt(actions, meeting.seenAt));
  }

  return {
    meetings,
    receive(event) {
      const id = event.internalMeetingId;
      const before = meetings.get(id) ?? unknownMeeting(id);
      const after = reduce(before, event);
      meetings.set(id, after);
      options.onChange(before, after);
      if (after.props === undefined && !asked.has(id)) {
        asked.add(id);
        options.onUnknown();
      }
      look(id);
      const parent = after.props?.parentInternalMeetingId;
      if (parent !== undefined) look(parent);
    },
    stop() {
      stopped = true;
    },
  };
}
