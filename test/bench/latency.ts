/** From an over-cap join to our eject, as a third client on the bus sees both, against a bare ioredis echo; under 1,000 messages a second. */
import { systemClock } from '../../sidecar/system-clock';
import { type Simulator, startSimulator } from '../bbb-simulator';
import { type Child, startChild } from './child';
import { ROOMS } from './latency-rooms';

const TRIALS = 500;
/** Of the floor and the service in turn; the machine's own pace changes from minute to minute. */
const ROUNDS = 3;
/** What is compiled, and the connections that are opened, at the first time are no part of it. */
const WARM_UP = 100;
const EVERY_MS = 20;
const PLACES = 10;

/** `echo`: answers at once. `floor`: asks BBB and writes the line first, as directly as can be. */
export type Role = 'echo' | 'floor' | 'service';

export interface Latency {
  readonly waitsMs: readonly number[];
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly answered: number;
}

function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}

function latencyOf(waitsMs: readonly number[]): Latency {
  const sorted = waitsMs.toSorted((a, b) => a - b);
  return { waitsMs, p50Ms: quantile(sorted, 0.5), p99Ms: quantile(sorted, 0.99), answered: sorted.length };
}

/** Only accounts named `over` are noted by the observer. */
async function trials(bbb: Simulator, account: 'warm' | 'over', count: number): Promise<void> {
  for (let trial = 0; trial < count; trial += 1) {
    bbb.join(`full-${trial % ROOMS}`, { externalUserId: `${account}-${trial}`, name: `${account} ${trial}` });
    await new Promise((resume) => setTimeout(resume, EVERY_MS));
  }
  await new Promise((resume) => setTimeout(resume, 3_000));
}

function fillRooms(bbb: Simulator): void {
  for (let room = 0; room < ROOMS; room += 1) {
    // Among so many, two drawn by chance may be the same.
    bbb.create({ meetingID: `full-${room}`, voiceBridge: String(70_000 + room) });
    for (let person = 0; person < PLACES; person += 1) {
      bbb.join(`full-${room}`, {
        externalUserId: `r${room}p${person}`,
        name: `P ${room} ${person}`,
        role: person === 0 ? 'MODERATOR' : 'VIEWER',
      });
    }
  }
}

/** `pause`: called once everything runs, and undone after; to show what a stopped database changes. */
export async function benchLatency(
  redisUrl: string,
  role: Role,
  database: { readonly url: string; readonly pause?: () => () => void } = { url: '' },
): Promise<Latency> {
  const bbb = await startSimulator({ clock: systemClock(), redisUrl });
  const children: Child[] = [];
  const start = async (file: string, ...args: readonly string[]): Promise<Child> => {
    const child = await startChild(file, [redisUrl, ...args]);
    children.push(child);
    return child;
  };
  let resume: (() => void) | undefined;
  try {
    await start('latency-child.ts', role, bbb.url, bbb.analyticsUrl, bbb.secret, database.url);
    fillRooms(bbb);
    // Each in a process of its own: what they do must not keep BBB from answering.
    const observer = await start('latency-observer-child.ts');
    await start('latency-noise-child.ts');
    await trials(bbb, 'warm', WARM_UP);
    resume = database.pause?.();
    await trials(bbb, 'over', TRIALS);
    observer.send('report');
    const { waitsMs } = await observer.next<{ waitsMs: readonly number[] }>();
    return latencyOf(waitsMs);
  } finally {
    resume?.();
    for (const child of children) child.stop();
    await bbb.stop();
  }
}

export interface LatencyRounds {
  readonly echo: Latency;
  /** All rounds of a kind together. */
  readonly floor: Latency;
  readonly service: Latency;
  /** Of each pair of rounds: the service's p99 to the floor's. */
  readonly p99Ratios: readonly number[];
}

/** The floor and the service in turn, and a bare echo for comparison. */
export async function benchLatencyRounds(
  redisUrl: string,
  say: (text: string) => void,
): Promise<LatencyRounds> {
  say('latency: bare echo');
  const echo = await benchLatency(redisUrl, 'echo');
  const [floors, services]: [Latency[], Latency[]] = [[], []];
  for (let round = 1; round <= ROUNDS; round += 1) {
    say(`latency: floor and service, round ${round} of ${ROUNDS}`);
    floors.push(await benchLatency(redisUrl, 'floor'));
    services.push(await benchLatency(redisUrl, 'service'));
  }
  const together = (rounds: readonly Latency[]): Latency =>
    latencyOf(rounds.flatMap(({ waitsMs }) => waitsMs));
  return {
    echo,
    floor: together(floors),
    service: together(services),
    p99Ratios: services.map(({ p99Ms }, index) => p99Ms / (floors[index]?.p99Ms ?? Number.NaN)),
  };
}
