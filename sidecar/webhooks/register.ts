/** Keeps our hook registered with bbb-webhooks, which drops a hook that could not be reached for five minutes; it never touches others'. */
import type { Clock, Scheduled } from '../core/clock';
import { MINUTE_MS, SECOND_MS } from '../core/duration';
import { type Fault, faultOf, messageOf } from '../errors';
import type { Log } from '../log';

/** What is needed of bbb-webhooks' API. `filtered`: not for every event of every meeting. */
export interface Hooks {
  listHooks(): Promise<
    readonly {
      readonly hookId: string;
      readonly callbackUrl: string;
      readonly permanent: boolean;
      readonly filtered: boolean;
    }[]
  >;
  createHook(callbackUrl: string): Promise<{ readonly hookId: string; readonly isNew: boolean }>;
  destroyHook(hookId: string): Promise<boolean>;
}

export interface RegisterOptions {
  readonly hooks: Hooks;
  /** As bbb-webhooks will call it, and as the receiver will check it. */
  readonly callbackUrl: string;
  readonly clock: Clock;
  readonly log: Log;
  /** After every attempt. */
  readonly onState?: (registered: boolean) => void;
  /** How often it is looked whether the hook is still there. */
  readonly everyMs?: number;
}

export interface Registration {
  /** Undefined until the first attempt has ended. */
  readonly registered: boolean | undefined;
  /**
   * Stops looking. The hook stays: over a restart bbb-webhooks keeps trying for five minutes and nothing is lost. `remove` takes it
   * out, for good.
   */
  stop(options?: { readonly remove: boolean }): Promise<void>;
}

const EVERY_MS = 5 * MINUTE_MS;
const FIRST_RETRY_MS = 2 * SECOND_MS;

/** Makes sure that there is one hook of ours, unfiltered. bbb-webhooks keeps one hook per URL and leaves an old one as it is. */
async function ensureHook(hooks: Hooks, callbackUrl: string): Promise<string> {
  const ours = (await hooks.listHooks()).find((hook) => hook.callbackUrl === callbackUrl);
  if (ours !== undefined && (!ours.filtered || ours.permanent)) return ours.hookId;
  if (ours !== undefined) await hooks.destroyHook(ours.hookId);
  return (await hooks.createHook(callbackUrl)).hookId;
}

interface Standing {
  hookId: string | undefined;
  registered: boolean | undefined;
  failures: number;
  /** Of the last failure; undefined after a success. */
  fault: Fault | undefined;
}

/** One look and what it takes; never rejects. */
async function attempt(options: RegisterOptions, standing: Standing): Promise<void> {
  const { log } = options;
  try {
    standing.hookId = await ensureHook(options.hooks, options.callbackUrl);
    standing.failures = 0;
    standing.fault = undefined;
    if (standing.registered !== true) log.info({ hookId: standing.hookId }, 'webhook is registered');
  } catch (error) {
    standing.failures += 1;
    const fields = { error: messageOf(error), failures: standing.failures };
    const fault = faultOf(error);
    if (standing.fault === fault) log.debug(fields, 'our webhook still cannot be registered');
    else log.warn(fields, 'cannot register our webhook with bbb-webhooks; retrying');
    standing.fault = fault;
  }
  standing.registered = standing.failures === 0;
  options.onState?.(standing.registered);
}

/** Registers now, and again whenever the hook is found missing; failures are repeated with growing pauses, for ever. */
export function keepRegistered(options: RegisterOptions): Registration {
  const { hooks, clock, log, everyMs = EVERY_MS } = options;
  const standing: Standing = { hookId: undefined, registered: undefined, failures: 0, fault: undefined };
  let timer: Scheduled | undefined;
  let stopped = false;
  let running = Promise.resolve();

  async function attemptAndPlan(): Promise<void> {
    await attempt(options, standing);
    if (stopped) return;
    const { failures } = standing;
    const delayMs = failures === 0 ? everyMs : Math.min(everyMs, FIRST_RETRY_MS * 2 ** (failures - 1));
    timer = clock.schedule(delayMs, run);
  }

  function run(): void {
    running = attemptAndPlan();
  }

  run();
  return {
    get registered() {
      return standing.registered;
    },
    async stop({ remove } = { remove: false }) {
      stopped = true;
      timer?.cancel();
      await running;
      if (!remove || standing.hookId === undefined) return;
      await hooks.destroyHook(standing.hookId).catch((error: unknown) => {
        log.warn({ error: messageOf(error) }, 'cannot remove our webhook from bbb-webhooks');
      });
    },
  };
}
