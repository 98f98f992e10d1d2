/** What the loop does to BBB, asks of it and leaves alone; after restarts, gaps and wrong clocks too. */
import { bbbInstant } from '../../../sidecar/core/bbb-instant';
import type { UserJoined } from '../../../sidecar/core/events';
import { createMemoryJournal, type MemoryJournal } from '../../../sidecar/store/memory-journal';
import { created, joined, left, MEETING, meetingId, people, stamped, T0 } from '../../support/builders';
import { analytics, type Loop, MINUTE, SECOND, snapshot, startLoop } from './played-bbb';

const started: Loop[] = [];
afterEach(async () => {
  for (const { watch } of started.splice(0)) await watch.stop();
});

function start(journal?: MemoryJournal): Loop {
  const loop = startLoop(journal);
  started.push(loop);
  return loop;
}

describe('a removal', () => {
  /** Three people in two places; the third came just now. */
  function full(): Loop {
    const loop = start();
    loop.watch.busBack(undefined);
    loop.watch.live(stamped(created()));
    loop.bbb.online = 3;
    return loop;
  }
  const come = ({ watch }: Loop): void => {
    for (const event of people(3)) watch.live(stamped({ ...event, at: T0 }));
  };

  test('begins with the chat line: the person goes when BBB has it', async () => {
    const loop = full();
    let arrives = (): void => undefined;
    loop.bbb.chat = () =>
      new Promise((resolve) => {
        arrives = resolve;
      });
    come(loop);
    await loop.clock.advance(SECOND);
    expect(loop.done).toEqual([]);
    arrives();
    await loop.clock.advance(0);
    expect(loop.done).toEqual(['chat', 'eject w_p3']);
  });

  test('is left when somebody makes room while the line is on its way', async () => {
    const loop = full();
    loop.bbb.chat = async () => loop.watch.live(stamped(left('p1', loop.clock.now())));
    come(loop);
    await loop.clock.advance(MINUTE);
    expect(loop.done).toEqual(['chat']);
  });

  test('asks BBB again within a second when its list lags', async () => {
    const loop = full();
    loop.bbb.online = 2;
    come(loop);
    await loop.clock.advance(100);
    expect(loop.done).toEqual([]);
    loop.bbb.online = 3;
    await loop.clock.advance(200);
    expect(loop.done).toEqual(['chat', 'eject w_p3']);
  });

  test('waits while the bus is late: who made room may be on the way', async () => {
    const loop = full();
    for (const count of [1, 2, 3]) loop.watch.stamped(bbbInstant(T0 - count));
    const [first, second, third] = people(3) as [UserJoined, UserJoined, UserJoined];
    for (const event of [first, second]) loop.watch.live(stamped({ ...event, at: T0 }));
    await loop.clock.advance(10 * SECOND);
    loop.watch.live(stamped({ ...third, at: loop.clock.now() - 3 * SECOND }));
    await loop.clock.advance(2 * SECOND);
    expect(loop.done).toEqual([]);
    loop.watch.stamped(bbbInstant(loop.clock.now()));
    await loop.clock.advance(SECOND);
    expect(loop.done).toEqual(['chat', 'eject w_p3']);
  });

  test('waits for an answer of akka-apps, and is left when somebody turns out to have left before that', async () => {
    const loop = full();
    let arrives = (): void => undefined;
    loop.bbb.carry = () =>
      new Promise((resolve) => {
        arrives = resolve;
      });
    come(loop);
    await loop.clock.advance(100);
    expect(loop.done).toEqual([]);
    loop.watch.live(stamped(left('p1', loop.clock.now())));
    arrives();
    await loop.clock.advance(MINUTE);
    expect(loop.done).toEqual([]);
  });

  test('asks akka-apps again every second, and any answer to a question since will do', async () => {
    const loop = full();
    loop.bbb.carry = async () => {
      if (loop.clock.now() < T0 + 2_900) await new Promise(() => undefined);
    };
    come(loop);
    await loop.clock.advance(2_800);
    expect(loop.done).toEqual([]);
    await loop.clock.advance(300);
    expect(loop.done).toEqual(['chat', 'eject w_p3']);
  });

  test('that BBB does not carry out is repeated after another answer only', async () => {
    const loop = full();
    let asked = 0;
    loop.bbb.carry = async () => {
      asked += 1;
      if (asked > 1) await new Promise(() => undefined);
    };
    come(loop);
    await loop.clock.advance(100);
    expect(loop.done).toEqual(['chat', 'eject w_p3']);
    await loop.clock.advance(MINUTE);
    expect(loop.done).toEqual(['chat', 'eject w_p3']);
  });

  test('of several does not wait for the chat lines one after the other', async () => {
    const loop = full();
    loop.bbb.chat = () => new Promise(() => undefined);
    loop.bbb.online = 6;
    for (const event of people(6)) loop.watch.live(stamped({ ...event, at: T0 }));
    await loop.clock.advance(1_600);
    expect(loop.done.sort()).toEqual(['eject w_p3', 'eject w_p4', 'eject w_p5', 'eject w_p6']);
  });
});

