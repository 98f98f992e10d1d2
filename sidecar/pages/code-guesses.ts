/** Who asks for codes too often: guessing in vain is slowed down early, a whole meeting behind one address that reads its code is not. */
import type { Request } from 'express';
import { ipKeyGenerator, MemoryStore } from 'express-rate-limit';
import { MINUTE_MS } from '../core/duration';

/** Of one address, in a minute. */
const UNKNOWN_CODES = 30;
const ALL_CODES = 600;
/** By when whoever was held back may ask again. */
export const GUESSES_WINDOW_SECONDS = MINUTE_MS / 1_000;

export interface CodeGuesses {
  /** Counts this one; true when the address has to wait. */
  tooMany(request: Request): Promise<boolean>;
  /** The code that was asked for is nobody's. */
  unknown(request: Request): Promise<void>;
  close(): void;
}

function minuteStore(): MemoryStore {
  const store = new MemoryStore();
  store.init({ windowMs: MINUTE_MS } as Parameters<MemoryStore['init']>[0]);
  return store;
}

/** Nobody has asked yet. In memory: a restart forgets. */
export function createCodeGuesses(): CodeGuesses {
  const all = minuteStore();
  const unknown = minuteStore();
  const addressOf = (request: Request): string => ipKeyGenerator(request.ip ?? '');
  return {
    async tooMany(request) {
      const address = addressOf(request);
      const { totalHits } = await all.increment(address);
      return totalHits > ALL_CODES || ((await unknown.get(address))?.totalHits ?? 0) >= UNKNOWN_CODES;
    },
    async unknown(request) {
      await unknown.increment(addressOf(request));
    },
    close() {
      all.shutdown();
      unknown.shutdown();
    },
  };
}
