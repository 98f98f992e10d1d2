/** bbb-web asks akka-apps every 10 s whether it lives; the answer passes by on the bus. */
import { putDue } from './due';
import { type Bbb, tell } from './state';

const FIRST_MS = 5_000;
const EVERY_MS = 10_000;

export function scheduleKeepAlive(bbb: Bbb): void {
  putDue(bbb, { at: bbb.now + FIRST_MS, kind: 'keep-alive', id: '', detail: '' });
}

export function keepAlive(bbb: Bbb): void {
  putDue(bbb, { at: bbb.now + EVERY_MS, kind: 'keep-alive', id: '', detail: '' });
  tellPong(bbb, 'BbbWeb', bbb.now);
}

/** The answer to CheckAlivePingSysMsg. */
export function tellPong(bbb: Bbb, system: string, bbbWebTimestamp: number): void {
  tell(bbb, 'CheckAlivePongSysMsg', {}, { system, bbbWebTimestamp, akkaAppsTimestamp: bbb.now });
}
