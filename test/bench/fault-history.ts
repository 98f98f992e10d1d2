/** One random history with one fault in it, played with the real service, and judged by what the simulator knows to be true. */
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '../bbb-simulator/faults';
import { until } from '../support/until';
import { startWorld, type World } from '../support/world';
import { type BusGate, openBusGate } from './bus-gate';
import { createFaultJudge } from './fault-judge';
import { type Fault, HIDES_ARRIVALS } from './fault-kinds';
import { openWebhookWay, type WebhookWay } from './webhook-way';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** Seats, and the length, of every meeting here. */
const MAX = 4;
const LIMIT_MS = 10 * MINUTE;
/** From the tier's end to the end of the meeting, as documented. */
const GRACE_MS = 15 * SECOND;
const STEPS_BEFORE = 12;
const STEPS_AFTER = 10;
const FAULT_AT_LEAST_MS = 10 * SECOND;
const FAULT_AT_MOST_MS = 60 * SECOND;
/** Until the meeting is full, after the fault. */
const NEWCOMERS_EVERY_MS = 5 * SECOND;
/** Looked at so often while it is measured how long the limits take to hold again. */
const LOOK_MS = 250;
/** Given up: the limit is not held. */
const PATIENCE_MS = 2 * MINUTE;
/** The newcomer over the cap comes up to so long after the fault. */
const NEWCOMER_WITHIN_MS = 5 * SECOND;
/** Real time: how long BBB's API is left alone after many failures. */
const BREAKER_REAL_MS = 1_100;

/** Until a second newcomer comes because the first one stays: a list of akka-apps' later. */
const SECOND_NEWCOMER_AFTER_MS = 35 * SECOND;

export interface HistoryResult {
  readonly seed: string;
  readonly fault: Fault;
  /** Each wrong intervention, in words. */
  readonly wrong: readonly string[];
  /** Of our clock, from the fault's end until the first newcomer over the cap, or the second with one place more, is gone; undefined: not within two minutes. */
  readonly capHeldMs: number | undefined;
  /** It held with one place more: some of those there may be bots, as far as BBB shows. */
  readonly onePlaceMore: boolean;
  /** From the fault's end, or the due end where that is later, until the over-long meeting is ended; undefined: not within two minutes. */
  readonly endHeldMs: number | undefined;
  /** How many people more than there are seats remain of those who came during the fault, whose order nobody knows. */
  readonly standing: number;
  readonly removals: number;
  /** What happened, line by line, with milliseconds since the beginning. */
  readonly course: readonly string[];
}

/** Plays it. Throws only when the harness itself fails. */
export async function playHistory(seed: string, fault: Fault): Promise<HistoryResult> {
  const way = fault === 'late webhooks' ? await openWebhookWay() : undefined;
  let gate: BusGate | undefined;
  const world = await startWorld({
    simulator: { seed },
    ...(way === undefined ? {} : { env: { PUBLIC_URL: way.url } }),
    async serviceRedis(redisUrl) {
      if (fault !== 'bus cut' && fault !== 'bus drops') return redisUrl;
      gate = await openBusGate(redisUrl);
      return gate.url;
    },
  });
  try {
    if (way !== undefined) way.target = world.app.url;
    return await play(world, { way, gate }, seed, fault);
  } finally {
    await world.stop();
    gate?.close();
    way?.server.closeAllConnections();
    way?.server.close();
  }
}

interface Ways {
  readonly way: WebhookWay | undefined;
  readonly gate: BusGate | undefined;
}

