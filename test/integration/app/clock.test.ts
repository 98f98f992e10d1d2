/** Clocks that are set, on the service's host and on BBB's: nobody pays for them, and the limits hold again soon after. */
import { Client } from 'pg';
import type { MeetingView } from '../../bbb-simulator';
import { startWorld, type World, type WorldOptions } from '../../support/world';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
let world: World;

afterEach(() => world.stop());

/** Of every meeting here: less than a clock is set by, so that a minute-old one would be over at once. */
const LIMIT = 20 * MINUTE;

/** A meeting of a tier of 20 minutes with one person, a minute old. */
async function aMinuteOld(options: WorldOptions = {}): Promise<void> {
  world = await startWorld(options);
  await world.editTiers((text) => text.replace('meeting_duration: 60m', 'meeting_duration: 20m'));
  await world.advance(MINUTE);
  world.bbb.create({ meetingID: 'assembly' });
  world.bbb.join('assembly', { externalUserId: 'host', role: 'MODERATOR' });
  await world.advance(MINUTE);
}

const assembly = (): MeetingView => world.bbb.meeting('assembly');
const chat = (): string[] => assembly().chat.map((line) => line.message);

interface Clock {
  readonly ok: boolean;
  readonly detail: string;
}

async function clockOf(): Promise<Clock> {
  const response = await fetch(`${world.app.url}/readyz`);
  const told = (await response.json()) as { checks: Record<string, Clock> };
  if (told.checks.clock === undefined) throw new Error('/readyz has no clock');
  return told.checks.clock;
}

const logged = (text: string): number => world.logged.filter((line) => line.includes(text)).length;

async function decisions(): Promise<Record<string, unknown>[]> {
  await world.stored();
  const client = new Client({ connectionString: world.database.databaseUrl });
  await client.connect();
  try {
    return (await client.query('select * from bbb_tiers.decisions order by id')).rows;
  } finally {
    await client.end();
  }
}

/** The limit is held at its true time: notices first, then the end, BBB's grace later. */
async function heldAtTheTrueTime(): Promise<void> {
  await world.advance(LIMIT - 10 * MINUTE - (world.clock.now() - createdAt()) - SECOND);
  expect(chat()).toEqual([]);
  await world.advance(2 * SECOND);
  expect(chat()).toEqual([expect.stringContaining('This meeting ends in 10m')]);
  await world.advance(10 * MINUTE + 13 * SECOND);
  expect(assembly().ended).toBeUndefined();
  expect(chat()).toHaveLength(3);
  await world.advance(2 * SECOND);
  expect(assembly().ended).toBeDefined();
}

/** By the clock that never jumps. */
let createdAt = (): number => 0;
beforeEach(() => {
  createdAt = () => Date.parse('2026-11-02T10:01:00Z');
});

interface Step {
  readonly own: number;
  readonly bbb: number;
}

function set({ own, bbb }: Step): void {
  world.clock.stepWall(own);
  world.bbb.stepClock(bbb);
}

describe.each([
  [
    "service's host set forward by an hour",
    { own: HOUR, bbb: 0 },
    "this host's wall clock was set forward by 1h",
  ],
  ["service's host set back by an hour", { own: -HOUR, bbb: 0 }, "this host's wall clock was set back by 1h"],
  ["BBB's host set forward by an hour", { own: 0, bbb: HOUR }, "BBB's clock was set forward by 1h"],
  ["BBB's host set back by an hour", { own: 0, bbb: -HOUR }, "BBB's clock was set back by 1h"],
  ['both on one host set forward by an hour', { own: HOUR, bbb: HOUR }, 'was set forward by 1h'],
])('%s', (_case, step, text) => {
  test('meeting is a minute old → goes on; ended at the true time', async () => {
    await aMinuteOld();
    set(step);
    await world.advance(25 * SECOND);
    expect(assembly().ended).toBeUndefined();
    const doubt = await clockOf();
    expect(doubt.ok).toBe(false);
    expect(doubt.detail).toContain(text);
    expect(doubt.detail).toContain('no meeting is ended and nobody is removed until');
    await world.advance(2 * MINUTE);
    expect((await clockOf()).ok).toBe(true);
    expect(logged('a clock was set')).toBe(1);
    expect(logged('the clocks agree again')).toBe(1);
    await heldAtTheTrueTime();
  });

  test('set, and set right again after 8 s → the same', async () => {
    await aMinuteOld();
    set(step);
    await world.advance(8 * SECOND);
    set({ own: -step.own, bbb: -step.bbb });
    await world.advance(5 * MINUTE);
    expect(assembly().ended).toBeUndefined();
    expect((await clockOf()).ok).toBe(true);
    await heldAtTheTrueTime();
  });
});

test('clock set during an excess → nobody is removed until the clocks have agreed in two readings', async () => {
  await aMinuteOld();
  for (let index = 1; index < 10; index += 1)
    world.bbb.join('assembly', { externalUserId: `u${index}`, role: 'VIEWER' });
  await world.advance(MINUTE);
  world.clock.stepWall(HOUR);
  world.bbb.join('assembly', { externalUserId: 'eleventh', role: 'VIEWER' });
  await world.advance(30 * SECOND);
  expect(assembly().people).toHaveLength(11);
  await world.advance(60 * SECOND);
  expect(assembly().people.map(({ externalUserId }) => externalUserId)).not.toContain('eleventh');
  expect(assembly().people).toHaveLength(10);
});

test.each([HOUR, -HOUR])(
  "BBB's host %d ms off from the start → no doubt, limits and latencies as if it were not",
  async (bbbClockAheadMs) => {
    await aMinuteOld({ bbbClockAheadMs });
    expect((await clockOf()).ok).toBe(true);
    expect((await clockOf()).detail).toContain(
      `BBB's clock is steadily 1h ${bbbClockAheadMs > 0 ? 'ahead of' : 'behind'} this host's`,
    );
    await heldAtTheTrueTime();
    const latencies = (await decisions()).map(({ latency_ms: latencyMs }) => latencyMs);
    expect(latencies).toHaveLength(4);
    for (const latencyMs of latencies) expect(Number(latencyMs)).toBeLessThan(5 * SECOND);
    const metrics = await (await fetch(`${world.app.url}/metrics`)).text();
    const skewS = Number(/^bbb_tiers_clock_skew_seconds (\S+)$/m.exec(metrics)?.[1]);
    expect(Math.abs(skewS + bbbClockAheadMs / SECOND)).toBeLessThan(2);
  },
);

test.each([HOUR, -HOUR])(
  "BBB's host %d ms off, service restarted beside a running meeting → notices and end as if it were not",
  async (bbbClockAheadMs) => {
    await aMinuteOld({ bbbClockAheadMs });
    await world.stopService();
    await world.advance(MINUTE);
    await world.startService();
    await world.advance(MINUTE);
    expect(assembly().ended).toBeUndefined();
    await heldAtTheTrueTime();
  },
);
