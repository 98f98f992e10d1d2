/** A full room beside a running akka-apps, in which people lose their connection all the time and newcomers keep trying, for two minutes. */
import { frontDrive } from '../bbb-simulator/akka/drive';
import type { Front } from '../bbb-simulator/akka/front';
import { seededRandom } from '../bbb-simulator/faults';
import { isRegular, LIVELY_PLACES, playLively } from '../support/lively-room';
import { createTestDatabase } from '../support/postgres';
import { percentile } from './histories/report';
import { serviceProcess } from './histories/service';
import { Truth } from './histories/truth';

export interface LivelyRoomOptions {
  readonly front: Front;
  readonly seed: string;
  readonly say: (line: string) => void;
}

/** Resolves to true when nobody was removed wrongly and nobody beyond the places is left. */
export async function playLivelyRoom({ front, seed, say }: LivelyRoomOptions): Promise<boolean> {
  const database = await createTestDatabase();
  const service = serviceProcess(front, database.databaseUrl, [LIVELY_PLACES]);
  try {
    await service.start();
    const room = front.create({
      meetingID: `lively-${seed}`,
      'meta_bbb-origin-server-name': service.originOf(LIVELY_PLACES),
    });
    const truth = new Truth(room.internalMeetingId, LIVELY_PLACES, () => new Set());
    const origin = performance.now();
    front.wire.onMessage(({ channel, name, meetingId, body }) => {
      if (channel !== 'from-akka-apps-redis-channel') return;
      truth.hear({ at: performance.now() - origin, name, meetingId, body });
    });
    const drive = frontDrive(front);
    const newcomers = await playLively({
      random: seededRandom(`${seed}-lively`),
      door: {
        async join(account, role) {
          const guest = { externalUserId: account, role };
          const { userId, state } = await drive.join(room.internalMeetingId, guest);
          return state === 'joined' ? userId : undefined;
        },
        disconnect: drive.disconnect,
      },
    });
    const beyond = truth.beyond();
    const gone = truth.removals
      .filter(({ wrong }) => wrong === undefined)
      .flatMap(({ sinceExcessMs }) => sinceExcessMs ?? [])
      .toSorted((a, b) => a - b);
    const wrong = truth.removals.filter((removal) => removal.wrong !== undefined);
    const regulars = truth.removals.filter(({ person }) => isRegular(person));
    const [p50, p99] = [0.5, 0.99].map((share) => Math.round(percentile(gone, share) * 10) / 10);
    say(
      `lively room: ${newcomers} newcomers, peak ${truth.peak} of ${LIVELY_PLACES}, ${gone.length} removed at p50 ${p50} ms, p99 ${p99} ms, ` +
        `${beyond.length} left beyond the cap, ${regulars.length} regulars removed, ${wrong.length} wrong`,
    );
    for (const removal of wrong) say(`WRONG ${removal.wrong}`);
    return wrong.length === 0 && beyond.length === 0;
  } finally {
    await front.endAll();
    await service.stop();
    await database.drop();
  }
}
