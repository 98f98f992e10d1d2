/** The loop's memory with many meetings in it, each with its tier, and no loop. */
import type { Clock } from '../../sidecar/core/clock';
import type { Config } from '../../sidecar/core/config';
import type { InternalMeetingId } from '../../sidecar/core/meeting';
import { createMeetings, type Meetings } from '../../sidecar/loop/meetings';
import { createTierAssignments, type TierAssignments } from '../../sidecar/loop/tier-assignments';
import { aView, created, meetingAfter, meetingId } from './builders';

export interface LoopMemory {
  readonly meetings: Meetings;
  readonly tiers: TierAssignments;
  readonly ids: readonly InternalMeetingId[];
}

/** `m-0`, `m-1` …, named `Meeting m-0` …, without people; created now. */
export function loopMemory(count: number, config: Config, clock: Pick<Clock, 'now'>): LoopMemory {
  const meetings = createMeetings();
  const tiers = createTierAssignments({
    config: () => config,
    verifyClaim: () => undefined,
    roomOwners: undefined,
    now: () => clock.now(),
    onAssigned: () => undefined,
    onUnknown: () => undefined,
    onKnownSince: () => undefined,
    onClaimRefused: () => undefined,
  });
  const ids = Array.from({ length: count }, (_, index) => meetingId(`m-${index}`));
  for (const id of ids) {
    const fact = created({ externalMeetingId: id, name: `Meeting ${id}`, createTime: clock.now() }, id);
    const meeting = meetingAfter([fact], id);
    meetings.set(meeting);
    tiers.begun(id);
    tiers.of(aView(meeting));
  }
  return { meetings, tiers, ids };
}
