/** bbb-web asks akka-apps every 10 s whether it lives; the answer passes by on the bus. */
import { putDue } from './due';
import { type Bbb, tell, wallNow } from './state';

const FIRST_MS = 5_000;
const EVERY_MS = 10_000;

export function scheduleKeepAlive(bbb: Bbb): void {
  putDue(bbb, { at: bbb.now + FIRST_MS, kind: 'keep-alive', id: '', detail: '' });
}

export function keepAlive(bbb: Bbb): void {
  putDue(bbb, { at: bbb.now + EVERY_MS, kind: 'keep-alive', id: '', detail: '' });
  takePing(bbb, { system: 'BbbWeb', bbbWebTimestamp: wallNow(bbb), akkaAppsTimestamp: wallNow(bbb) });
}

export interface Ping {
  readonly system: string;
  readonly bbbWebTimestamp: number;
  readonly akkaAppsTimestamp: number;
}

/** CheckAlivePingSysMsg: whoever sends it, its `akkaAppsTimestamp` is what `/healthz` goes by until the next. */
export function takePing(bbb: Bbb, { system, bbbWebTimestamp, akkaAppsTimestamp }: Ping): void {
  bbb.lastPing = { at: wallNow(bbb), akkaAppsTimestamp };
  tell(bbb, 'CheckAlivePongSysMsg', {}, { system, bbbWebTimestamp, akkaAppsTimestamp: wallNow(bbb) });
}

/** A ping older than this makes akka-apps call itself unhealthy. */
const PING_WITHIN_MS = 30_000;

interface PartHealth {
  readonly status: boolean;
  readonly timestamp: string;
}

export interface Health {
  readonly isHealthy: boolean;
  readonly pubsubReceiveStatus: PartHealth;
  readonly pubsubSendStatus: PartHealth;
  readonly recordingDbStatus: PartHealth;
}

/** As `LocalDateTime` prints it. */
function local(at: number): string {
  return at === 0 ? '1970-01-01T00:00' : new Date(at).toISOString().slice(0, -1);
}

/** `/healthz`: 503 unless `isHealthy`. Before the first ping it goes by its start. */
export function healthOf(bbb: Bbb): Health {
  const { at, akkaAppsTimestamp } = bbb.lastPing ?? { at: bbb.startedAt, akkaAppsTimestamp: bbb.startedAt };
  const isHealthy = wallNow(bbb) - akkaAppsTimestamp <= PING_WITHIN_MS;
  return {
    isHealthy,
    pubsubReceiveStatus: { status: true, timestamp: local(at) },
    pubsubSendStatus: { status: isHealthy, timestamp: local(akkaAppsTimestamp) },
    recordingDbStatus: { status: true, timestamp: local(bbb.startedAt) },
  };
}
