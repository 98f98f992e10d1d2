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
  /** From the room having more people than places, a newcomer among them, to the newcomer's removal. */
  readonly goneP50Ms: number;
  readonly goneP99Ms: number;
  readonly removed: number;
  /** Newcomers beyond the places who were still there at the end. */
  readonly remaining: number;
  /** Newcomers who were removed while there were places for all. */
  readonly removedForNothing: number;
  /** The most people at once, flagged ones left out. */
  readonly peak: number;
  readonly places: number;
  readonly regularsRemoved: number;
  readonly seed: string;
}

interface Visit {
  readonly internalUserId: string;
  /** Since when there are too many people with them in the room; performance.now(). Undefined: there are not, somebody is away just now. */
  overSince: number | undefined;
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
    const visits: Visit[] = [];
    const goneMs: number[] = [];
    let peak = 0;
    let removedForNothing = 0;
    /** Somebody may come back in the instant in which a newcomer came: too many from then on. */
    function lookAround(): void {
      const { people } = bbb.meeting(ROOM);
      const now = performance.now();
      for (const visit of [...visits]) {
        if (people.some(({ internalUserId }) => internalUserId === visit.internalUserId)) continue;
        visits.splice(visits.indexOf(visit), 1);
        if (visit.overSince === undefined) removedForNothing += 1;
        else goneMs.push(now - visit.overSince);
      }
      const { size } = present(bbb);
      peak = Math.max(peak, size);
      for (const visit of visits)
        visit.overSince = size > LIVELY_PLACES ? (visit.overSince ?? now) : undefined;
    }
    look = setInterval(lookAround, LOOK_EVERY_MS);
    await playLively({
      random: seededRandom(seed),
      door: {
        async join(account, role) {
          const joining = { externalUserId: account, name: account, role };
          const { internalUserId } = bbb.join(ROOM, joining);
          if (isNewcomer(account)) visits.push({ internalUserId, overSince: undefined });
          lookAround();
          return internalUserId;
        },
        disconnect(session) {
          bbb.disconnect(ROOM, session);
          lookAround();
        },
      },
    });
    const { ejected } = bbb.meeting(ROOM);
    const sorted = goneMs.toSorted((a, b) => a - b);
    return {
      goneP50Ms: spreadOf(sorted).median,
      goneP99Ms: sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.99))] ?? Number.NaN,
      removed: goneMs.length,
      remaining: visits.filter(({ overSince }) => overSince !== undefined).length,
      removedForNothing,
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
