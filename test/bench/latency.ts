/** From an over-cap join to our eject, as a third client on the bus sees both, against a bare ioredis echo; under 1,000 messages a second. */
import { systemClock } from '../../sidecar/system-clock';
import { type Simulator, startSimulator } from '../bbb-simulator';
import { type Child, startChild } from './child';

const TRIALS = 500;
/** What is compiled, and the connections that are opened, at the first time are no part of it. */
const WARM_UP = 100;
const EVERY_MS = 20;
/** All full. Few join the same one, or its list would be mostly of people who were just removed: bbb-web keeps them for a minute. */
const ROOMS = 100;
const PLACES = 10;

export interface Latency {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly answered: number;
}

function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
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
  role: 'echo' | 'service',
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
    const sorted = waitsMs.toSorted((a, b) => a - b);
    return { p50Ms: quantile(sorted, 0.5), p99Ms: quantile(sorted, 0.99), answered: sorted.length };
  } finally {
    resume?.();
    for (const child of children) child.stop();
    await bbb.stop();
  }
}
