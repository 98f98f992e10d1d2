/** Calls bbb-webhooks with SHA-1 where it accepts nothing else: up to BBB 2.7 it checks its calls with SHA-1 alone, whatever bbb-web accepts. */
import { type Caller, keyOf } from './caller';
import type { Params } from './sign';
import type { Reply } from './xml';

export interface Sha1Fallback extends Caller {
  /** True while bbb-webhooks accepts SHA-1 and not the configured algorithm. */
  readonly usesSha1: boolean;
}

type Call = (caller: Caller) => Promise<Reply>;

/** `configured` first; after its `checksumError` the same call by `sha1`, and from then on that one until it is refused too. */
export function createSha1Fallback(configured: Caller, sha1: Caller, onSha1: () => void): Sha1Fallback {
  let usesSha1 = false;

  // A refused call did nothing, so that even one that does something may be repeated.
  async function either(call: Call): Promise<Reply> {
    const [first, second] = usesSha1 ? [sha1, configured] : [configured, sha1];
    const reply = await call(first);
    if (keyOf(reply) !== 'checksumError') return reply;
    const other = await call(second);
    if (keyOf(other) === 'checksumError') return reply;
    usesSha1 = second === sha1;
    if (usesSha1) onSha1();
    return other;
  }

  return {
    read: (name: string, params?: Params) => either((caller) => caller.read(name, params)),
    act: (name: string, params?: Params) => either((caller) => caller.act(name, params)),
    readRoot: () => configured.readRoot(),
    close() {
      configured.close();
      sha1.close();
    },
    get available() {
      return (usesSha1 ? sha1 : configured).available;
    },
    get usesSha1() {
      return usesSha1;
    },
  };
}
