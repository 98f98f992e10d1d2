/**
 * A full room in which people lose their connection all the time and newcomers keep trying, in real time and with BBB's own timings: a closed tab
 * stays in BBB's lists, flagged, for 10 to 20 s.
 */
import { systemClock } from '../../sidecar/system-clock';
import { type Simulator, startSimulator } from '../bbb-simulator';
import { seededRandom } from '../bbb-simulator/faults';
import { isNewcomer, isRegular, LIVELY_PLACES, playLively } from '../support/lively-room';
import { type Child, startChild } from './child';
import { spreadOf } from './subscriber';

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

/** Runs for two minutes. */
export async function benchLivelyRoom(redisUrl: string, seed = `lively-${Date.now()}`): Promise<LivelyRoom> {
  const bbb = await startSimulator({ clock: systemClock(), redisUrl, seed });
  let service: Child | undefined;
  let look: NodeJS.Timeout | undefined;
  try {
    service = await startChild('latency-child.ts', [
      redisUrl,
      'service',
      bbb.url,
      bbb.analyticsUrl,
      bbb.secret,
      '',
    ]);
    bbb.create({ meetingID: ROOM, ...METADATA });
    const over: Visit[] = [];
    const goneMs: number[] = [];
    let peak = 0;
    look = setInterval(() => {
      const { people } = bbb.meeting(ROOM);
      peak = Math.max(peak, present(bbb).size);
      for (const visit of [...over]) {
        if (people.some(({ internalUserId }) => internalUserId === visit.internalUserId)) continue;
        over.splice(over.indexOf(visit), 1);
        goneMs.push(performance.now() - visit.overSince);
      }
    }, LOOK_EVERY_MS);
    await playLively({
      random: seededRandom(seed),
      door: {
        async join(account, role) {
          const joining = { externalUserId: account, name: account, role };
          const { internalUserId } = bbb.join(ROOM, joining);
          if (isNewcomer(account) && present(bbb).size > LIVELY_PLACES)
            over.push({ internalUserId, overSince: performance.now() });
          return internalUserId;
        },
        disconnect: (session) => bbb.disconnect(ROOM, session),
      },
    });
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
      places: LIVELY_PLACES,
      regularsRemoved: ejected.filter(
        ({ externalUserId, reasonCode }) => isRegular(externalUserId) && reasonCode === REMOVED_BY_US,
      ).length,
      seed,
    };
  } finally {
    clearInterval(look);
    service?.stop();
    await bbb.stop();
  }
}