test('one message stamped by a wrong clock ends no meeting', async () => {
  const { watch, clock, done } = start();
  watch.busBack(undefined);
  watch.live(stamped(created()));
  watch.live(stamped(joined('p1', T0)));
  watch.live(stamped(joined('p2', T0 + 10 * 365 * 24 * 60 * MINUTE)));
  await clock.advance(30 * SECOND);
  expect(done).toEqual([]);
});

describe('a clock that was set, of which nothing more is stamped', () => {
  async function settled(): Promise<Loop> {
    const loop = start();
    loop.watch.busBack(undefined);
    loop.bbb.aheadMs = 0;
    loop.bbb.lists = [analytics(T0, 'a'), snapshot(T0, 1)];
    await loop.watch.resync.start();
    for (const count of [3, 2, 1]) loop.watch.stamped(bbbInstant(loop.clock.now() - count));
    await loop.clock.advance(MINUTE);
    expect(loop.watch.time.state().doubt).toBeUndefined();
    return loop;
  }
  const isDoubtful = ({ watch }: Loop): boolean => watch.time.state().doubt !== undefined;

  test("BBB's set back → seen with the first stamp and the answers to two rounds of pings", async () => {
    const loop = await settled();
    loop.bbb.aheadMs = -10 * SECOND;
    loop.watch.stamped(bbbInstant(loop.clock.now() - 10 * SECOND));
    await loop.clock.advance(1_900);
    expect(isDoubtful(loop)).toBe(false);
    await loop.clock.advance(200);
    expect(isDoubtful(loop)).toBe(true);
  });

  test('ours set → BBB is read at once, and the doubt is over with a reading an interval later', async () => {
    const loop = await settled();
    await loop.clock.advance(10 * SECOND);
    const { readings } = loop.bbb;
    loop.clock.stepWall(MINUTE);
    expect(isDoubtful(loop)).toBe(true);
    await loop.clock.advance(SECOND);
    expect(loop.bbb.readings).toBe(readings + 1);
    await loop.clock.advance(28 * SECOND);
    loop.watch.stamped(bbbInstant(loop.clock.now()));
    expect(isDoubtful(loop)).toBe(true);
    await loop.clock.advance(2 * SECOND);
    expect(isDoubtful(loop)).toBe(false);
  });
});

test('a reading of many meetings is taken in by pieces, between which the bus has its turn', async () => {
  const { watch, bbb } = start();
  watch.busBack(undefined);
  const many = Array.from({ length: 40 }, (_, index) => meetingId(`many-${index}`));
  bbb.lists = many.map((id) => snapshot(T0, 1, id));
  const reading = watch.resync.start();
  const known = (): number => [...watch.meetings.all()].filter(({ props }) => props !== undefined).length;
  while (known() === 0) await new Promise((resume) => setImmediate(resume));
  expect(known()).toBeLessThan(many.length);
  await reading;
  expect(known()).toBe(many.length);
});

test('a meeting that BBB does not list is asked for once, however much is told of it', async () => {
  const { watch, clock, bbb } = start();
  watch.busBack(undefined);
  await clock.advance(SECOND);
  const before = bbb.readings;
  for (let index = 0; index < 40; index += 1) {
    watch.live(stamped({ ...joined(`p${index}`, clock.now()), internalMeetingId: meetingId('stray-1') }));
    await clock.advance(500);
  }
  expect(bbb.readings - before).toBe(1);
});

