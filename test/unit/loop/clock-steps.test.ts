/** Whatever is done to the two wall clocks: no meeting is ended before its true time, and each is ended soon after. */
import fc from 'fast-check';
import { bbbInstant } from '../../../sidecar/core/bbb-instant';
import type { MeetingEvent } from '../../../sidecar/core/events';
import { createMemoryJournal } from '../../../sidecar/store/memory-journal';
import { created, HOUR, MEETING, someLimits, someProps, stamped, T0 } from '../../support/builders';
import { type ClockSetting, clockSetting, setTo } from './clock-settings';
import { MINUTE, SECOND, startLoop } from './played-bbb';

const GRACE = 15 * SECOND;
/** A step is seen within 30 s, and is over an interval after that, at the next stamp. */
const SETTLED = 30 * SECOND + 30 * SECOND + 10 * SECOND;

const step = fc.record({
  /** In 10 s from the beginning. */
  after: fc.integer({ min: 0, max: 450 }),
  own: clockSetting,
  bbb: clockSetting,
});

interface History {
  readonly steps: readonly {
    readonly after: number;
    readonly own: ClockSetting;
    readonly bbb: ClockSetting;
  }[];
  /** How old the meeting is when the service begins; undefined: it is created a second later, before its eyes. */
  readonly age: number | undefined;
  readonly skew: number;
}

/** When the meeting was ended, after its true start; undefined: not within an hour and a half. */
async function endedAfter({ steps, age, skew }: History): Promise<number | undefined> {
  const limits = someLimits({
    meeting_duration: { max: HOUR, enforce: 'hard' },
    participants: { max: 'unlimited', enforce: 'hard' },
  });
  const loop = startLoop(createMemoryJournal(), limits);
  const { watch, clock, bbb, done } = loop;
  try {
    let ahead = skew;
    let ownAhead = 0;
    const startedAt = age === undefined ? T0 + SECOND : T0 - age;
    const createTime = startedAt + ahead;
    const list = (): MeetingEvent => ({
      type: 'meeting-snapshot',
      internalMeetingId: MEETING,
      at: clock.now(),
      props: someProps({ createTime }),
      online: 1,
      attendees: [],
    });
    watch.busBack(undefined);
    if (age !== undefined) bbb.lists = [list()];
    await watch.resync.start();
    if (age === undefined) {
      await clock.advance(SECOND);
      watch.live({ ...stamped(created({ createTime })), at: bbbInstant(createTime) } as never);
    }
    for (let tens = 0; tens < 540; tens += 1) {
      for (const { after, own, bbb: bbbSetting } of steps.filter((each) => each.after === tens)) {
        // The meeting is dated first: a step before the service has seen BBB's clock cannot be seen.
        if (tens < 12 && age !== undefined) continue;
        clock.stepWall(setTo(ownAhead, own) - ownAhead);
        ownAhead = setTo(ownAhead, own);
        ahead = setTo(ahead, bbbSetting);
        expect(after).toBe(tens);
      }
      await clock.advance(10 * SECOND);
      bbb.lists = [list()];
      watch.stamped(bbbInstant(clock.now() + ahead));
      await clock.advance(0);
      if (done.some((each) => each.startsWith('end'))) return clock.now() - startedAt;
    }
    return undefined;
  } finally {
    await watch.stop();
  }
}

test('no end before the true limit, and the end soon after the last step', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        steps: fc.array(step, { maxLength: 6 }),
        age: fc.option(fc.integer({ min: 0, max: 50 * MINUTE }), { nil: undefined }),
        skew: fc.constantFrom(0, HOUR, -HOUR, 90 * SECOND),
      }),
      async (history) => {
        const after = await endedAfter(history);
        expect(after).toBeDefined();
        expect(after).toBeGreaterThanOrEqual(HOUR + GRACE - SECOND);
        // All since the meeting's true start.
        const steps = history.steps.map((each) => each.after * 10 * SECOND + (history.age ?? -SECOND));
        const due = Math.max(HOUR + GRACE, ...steps);
        expect(after).toBeLessThanOrEqual(due + SETTLED + 20 * SECOND);
      },
    ),
    { numRuns: 60 },
  );
});

test.each([0, 900])(
  'BBB stamped the last message %i ms ago, then the bus is lost → the meeting is ended at its hour by the lists',
  async (lateMs) => {
    const limits = someLimits({
      meeting_duration: { max: HOUR, enforce: 'hard' },
      participants: { max: 'unlimited', enforce: 'hard' },
    });
    const { watch, clock, bbb, done } = startLoop(createMemoryJournal(), limits);
    const list = (): MeetingEvent => ({
      type: 'meeting-snapshot',
      internalMeetingId: MEETING,
      at: clock.now(),
      props: someProps({ createTime: T0 }),
      online: 1,
      attendees: [],
    });
    const pass = async (tens: number): Promise<void> => {
      for (let ten = 0; ten < tens; ten += 1) {
        await clock.advance(10 * SECOND);
        bbb.lists = [list()];
      }
    };
    try {
      watch.busBack(undefined);
      await watch.resync.start();
      watch.live(stamped(created({ createTime: T0 })));
      for (let count = 0; count < 3; count += 1) {
        await pass(1);
        watch.stamped(bbbInstant(clock.now()));
      }
      watch.stamped(bbbInstant(clock.now() - lateMs));
      watch.busLost(clock.now());
      await pass(357);
      const isEnded = (): boolean => done.some((each) => each.startsWith('end'));
      expect(isEnded()).toBe(false);
      await pass(2);
      expect(isEnded()).toBe(true);
    } finally {
      await watch.stop();
    }
  },
);
