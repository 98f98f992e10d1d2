/** A full room beside a running akka-apps, in which people lose their connection all the time and newcomers keep trying, for two minutes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { frontDrive } from '../bbb-simulator/akka/drive';
import type { Front } from '../bbb-simulator/akka/front';
import { seededRandom } from '../bbb-simulator/faults';
import { createTestDatabase } from '../support/postgres';
import { percentile } from './histories/report';
import { serviceProcess } from './histories/service';
import { Truth } from './histories/truth';

const PLACES = 20;
const RECONNECT_EVERY_MS = 2_000;
const NEWCOMER_EVERY_MS = 3_000;
const LASTS_MS = 120_000;
const AWAY_WITHIN_MS = 1_500;
const SETTLED_MS = 2_000;

export interface LivelyRoomOptions {
  readonly front: Front;
  readonly seed: string;
  readonly say: (line: string) => void;
}

/** Resolves to true when nobody was removed wrongly and nobody beyond the places is left. */
export async function playLivelyRoom({ front, seed, say }: LivelyRoomOptions): Promise<boolean> {
  const random = seededRandom(`${seed}-lively`);
  const database = await createTestDatabase();
  const service = serviceProcess(front, database.databaseUrl, [PLACES]);
  const timers: NodeJS.Timeout[] = [];
  try {
    await service.start();
    const room = front.create({
      meetingID: `lively-${seed}`,
      'meta_bbb-origin-server-name': service.originOf(PLACES),
    });
    const truth = new Truth(room.internalMeetingId, PLACES, () => new Set());
    const origin = performance.now();
    front.wire.onMessage(({ channel, name, meetingId, body }) => {
      if (channel !== 'from-akka-apps-redis-channel') return;
      truth.hear({ at: performance.now() - origin, name, meetingId, body });
    });
    const drive = frontDrive(front);
    const sessions = new Map<string, string>();
    const join = async (account: string, role: 'MODERATOR' | 'VIEWER'): Promise<void> => {
      const { userId, state } = await drive.join(room.internalMeetingId, { externalUserId: account, role });
      if (state === 'joined') sessions.set(account, userId);
    };
    for (let person = 0; person < PLACES; person += 1) {
      await join(`regular-${person}`, person === 0 ? 'MODERATOR' : 'VIEWER');
    }
    await sleep(SETTLED_MS);
    timers.push(
      setInterval(() => {
        const regulars = [...sessions.keys()].filter((account) => account.startsWith('regular-'));
        const account = regulars[Math.floor(random() * regulars.length)] ?? '';
        const userId = sessions.get(account);
        if (userId === undefined) return;
        sessions.delete(account);
        drive.disconnect(userId);
        const role = account === 'regular-0' ? 'MODERATOR' : 'VIEWER';
        timers.push(setTimeout(() => void join(account, role), random() * AWAY_WITHIN_MS));
      }, RECONNECT_EVERY_MS),
    );
    let newcomers = 0;
    timers.push(setInterval(() => void join(`newcomer-${newcomers++}`, 'VIEWER'), NEWCOMER_EVERY_MS));
    await sleep(LASTS_MS);
    for (const timer of timers.slice(0, 2)) clearInterval(timer);
    await sleep(AWAY_WITHIN_MS + SETTLED_MS);
    const beyond = truth.beyond();
    const gone = truth.removals
      .filter(({ wrong }) => wrong === undefined)
      .flatMap(({ sinceExcessMs }) => sinceExcessMs ?? [])
      .toSorted((a, b) => a - b);
    const wrong = truth.removals.filter((removal) => removal.wrong !== undefined);
    const regulars = truth.removals.filter(({ person }) => person.startsWith('regular-'));
    const [p50, p99] = [0.5, 0.99].map((share) => Math.round(percentile(gone, share) * 10) / 10);
    say(
      `lively room: ${newcomers} newcomers, peak ${truth.peak} of ${PLACES}, ${gone.length} removed at p50 ${p50} ms, p99 ${p99} ms, ` +
        `${beyond.length} left beyond the cap, ${regulars.length} regulars removed, ${wrong.length} wrong`,
    );
    for (const removal of wrong) say(`WRONG ${removal.wrong}`);
    return wrong.length === 0 && beyond.length === 0;
  } finally {
    for (const timer of timers) clearTimeout(timer);
    await front.endAll();
    await service.stop();
    await database.drop();
  }
}
