/** The loop over a BBB that is played by the test: what it is told, when, and what it is left alone with. */
import pino from 'pino';
import type { MeetingEvent } from '../../../sidecar/core/events';
import type { InternalMeetingId } from '../../../sidecar/core/meeting';
import { TransientError } from '../../../sidecar/errors';
import { createBbbClock } from '../../../sidecar/loop/bbb-clock';
import type { Effects, Reader } from '../../../sidecar/loop/ports';
import { createWatch, type Watch } from '../../../sidecar/loop/watch';
import { createMetrics } from '../../../sidecar/metrics';
import { createMemoryJournal, type MemoryJournal } from '../../../sidecar/store/memory-journal';
import {
  aConfig,
  aTier,
  created,
  joined,
  MEETING,
  meetingId,
  people,
  someLimits,
  someProps,
  T0,
  userId,
} from '../../support/builders';
import { type ManualClock, manualClock } from '../../support/clock';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const never = new Promise<never>(() => undefined);

/** What BBB's lists say and how it answers; changed by a test as it goes. */
interface Bbb {
  lists: readonly MeetingEvent[];
  readings: number;
  /** Undefined: getMeetingInfo does not answer. */
  online: number | undefined;
  chat: 'answers' | 'hangs';
}

interface Loop {
  readonly watch: Watch;
  readonly clock: ManualClock;
  readonly bbb: Bbb;
  readonly ejected: string[];
  readonly ended: string[];
  readonly asked: string[];
}

const running: Watch[] = [];
afterEach(async () => {
  for (const watch of running.splice(0)) await watch.stop();
});

function start(journal: MemoryJournal = createMemoryJournal()): Loop {
  const clock = manualClock(T0);
  const bbb: Bbb = { lists: [], readings: 0, online: undefined, chat: 'answers' };
  const [ejected, ended, asked]: string[][] = [[], [], []];
  const effects: Effects = {
    sendChatMessage: async () => (bbb.chat === 'hangs' ? never : { via: 'api', accepted: true }),
    async endMeeting({ internalMeetingId }) {
      ended?.push(internalMeetingId);
      return { via: 'api', accepted: true };
    },
    async ejectUser(_meeting, user) {
      ejected?.push(user);
      return { via: 'bus', accepted: false };
    },
    stopRecording: async () => ({ via: 'bus', accepted: false }),
  };
  const reader: Reader = {
    async readAll() {
      bbb.readings += 1;
      const events = bbb.lists;
      const ids = new Set(events.map((event) => event.internalMeetingId));
      return { events, running: ids, complete: true, startedAt: clock.now() };
    },
    async readMeeting() {
      if (bbb.online === undefined) throw new TransientError('no answer');
      return snapshot(clock.now(), bbb.online);
    },
  };
  const watch = createWatch({
    clock,
    bbbClock: createBbbClock(() => clock.now()),
    config: () => aConfig([aTier({ limits: someLimits({ participants: { max: 2, enforce: 'hard' } }) })]),
    effects,
    reader,
    journal,
    roomOwners: undefined,
    async askRecordingStatus(id) {
      asked?.push(id);
    },
    verifyClaim: () => undefined,
    metrics: createMetrics(),
    log: pino({ level: 'silent' }),
    resyncMs: 30 * SECOND,
    notices: false,
    dryRun: false,
    randomInt: () => 1,
  });
  running.push(watch);
  return { watch, clock, bbb, ejected: ejected ?? [], ended: ended ?? [], asked: asked ?? [] };
}

function snapshot(
  at: number,
  online: number,
  id = MEETING,
  record = true,
  who: readonly string[] = [],
): MeetingEvent {
  const props = someProps({ record, autoStartRecording: undefined, allowStartStopRecording: undefined });
  const attendees = who.map((name) => ({
    externalUserId: name,
    fullName: name,
    role: 'VIEWER' as const,
    dialIn: false,
  }));
  return { type: 'meeting-snapshot', internalMeetingId: id, at, props, online, attendees };
}

/** akka-apps' picture, renewed up to 30 s before it is read. */
function analytics(until: number, ...who: string[]): MeetingEvent {
  const users = who.map((name) => ({
    internalUserId: userId(`w_${name}`),
    fullName: name,
    role: 'VIEWER' as const,
  }));
  const at = until - 35 * SECOND;
  return { type: 'analytics-snapshot', internalMeetingId: MEETING, at, until, users, recordingActive: false };
}

