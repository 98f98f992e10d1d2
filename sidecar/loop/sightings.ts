/** Keeps, per meeting, what BBB's lists and the bus showed of its running; the rule is `core/running.ts`. */
import type { InternalMeetingId } from '../core/meeting';
import { type Evidence, firstEvidence, judge, type Reading, type Verdict, withReport } from '../core/running';
import type { Meetings } from './meetings';

export interface Sightings {
  /** akka-apps published a message about this meeting; `at`: our clock. */
  reported(id: InternalMeetingId, at: number): void;
  /** Takes in both lists; returns the verdict on every meeting that is listed or kept. */
  read(reading: Reading<InternalMeetingId>): ReadonlyMap<InternalMeetingId, Verdict>;
  /** When it was last certain that it runs. */
  at(id: InternalMeetingId): number | undefined;
}

export interface SightingsOptions {
  readonly meetings: Pick<Meetings, 'get' | 'all'>;
  /** Since when the bus has been received without a break; undefined: it is not. */
  readonly busSince: () => number | undefined;
}

/** Nothing seen yet. */
export function createSightings({ meetings, busSince }: SightingsOptions): Sightings {
  const seen = new Map<InternalMeetingId, Evidence>();

  function verdictOn(id: InternalMeetingId, reading: Reading<InternalMeetingId>): Verdict {
    const ended = meetings.get(id)?.ended;
    const context = { busSince: busSince(), doubtedAt: ended?.concludedAt ?? ended?.at };
    const result = judge(id, seen.get(id) ?? firstEvidence(reading.startedAt), reading, context);
    seen.set(id, result.evidence);
    // An internal id never comes back.
    return ended?.certain === true ? 'gone' : result.verdict;
  }

  return {
    reported(id, at) {
      seen.set(id, withReport(seen.get(id) ?? firstEvidence(at), at));
    },
    read(reading) {
      const { akka, web } = reading;
      const ids = new Set<InternalMeetingId>([...akka.entries.keys(), ...web.entries.keys()]);
      for (const id of seen.keys()) if (!ids.has(id) && meetings.get(id) === undefined) seen.delete(id);
      for (const { internalMeetingId } of meetings.all()) ids.add(internalMeetingId);
      return new Map([...ids].map((id) => [id, verdictOn(id, reading)]));
    },
    at: (id) => seen.get(id)?.sightedAt,
  };
}
