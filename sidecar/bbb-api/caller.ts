/** Signs a call, sends it and takes the reply apart, with retries and a circuit; what a reply means is for the one who calls. */
import { TerminalError } from '../errors';
import { createHttpGet } from './http-get';
import { createResilience, type ResilienceOptions } from './resilience';
import { bbbRoot, type Params, type Signing, signedUrl } from './sign';
import { parseReply, type Reply } from './xml';

export interface CallerOptions extends Signing, ResilienceOptions {
  /** One attempt, from connecting to the last byte. */
  readonly timeoutMs: number;
}

/** Rejects with TransientError when no reply came that can be relied on; a refusal is a reply. */
export interface Caller {
  /** For calls that change nothing: tried again. */
  read(call: string, params?: Params): Promise<Reply>;
  /** For calls that do something, and for what cannot wait: tried once. */
  act(call: string, params?: Params): Promise<Reply>;
  /** The API's root, which wants no checksum. */
  readRoot(): Promise<Reply>;
  close(): void;
  /** False while the server is left alone after failing repeatedly. */
  readonly available: boolean;
}

/** BBB with a thousand people answers some 300 KB. */
const LONGEST_REPLY_BYTES = 16 * 1024 * 1024;

/** A caller with connections and a circuit of its own. */
export function createCaller(options: CallerOptions): Caller {
  const transport = createHttpGet({ timeoutMs: options.timeoutMs, maxBytes: LONGEST_REPLY_BYTES });
  const resilience = createResilience(options);

  async function once(call: string, params: Params): Promise<Reply> {
    return parseReply(call, await transport.get(call, signedUrl(options, call, params)));
  }

  return {
    read: (call, params = {}) => resilience.read(() => once(call, params)),
    act: (call, params = {}) => resilience.act(() => once(call, params)),
    readRoot: () =>
      resilience.read(async () =>
        parseReply('version', await transport.get('version', `${bbbRoot(options.url)}/api`)),
      ),
    close: transport.close,
    get available() {
      return resilience.closed;
    },
  };
}

/** Was the call successful? */
export function succeeded(reply: Reply): boolean {
  return reply.returncode === 'SUCCESS';
}

/** `messageKey`, empty when there is none. */
export function keyOf(reply: Reply): string {
  return typeof reply.messageKey === 'string' ? reply.messageKey.trim() : '';
}

/** A text that is there and not empty. */
export function textField(reply: Reply, name: string): string | undefined {
  const value = reply[name];
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

const HINTS: Readonly<Record<string, string>> = {
  checksumError:
    ': compare BBB_SECRET with `bbb-conf --secret`, and BBB_CHECKSUM with the supportedChecksumAlgorithms of the server',
};

/** The reply to `call`; throws TerminalError with BBB's own key when it was refused. */
export function expectSuccess(call: string, reply: Reply): Reply {
  if (succeeded(reply)) return reply;
  const key = keyOf(reply).replace(/[^\w-]/g, '') || 'no reason given';
  throw new TerminalError(`${call}: BBB refused it (${key})${HINTS[key] ?? ''}`);
}
