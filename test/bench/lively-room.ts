/**
 * A full room in which people lose their connection all the time and newcomers keep trying, in real time and with BBB's own timings: a closed tab
 * stays in BBB's lists, flagged, for 10 to 20 s.
 */
import { systemClock } from '../../sidecar/system-clock';
import { type Simulator, startSimulator } from '../bbb-simulator';
import { seededRandom } from '../bbb-simulator/faults';
import { type Child, startChild } from './child';
import { spreadOf } from './subscriber';

const PLACES = 20;
const RECONNECT_EVERY_MS = 2_000;
const NEWCOMER_EVERY_MS = 3_000;
const LASTS_MS = 120_000;
/** Gone for so long at the most before a regular is back: well within the minute for which the seat is kept. */
const AWAY_WITHIN_MS = 1_500;
const LOOK_EVERY_MS = 5;
const ROOM = 'lively';
/** BBB itself puts out the oldest of too many sessions of one account, for another reason. */
const REMOVED_BY_US = 'system_requested_eject_reason';
/** A tenant of the shipped configuration whose tier has 20 places. */
const METADATA = { 'meta_bbb-origin-server-name': 'members.meet.example' };

export interface LivelyRoom {
  /** From a newcomer's arrival in the full room to their removal. */
  readonly goneP50Ms: number;
  readonly goneP99Ms: number;
  readonly removed: number;
  /** Newcomers beyond the places who were still there at the end. */
  readonly remaining: number;
  /** The most people at once, flagged ones left out. */
  readonly peak: number;
  readonly places: number;
  readonly regularsRemoved: number;
  readonly seed: string;
}

interface Visit {
  readonly internalUserId: string;
  /** Set when the room was full with them in it; performance.now(). */
  readonly overSince: number;
}

/** Every account present, once; whoever is flagged has no place. */
function present(bbb: Simulator): ReadonlySet<string> {
  return new Set(
    bbb
      .meeting(ROOM)
      .people.filter(({ connected }) => connected)
      .map(({ externalUserId }) => externalUserId),
  );
}

function fill(bbb: Simulator): Map<string, string> {
  bbb.create({ meetingID: ROOM, ...METADATA });
  const sessions = new Map<string, string>();
  for (let person = 0; person < PLACES; person += 1) {
    const externalUserId = `regular-${person}`;
    const role = person === 0 ? 'MODERATOR' : 'VIEWER';
    const joining = { externalUserId, name: `Regular ${person}`, role } as const;
    sessions.set(externalUserId, bbb.join(ROOM, joining).internalUserId);
  }
  return sessions;
}

/** Runs for two minutes. */
export async function benchLivelyRoom(redisUrl: string, seed = `lively-${Date.now()}`): Promise<LivelyRoom> {
  const random = seededRandom(seed);
  const bbb = await startSimulator({ clock: systemClock(), redisUrl, seed });
  let service: Child | undefined;
  const timers: NodeJS.Timeout[] = [];
  try {
    service = await startChild('latency-child.ts', [
      redisUrl,
      'service',
      bbb.url,
      bbb.analyticsUrl,
      bbb.secret,
      '',
    ]);
    const sessions = fill(bbb);
    await new Promise((resume) => setTimeout(resume, 2_000));
    const over: Visit[] = [];
    const goneMs: number[] = [];
    let peak = 0;
    let newcomers = 0;
    timers.push(
      setInterval(() => {
        const accounts = [...sessions.keys()];
        const account = accounts[Math.floor(random() * accounts.length)] ?? '';
        const session = sessions.get(account);
        if (session === undefined) return;
        sessions.delete(account);
        bbb.disconnect(ROOM, session);
        setTimeout(() => {
          const role = account === 'regular-0' ? 'MODERATOR' : 'VIEWER';
          sessions.set(
            account,
            bbb.join(ROOM, { externalUserId: account, name: account, role }).internalUserId,
          );
        }, random() * AWAY_WITHIN_MS);
      }, RECONNECT_EVERY_MS),
      setInterval(() => {
        const externalUserId = `newcomer-${newcomers++}`;
        const { internalUserId } = bbb.join(ROOM, { externalUserId, name: externalUserId });
        if (present(bbb).size > PLACES) over.push({ internalUserId, overSince: performance.now() });
      }, NEWCOMER_EVERY_MS),
      setInterval(() => {
        const { people } = bbb.meeting(ROOM);
        peak = Math.max(peak, present(bbb).size);
        for (const visit of [...over]) {
          if (people.some(({ internalUserId }) => internalUserId === visit.internalUserId)) continue;
          over.splice(over.indexOf(visit), 1);
          goneMs.push(performance.now() - visit.overSince);
        }
      }, LOOK_EVERY_MS),
    );
    await new Promise((resume) => setTimeout(resume, LASTS_MS));
    for (const timer of timers) clearInterval(timer);
    await new Promise((resume) => setTimeout(resume, AWAY_WITHIN_MS + 1_000));
    const { ejected } = bbb.meeting(ROOM);
    const sorted = goneMs.toSorted((a, b) => a - b);
    return {
      goneP50Ms: spreadOf(sorted).median,
      goneP99Ms: sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.99))] ?? Number.NaN,
      removed: goneMs.length,
      remaining: over.filter(({ internalUserId }) =>
        bbb.meeting(ROOM).people.some((each) => each.internalUserId === internalUserId),
      ).length,
      peak,
      places: PLACES,
      regularsRemoved: ejected.filter(
        ({ externalUserId, reasonCode }) =>
          externalUserId.startsWith('regular-') && reasonCode === REMOVED_BY_US,
      ).length,
      seed,
    };
  } finally {
    for (const timer of timers) clearInterval(timer);
    service?.stop();
    await bbb.stop();
  }
}