describe('after a restart', () => {
  /** Two people were there, as the database tells; one of them left while nobody listened. */
  async function remembering(): Promise<MemoryJournal> {
    const journal = createMemoryJournal();
    const { watch, clock } = start(journal);
    watch.busBack(undefined);
    watch.live(stamped(created()));
    watch.live(stamped(joined('a', T0)));
    watch.live(stamped(joined('b', T0)));
    await clock.advance(SECOND);
    return journal;
  }

  test('nobody goes for somebody who left while nobody listened, though the list still has them', async () => {
    const { watch, clock, bbb, done } = start(await remembering());
    await clock.advance(10 * MINUTE);
    watch.busBack(undefined);
    // Written 20 s ago: `a` has left since.
    bbb.lists = [analytics(clock.now(), 'a', 'b'), snapshot(clock.now(), 1)];
    await watch.resync.start();
    await clock.advance(SECOND);
    bbb.lists = [];
    watch.live(stamped(joined('c', clock.now())));
    await clock.advance(20 * SECOND);
    expect(done).toEqual([]);
  });

  test('it is on record that the bus was away before, until a list made up for it', async () => {
    const journal = await remembering();
    const { watch, clock } = started.at(-1) as Loop;
    const missingSince = async (): Promise<number | undefined> =>
      (await journal.recall([MEETING])).get(MEETING)?.remembered.missingSince;
    expect(await missingSince()).toBeUndefined();
    watch.busLost(clock.now());
    expect(await missingSince()).toBe(clock.now() - 3 * SECOND);
    await clock.advance(SECOND);
    watch.busBack(clock.now() - SECOND);
    expect(await missingSince()).toBe(clock.now() - 4 * SECOND);
    await clock.advance(10 * SECOND);
    watch.live(stamped({ ...analytics(clock.now(), 'a', 'b'), at: clock.now() - SECOND }));
    expect(await missingSince()).toBeUndefined();
  });

  test('a list made after the bus was heard again is enough', async () => {
    const { watch, clock, bbb, done } = start(await remembering());
    await clock.advance(10 * MINUTE);
    watch.busBack(undefined);
    bbb.lists = [analytics(clock.now(), 'a', 'b'), snapshot(clock.now(), 1)];
    await watch.resync.start();
    await clock.advance(29 * SECOND);
    watch.live(stamped({ ...analytics(clock.now(), 'a', 'b'), at: clock.now() - SECOND }));
    watch.live(stamped(joined('c', clock.now())));
    await clock.advance(20 * SECOND);
    expect(done).toContain('eject w_c');
  });

  test('while the bus was never heard and BBB gives no count, nobody goes', async () => {
    const { watch, clock, bbb, done } = start(await remembering());
    await clock.advance(10 * MINUTE);
    bbb.lists = [
      analytics(clock.now(), 'a', 'b', 'c', 'd'),
      snapshot(clock.now() - SECOND, 4, MEETING, true, ['a', 'b', 'c', 'd']),
    ];
    await watch.resync.start();
    bbb.lists = [analytics(clock.now(), 'a', 'b', 'c', 'd')];
    await clock.advance(2 * MINUTE);
    expect(done).toEqual([]);
  });
});

describe('the recording state, which lists tell late', () => {
  const other = meetingId('other-1');

  test('is asked for at the start, of what may be recorded, once', async () => {
    const { watch, clock, bbb, asked } = start();
    await clock.advance(10 * MINUTE);
    watch.busBack(undefined);
    bbb.lists = [snapshot(clock.now(), 0), snapshot(clock.now(), 0, other, false)];
    await watch.resync.start();
    expect(asked).toEqual([MEETING]);
    await clock.advance(2 * MINUTE);
    expect(asked).toEqual([MEETING]);
  });

  test('is asked for again after the bus was away, once it is back', async () => {
    const { watch, clock, bbb, asked } = start();
    watch.busBack(undefined);
    watch.live(stamped(created()));
    await clock.advance(MINUTE);
    watch.busLost(clock.now());
    bbb.lists = [snapshot(clock.now(), 0)];
    await clock.advance(MINUTE);
    expect(asked).toEqual([]);
    watch.busBack(clock.now() - MINUTE);
    await clock.advance(SECOND);
    expect(asked).toEqual([MEETING]);
  });

  test('is asked for at the next reading when the question did not get through, and then no more', async () => {
    const { watch, clock, bbb, asked } = start();
    await clock.advance(10 * MINUTE);
    watch.busBack(undefined);
    bbb.lists = [snapshot(clock.now(), 0)];
    bbb.listens = false;
    await watch.resync.start();
    await clock.advance(MINUTE);
    expect(asked).toEqual([]);
    bbb.listens = true;
    await clock.advance(30 * SECOND);
    expect(asked).toEqual([MEETING]);
    await clock.advance(2 * MINUTE);
    expect(asked).toEqual([MEETING]);
  });
});