async function play(world: World, { way, gate }: Ways, seed: string, fault: Fault): Promise<HistoryResult> {
  const random = seededRandom(`${seed} course`);
  const below = (count: number): number => Math.floor(random() * count);
  const { bbb, clock } = world;
  const begun = clock.now();
  const course: string[] = [];
  const note = (text: string): void => void course.push(`${clock.now() - begun} ms: ${text}`);

  await world.editTiers((text) =>
    text
      .replace('meeting_duration: 60m', 'meeting_duration: 10m')
      .replace('participants: 10 ', `participants: ${MAX} `),
  );

  // The long meeting comes to its limit somewhere around the fault.
  const faultMs = FAULT_AT_LEAST_MS + below(FAULT_AT_MOST_MS - FAULT_AT_LEAST_MS);
  bbb.create({ meetingID: 'long' });
  bbb.join('long', { externalUserId: 'gl-long', name: 'Host', role: 'MODERATOR' });
  const longSince = clock.now();
  await world.advance(LIMIT_MS - 30 * SECOND - below(faultMs + 30 * SECOND));

  bbb.create({ meetingID: 'assembly' });
  const assemblySince = clock.now();
  const { internalUserId: hostSession } = bbb.join('assembly', {
    externalUserId: 'gl-0',
    name: 'Host',
    role: 'MODERATOR',
  });
  const rooms = bbb.openBreakouts('assembly', { count: 1, durationMinutes: 60 });
  const accounts = new Map<string, string>([[hostSession, 'gl-0']]);
  const away: string[] = [];
  let callers = 0;
  const judge = createFaultJudge({
    world,
    accounts,
    note,
    begun,
    max: MAX,
    limitMs: LIMIT_MS,
    since: { long: longSince, assembly: assemblySince },
  });

  function join(person: string): void {
    note(`${person} joins`);
    const { internalUserId } = bbb.join('assembly', { externalUserId: person, name: `Name of ${person}` });
    accounts.set(internalUserId, person);
  }

  function act(): void {
    if (!bbb.meeting('assembly').running) return;
    const people = bbb
      .meeting('assembly')
      .people.filter(({ connected, externalUserId }) => connected && externalUserId !== 'gl-0');
    const one = people[below(people.length)];
    const session = one?.internalUserId;
    switch (below(8)) {
      case 0:
      case 1:
      case 2:
        join(`gl-${1 + below(9)}`);
        break;
      case 3:
        if (session === undefined) break;
        note(`${one?.externalUserId} (${session}) loses the connection`);
        bbb.disconnect('assembly', session);
        away.push(session);
        break;
      case 4: {
        const back = away.splice(below(away.length), 1)[0];
        if (back === undefined) break;
        if (!bbb.meeting('assembly').people.some(({ internalUserId }) => internalUserId === back)) break;
        note(`${accounts.get(back) ?? back} (${back}) is back`);
        bbb.reconnect('assembly', back);
        break;
      }
      case 5: {
        const [room] = rooms;
        if (room === undefined || session === undefined || one?.dialIn) break;
        note(`${one?.externalUserId} (${session}) goes into the room`);
        bbb.joinBreakout(room, session, { name: `Name of ${one?.externalUserId}` });
        break;
      }
      case 6:
        if (session === undefined) break;
        note(`${one?.externalUserId} (${session}) leaves`);
        if (one?.dialIn) bbb.hangUp('assembly', session);
        else bbb.leave('assembly', session);
        break;
      default:
        callers += 1;
        note(`caller ${callers} calls`);
        bbb.dialIn('assembly', { callerName: `Caller ${callers}` });
    }
  }

  /** Time goes on in small pieces, each judged; `move` is how it goes on. */
  async function pass(ms: number, move: (ms: number) => Promise<void> = world.advance): Promise<void> {
    for (let left = ms; left > 0; left -= SECOND) {
      const had = judge.there();
      judge.keepSeats(had);
      await move(Math.min(left, SECOND));
      judge.ends();
      judge.removals(had);
    }
  }

  /** Breaks the service's connection to the bus, or lets it be; waits until the service has noticed. */
  async function setBus(isThere: boolean): Promise<void> {
    if (gate === undefined) return;
    if (isThere) gate.open();
    else gate.shut();
    await until('the service to notice', () => world.app.busConnected() === isThere);
  }

  /** One step of the fault's time. In half of them a bus that drops is away, or one that is late holds back everything. */
  async function stepOfFault(): Promise<void> {
    const isHit = below(2) === 0;
    if (isHit && fault === 'bus drops') await setBus(false);
    if (isHit && fault === 'bus late') {
      note('the bus is held');
      bbb.faults.pauseBus();
    }
    await steps(1);
    if (fault === 'bus drops') await setBus(true);
    if (isHit && fault === 'bus late') {
      note('the bus goes on');
      bbb.faults.resumeBus();
      // What comes of it is a matter of milliseconds, and the next step is not in the same one.
      await pass(1);
    }
  }

  async function steps(count: number): Promise<void> {
    for (let step = 0; step < count; step += 1) {
      act();
      await pass(below(3) === 0 ? 1 + below(8 * SECOND) : 1 + below(2 * SECOND));
    }
  }

  /** By at least three seconds, by up to an hour, forward or back. */
  const stepMs = (below(2) === 0 ? 1 : -1) * (3 * SECOND + below(60 * MINUTE));

  async function begin(): Promise<void> {
    note(`fault begins: ${fault}`);
    const { faults } = bbb;
    switch (fault) {
      case 'restart':
        return world.stopService();
      case 'kill':
      case 'database away':
        return world.breakDatabase();
      case "service's clock set":
        note(`by ${stepMs} ms`);
        return clock.stepWall(stepMs);
      case "BBB's clock set":
        note(`by ${stepMs} ms`);
        return bbb.stepClock(stepMs);
      case 'bus cut':
        return setBus(false);
      case 'bus silent':
        return faults.pauseBus();
      case 'bus drops':
      case 'bus late':
        return;
      case 'single events lost':
        faults.bus({
          match: ({ name }) => /^User(Joined|Left)/.test(name),
          probability: 0.5,
          effect: 'lose',
        });
        return;
      case 'single events late':
        faults.bus({
          match: ({ name }) => /^User(Joined|Left)/.test(name),
          probability: 0.5,
          effect: { delayMs: 1 + below(5 * SECOND) },
        });
        return;
      case 'late webhooks':
        if (way !== undefined) way.shut = true;
        return;
      case 'bbb-web away':
        return faults.api({ kind: 'error-500' });
      case 'analytics away':
        return faults.analytics('error-500');
      case 'both lists away':
        await faults.api({ kind: 'error-500' });
        return faults.analytics('error-500');
    }
  }

  async function end(): Promise<void> {
    // Killed with the database away: what it had not written is lost.
    if (fault === 'kill') {
      let isDown = false;
      const stopping = world.stopService().then(() => {
        isDown = true;
      });
      await until('the service to end', async () => {
        await pass(SECOND);
        return isDown;
      });
      await stopping;
    }
    if (fault === 'kill' || fault === 'database away') await world.mendDatabase();
    if (fault === 'bus silent') bbb.faults.resumeBus({ lose: true });
    await setBus(true);
    if (way !== undefined) way.shut = false;
    await bbb.faults.clear();
    if (fault === 'kill' || fault === 'restart') {
      const had = judge.there();
      judge.keepSeats(had);
      await world.startService();
      judge.ends();
      judge.removals(had);
    }
    // The breaker before BBB's API runs in real time, which otherwise would be minutes of this clock.
    if (fault === 'bbb-web away' || fault === 'both lists away') await sleep(BREAKER_REAL_MS);
    note('fault is over');
  }

  await steps(STEPS_BEFORE);
  await begin();
  const faultUntil = clock.now() + faultMs;
  while (clock.now() < faultUntil) await stepOfFault();
  // A clock stays as it was set: that fault is over when it was set the last time, half of them being set right again.
  if (fault.endsWith('clock set') && below(2) === 0) {
    note(`set right again`);
    if (fault === "BBB's clock set") bbb.stepClock(-stepMs);
    else clock.stepWall(-stepMs);
  }
  await end();
  const over = clock.now();

  for (let newcomer = 1; judge.there().size < MAX; newcomer += 1) {
    if (clock.now() - over > PATIENCE_MS) break;
    join(`gl-new-${newcomer}`);
    await pass(NEWCOMERS_EVERY_MS);
  }
  await pass(1 + below(NEWCOMER_WITHIN_MS));
  const atLast = judge.there();
  join('gl-over');
  const cameAt = clock.now();
  let capHeldMs: number | undefined;
  let endHeldMs: number | undefined;
  let isSecondThere = false;
  const dueEnd = longSince + LIMIT_MS + GRACE_MS;
  await pass(1);
  const patientUntil = Math.max(over, dueEnd) + PATIENCE_MS;
  for (;;) {
    if (capHeldMs === undefined && !judge.there().has('gl-over')) capHeldMs = clock.now() - over;
    if (capHeldMs === undefined && isSecondThere && !judge.there().has('gl-over-2'))
      capHeldMs = clock.now() - over;
    if (capHeldMs === undefined && !isSecondThere && HIDES_ARRIVALS.has(fault)) {
      isSecondThere = clock.now() - cameAt >= SECOND_NEWCOMER_AFTER_MS;
      if (isSecondThere) {
        join('gl-over-2');
        await pass(1);
        continue;
      }
    }
    if (endHeldMs === undefined && !bbb.meeting('long').running)
      endHeldMs = Math.max(0, clock.now() - Math.max(over, dueEnd));
    if (capHeldMs !== undefined && endHeldMs !== undefined) break;
    if (clock.now() >= patientUntil || clock.now() >= assemblySince + LIMIT_MS - MINUTE) break;
    await pass(LOOK_MS);
  }
  note(
    `newcomer over the cap (came ${cameAt - over} ms after the fault) gone after ${capHeldMs} ms, end after ${endHeldMs} ms`,
  );
  const onePlaceMore = capHeldMs !== undefined && judge.there().has('gl-over');
  const standing = Math.max(0, judge.there().size - (capHeldMs === undefined || onePlaceMore ? 1 : 0) - MAX);
  note(`there before the newcomer: ${[...atLast].join(', ')}; now: ${[...judge.there()].join(', ')}`);
  await steps(STEPS_AFTER);
  return {
    seed,
    fault,
    wrong: judge.wrong,
    capHeldMs,
    onePlaceMore,
    endHeldMs,
    standing,
    removals: judge.count(),
    course,
  };
}