test('one message stamped by a wrong clock ends no meeting', async () => {
  const { watch, clock, ended } = start();
  watch.busBack(undefined);
  watch.live(created());
  watch.live(joined('p1', T0));
  watch.live(joined('p2', T0 + 10 * 365 * 24 * 60 * MINUTE));
  await clock.advance(30 * SECOND);
  expect(ended).toEqual([]);
});

test('a meeting that BBB does not list is asked for once, however much is told of it', async () => {
  const { watch, clock, bbb } = start();
  watch.busBack(undefined);
  await clock.advance(SECOND);
  const before = bbb.readings;
  for (let index = 0; index < 40; index += 1) {
    watch.live({ ...joined(`p${index}`, clock.now()), internalMeetingId: meetingId('stray-1') });
    await clock.advance(500);
  }
  expect(bbb.readings - before).toBe(1);
});

test('a chat that hangs keeps each of several waiting once, not one after the other', async () => {
  const { watch, clock, bbb, ejected } = start();
  watch.busBack(undefined);
  watch.live(created());
  bbb.chat = 'hangs';
  bbb.online = 6;
  for (const event of people(6)) watch.live({ ...event, at: event.at - 10 * SECOND });
  await clock.advance(1_600);
  expect([...ejected].sort()).toEqual(['w_p3', 'w_p4', 'w_p5', 'w_p6']);
});

describe('after a restart', () => {
  /** Two people were there, as the database tells; one of them left while nobody listened. */
  async function remembering(): Promise<MemoryJournal> {
    const journal = createMemoryJournal();
    const { watch, clock } = start(journal);
    watch.busBack(undefined);
    watch.live(created());
    watch.live(joined('a', T0));
    watch.live(joined('b', T0));
    await clock.advance(SECOND);
    return journal;
  }

  test('nobody goes for somebody who left while nobody listened, though the list still has them', async () => {
    const { watch, clock, bbb, ejected } = start(await remembering());
    await clock.advance(10 * MINUTE);
    watch.busBack(undefined);
    // Written 20 s ago: `a` has left since.
    bbb.lists = [analytics(clock.now(), 'a', 'b'), snapshot(clock.now(), 1)];
    await watch.resync.start();
    await clock.advance(SECOND);
    bbb.lists = [];
    watch.live(joined('c', clock.now()));
    await clock.advance(20 * SECOND);
    expect(ejected).toEqual([]);
  });

  test('a list made after the bus was heard again is enough', async () => {
    const { watch, clock, bbb, ejected } = start(await remembering());
    await clock.advance(10 * MINUTE);
    watch.busBack(undefined);
    bbb.lists = [analytics(clock.now(), 'a', 'b'), snapshot(clock.now(), 1)];
    await watch.resync.start();
    await clock.advance(29 * SECOND);
    watch.live({ ...analytics(clock.now(), 'a', 'b'), at: clock.now() - SECOND });
    watch.live(joined('c', clock.now()));
    await clock.advance(20 * SECOND);
    expect(ejected).toContain('w_c');
  });

  test('while the bus was never heard and BBB gives no count, nobody goes', async () => {
    const { watch, clock, bbb, ejected } = start(await remembering());
    await clock.advance(10 * MINUTE);
    bbb.lists = [
      analytics(clock.now(), 'a', 'b', 'c', 'd'),
      snapshot(clock.now() - SECOND, 4, MEETING, true, ['a', 'b', 'c', 'd']),
    ];
    await watch.resync.start();
    bbb.lists = [analytics(clock.now(), 'a', 'b', 'c', 'd')];
    await clock.advance(2 * MINUTE);
    expect(ejected).toEqual([]);
  });
});

describe('the recording state, which lists tell late', () => {
  const other = meetingId('other-1') as InternalMeetingId;

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
    watch.live(created());
    await clock.advance(MINUTE);
    watch.busLost(clock.now());
    bbb.lists = [snapshot(clock.now(), 0)];
    await clock.advance(MINUTE);
    expect(asked).toEqual([]);
    watch.busBack(clock.now() - MINUTE);
    await clock.advance(SECOND);
    expect(asked).toEqual([MEETING]);
  });
});
