/** Whatever is done to the two wall clocks: who fits in is never removed, nobody is during doubt, and after two readings the cap holds again. */
import fc from 'fast-check';
import { bbbInstant } from '../../../sidecar/core/bbb-instant';
import type { MeetingEvent } from '../../../sidecar/core/events';
import { createMemoryJournal } from '../../../sidecar/store/memory-journal';
import { created, HOUR, joined, MEETING, someLimits, stamped, T0, userId } from '../../support/builders';
import { setTo, clockSetting as setting } from './clock-settings';
import { SECOND, snapshot, startLoop } from './played-bbb';

const PLACES = 2;
const RESYNC = 30 * SECOND;
/** A message of the bus is under way for so long. */
const ON_ITS_WAY_MS = 5;
/** A step is seen at once on the own clock, on BBB's with the third stamp; these come every 10 s. */
const SEEN_WITHIN_MS = 30 * SECOND;
/** Until the cap holds again: the step is seen, BBB is read at once and an interval later, a stamp agrees. */
const SETTLED_MS = SEEN_WITHIN_MS + RESYNC + 10 * SECOND;
const STEP_MS = 2 * SECOND;

/** What happens, and how long after that nothing does. */
const happening = fc.record({
  own: setting,
  bbb: setting,
  comes: fc.boolean(),
  /** The one of those present who leaves, by the order in which they came. */
  leaves: fc.option(fc.nat({ max: 3 }), { nil: undefined, freq: 3 }),
  thenMs: fc.oneof(fc.integer({ min: 50, max: 3_000 }), fc.integer({ min: 3_000, max: 100_000 })),
});
type Happening = typeof happening extends fc.Arbitrary<infer Value> ? Value : never;

interface Removal {
  readonly at: number;
  readonly who: string;
  /** Who was there and came before. */
  readonly before: number;
}
interface Step {
  readonly at: number;
  readonly clock: 'own' | 'bbb';
  readonly ms: number;
}
interface Course {
  readonly removals: readonly Removal[];
  readonly steps: readonly Step[];
  /** When something stamped by BBB was received. */
  readonly stamps: readonly number[];
  /** Over the cap though no clock was set for long and the last join is a while ago. */
  readonly excesses: readonly { readonly at: number; readonly people: readonly string[] }[];
}

