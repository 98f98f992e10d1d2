/** The answering side of the latency benchmark in a process of its own: a bare echo, the floor, or the service. `argv`: Redis URL, role, BBB URL, analytics URL, secret. */

import { Redis } from 'ioredis';
import pino from 'pino';
import { createAnalytics } from '../../sidecar/bbb-api/analytics';
import { createBbbApi } from '../../sidecar/bbb-api/client';
import { createEffects } from '../../sidecar/bbb-api/effects';
import { createReader } from '../../sidecar/bbb-api/reader';
import { checkAlivePing } from '../../sidecar/bus/commands';
import { createPublisher } from '../../sidecar/bus/publisher';
import { createPgJournal } from '../../sidecar/store/journal';
import { systemClock } from '../../sidecar/system-clock';
import { ROOMS } from './latency-rooms';
import { startService } from './service';
import { CHANNEL } from './traffic';

const [, , redisUrl = '', role = '', bbbUrl = '', analyticsUrl = '', secret = '', databaseUrl = ''] =
  process.argv;
const TO_AKKA_APPS = 'to-akka-apps-redis-channel';

/** Answers every over-cap join as directly as ioredis can, after `first` is done. */
async function echo(
  first: (roomNumber: string, ping: () => Promise<void>) => Promise<unknown>,
): Promise<void> {
  const publisher = new Redis(redisUrl, { protocol: 2 });
  const subscriber = new Redis(redisUrl, { protocol: 2 });
  const asked = new Map<string, () => void>();
  const ping = async (): Promise<void> => {
    const number = 1_000_000 + asked.size;
    const { json } = checkAlivePing(Date.now(), number);
    const answered = new Promise<void>((resolve) => asked.set(String(number), resolve));
    await publisher.publish(TO_AKKA_APPS, json);
    await answered;
  };
  subscriber.on('messageBuffer', (_channel: Buffer, message: Buffer) => {
    const name = message.subarray(21, 44).toString('latin1');
    if (name.startsWith('CheckAlivePongSysMsg'))
      asked.get(/"bbbWebTimestamp":(\d+)/.exec(message.toString('latin1'))?.[1] ?? '')?.();
    if (name !== 'UserJoinedMeetingEvtMsg') return;
    const text = message.toString('utf8');
    const [, who = ''] = /"intId":"([^"]+)"/.exec(text) ?? [];
    // `latency.ts` names the accounts after the trial, and the room after its remainder.
    const [, trial] = /"extId":"(?:over|warm)-(\d+)"/.exec(text) ?? [];
    if (trial === undefined) return;
    void first(`full-${Number(trial) % ROOMS}`, ping).then(() =>
      publisher.publish(TO_AKKA_APPS, `{"echo":"EjectUserFromMeetingSysMsg","userId":"${who}"}`),
    );
  });
  await subscriber.subscribe(CHANNEL);
}

/** What cannot be left out before somebody is removed: BBB is asked who is there, akka-apps answers once more, and the chat has its line. */
async function floor(): Promise<void> {
  const api = createBbbApi({ url: bbbUrl, secret, algorithm: 'sha256' });
  await echo(async (room, ping) => {
    await api.getMeetingInfo(room, 0, 'urgent');
    await ping();
    await api.sendChatMessage(room, 'Bench', 'This meeting is full.');
  });
}

async function service(): Promise<void> {
  const log = pino({ level: 'silent' });
  const clock = systemClock();
  const api = createBbbApi({ url: bbbUrl, secret, algorithm: 'sha256' });
  const bus = createPublisher({ redisUrl, log, clock });
  const reader = createReader({ api, analytics: createAnalytics({ url: analyticsUrl, clock }), clock, log });
  const effects = createEffects({ api, bus, clock, log });
  const journal = databaseUrl === '' ? undefined : createPgJournal({ database: { databaseUrl }, clock, log });
  const started = await startService(redisUrl, {
    effects,
    reader,
    askAkkaApps: (trip) => bus.checkAlive(trip),
    ...(journal === undefined ? {} : { journal }),
  });
  await started.watch.resync.start();
}

const ROLES: Readonly<Record<string, () => Promise<void>>> = {
  echo: () => echo(async () => undefined),
  floor,
  service,
};
void (ROLES[role] ?? service)().then(() => process.send?.('ready'));