async function play(history: readonly Happening[], skew: number): Promise<Course> {
  const limits = someLimits({
    participants: { max: PLACES, enforce: 'hard' },
    meeting_duration: { max: 'unlimited', enforce: 'hard' },
  });
  const { watch, clock, bbb } = startLoop(createMemoryJournal(), limits);
  const removals: Removal[] = [];
  const steps: Step[] = [];
  const stamps: number[] = [];
  const excesses: { at: number; people: readonly string[] }[] = [];
  let present: string[] = [];
  let offsets = { own: 0, bbb: skew };
  let count = 0;
  let joinedAt = 0;
  let stampedAt = T0;
  let setBackAt = Number.NEGATIVE_INFINITY;
  /** Who comes within 2 s of BBB's clock being set back has no certain place in the order: so many more may stay. */
  let blurred = 0;

  /** BBB stamped it as it happened; it is received a little later. */
  function send(event: (at: number) => MeetingEvent): void {
    const sent = event(clock.now() + offsets.bbb);
    stamps.push(clock.now() + ON_ITS_WAY_MS);
    clock.schedule(ON_ITS_WAY_MS, () => watch.live(stamped(sent)));
  }

  function gone(who: string, ejected: boolean): void {
    present = present.filter((each) => each !== who);
    const left = { type: 'user-left', via: 'bus', internalMeetingId: MEETING, ejected } as const;
    send((at) => ({ ...left, at, internalUserId: userId(`w_${who}`) }));
  }

  bbb.eject = (session) => {
    const who = session.replace('w_', '');
    if (!present.includes(who)) return;
    removals.push({ at: clock.now(), who, before: present.indexOf(who) });
    gone(who, true);
  };

  /** BBB's lists are there at any moment; akka-apps answers pings every 10 s. */
  async function pass(ms: number): Promise<void> {
    const until = clock.now() + ms;
    while (clock.now() < until) {
      const next = Math.min(until, stampedAt + 10 * SECOND);
      bbb.online = present;
      bbb.lists = [snapshot(clock.now(), present.length, MEETING, true, present)];
      await clock.advance(next - clock.now());
      if (next < stampedAt + 10 * SECOND) continue;
      stampedAt = next;
      stamps.push(next);
      watch.stamped(bbbInstant(next - ON_ITS_WAY_MS + offsets.bbb));
    }
    const isQuiet = clock.now() - Math.max(T0, ...steps.map(({ at }) => at)) > SETTLED_MS;
    if (isQuiet && clock.now() - joinedAt > 2 * SECOND && present.length > PLACES + blurred)
      excesses.push({ at: clock.now() - T0, people: present });
  }

  try {
    watch.busBack(undefined);
    await watch.resync.start();
    const createTime = clock.now() + offsets.bbb;
    send((at) => ({ ...created({ createTime }), at }));
    await pass(40 * SECOND);
    for (const { own, bbb: bbbSetting, comes, leaves, thenMs } of history) {
      const next = { own: setTo(offsets.own, own), bbb: setTo(offsets.bbb, bbbSetting) };
      for (const each of ['own', 'bbb'] as const)
        if (next[each] !== offsets[each])
          steps.push({ at: clock.now(), clock: each, ms: next[each] - offsets[each] });
      clock.stepWall(next.own - offsets.own);
      if (next.bbb < offsets.bbb) setBackAt = clock.now();
      offsets = next;
      if (comes) {
        if (clock.now() - setBackAt <= STEP_MS + 100) blurred += 1;
        count += 1;
        joinedAt = clock.now();
        const who = `p${count}`;
        present = [...present, who];
        send((at) => joined(who, at));
      }
      const leaving = leaves === undefined ? undefined : present[leaves];
      if (leaving !== undefined) gone(leaving, false);
      await pass(thenMs);
    }
    await pass(SETTLED_MS + 10 * SECOND);
  } finally {
    await watch.stop();
  }
  return { removals, steps, stamps, excesses };
}

/** The own clock at once; BBB's with the third stamp, set back not before these have differed for as long as a message takes. */
function seenAt({ at, clock, ms }: Step, stamps: readonly number[]): number {
  if (clock === 'own') return at;
  const [first = Number.POSITIVE_INFINITY, , ...others] = stamps.filter((each) => each > at);
  return others.find((each) => ms > 0 || each - first >= STEP_MS) ?? Number.POSITIVE_INFINITY;
}

/**
 * Certainly in doubt: a clock was set, that is seen by now, and no interval between two readings has passed since. A setting with another
 * one before the next reading of that clock may never be seen.
 */
function isInDoubt(at: number, steps: readonly Step[], stamps: readonly number[]): boolean {
  return steps.some((step) => {
    if (Math.abs(step.ms) <= STEP_MS) return false;
    const since = seenAt(step, stamps);
    if (at <= since || at >= since + RESYNC) return false;
    const others = steps.filter((other) => other !== step && other.clock === step.clock);
    const apart = step.clock === 'own' ? 10 * SECOND : SETTLED_MS;
    return others.every((other) => Math.abs(other.at - step.at) > apart);
  });
}

test('random settings of both clocks', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(happening, { minLength: 1, maxLength: 14 }),
      fc.constantFrom(0, HOUR, -HOUR, 90 * SECOND),
      async (history, skew) => {
        const { removals, steps, stamps, excesses } = await play(history, skew);
        expect(removals.filter(({ before }) => before < PLACES)).toEqual([]);
        expect(removals.filter(({ at }) => isInDoubt(at, steps, stamps))).toEqual([]);
        expect(excesses).toEqual([]);
      },
    ),
    { numRuns: 300 },
  );
}, 60_000);
