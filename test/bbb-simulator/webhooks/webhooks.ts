/** bbb-webhooks as a whole: hears the bus, maps, and sends to whom it concerns; deliveries and registry do the work. */
import type { BusMessage } from '../bus/messages';
import type { FaultState } from '../faults';
import type { Happening } from '../model/happenings';
import type { SimulatorOptions } from '../options';
import { type Attempt, deliveries } from './deliver';
import { webhookHandling } from './handling';
import { type Hook, type HookRegistry, hookRegistry } from './hooks';
import type { WebhookEvent } from './mapping';

export interface Webhooks {
  readonly hooks: HookRegistry;
  readonly attempts: readonly Attempt[];
  /** `messages`: what the happening was on the bus, for hooks that want it raw. */
  hear(happening: Happening, messages: readonly BusMessage[]): void;
  idle(): Promise<void>;
  stop(): void;
}

/** Channels bbb-webhooks listens to; of a message on two, it hears the main one. */
const HEARD = [
  'from-akka-apps-redis-channel',
  'from-bbb-web-redis-channel',
  'from-akka-apps-pres-redis-channel',
  'bigbluebutton:from-rap',
];

/** `wallNow`: the host's wall clock, by which bbb-webhooks stamps what it handles. */
export function startWebhooks(
  options: SimulatorOptions,
  faults: FaultState,
  wallNow: () => number,
): Webhooks {
  const { clock, secret } = options;
  const { domain, checksumAlgorithm, bearer, requestTimeoutMs, permanent, installed } = options.webhooks;
  const hooks = hookRegistry(permanent);
  const isOff = (): boolean => faults.webhooksOff || !installed;
  const sender = deliveries({
    clock,
    secret,
    domain,
    checksumAlgorithm,
    bearer,
    requestTimeoutMs,
    hooks,
    isOff,
  });
  const handle = webhookHandling(options.seed, options.version);
  /** What was heard in this moment, with what it is delivered as where it is wanted raw; undefined: not delivered. */
  let moment = new Map<Happening, string | undefined>();

  function hear(happening: Happening, messages: readonly BusMessage[]): void {
    if (moment.size === 0) queueMicrotask(handleMoment);
    moment.set(
      happening,
      isOff() ? undefined : messages.find(({ channel }) => HEARD.includes(channel))?.text,
    );
  }

  function handleMoment(): void {
    const heard = moment;
    moment = new Map();
    for (const { happening, events } of handle([...heard.keys()], wallNow())) {
      const raw = heard.get(happening);
      if (raw !== undefined) for (const event of events) sendEvent(event, raw);
    }
  }

  function sendEvent(event: WebhookEvent, raw: string): void {
    const meeting = event.data.attributes.meeting as Record<string, string | undefined>;
    for (const hook of hooks.concerned(meeting['external-meeting-id'])) {
      if (wants(hook, event)) sender.send(hook, hook.getRaw ? raw : JSON.stringify(event));
    }
  }

  return { hooks, attempts: sender.attempts, hear, idle: sender.idle, stop: sender.stop };
}

/** A hook with an event list never gets raw messages: they have no event id to compare. */
function wants(hook: Hook, event: WebhookEvent): boolean {
  if (hook.eventID === undefined) return true;
  return !hook.getRaw && hook.eventID.includes(event.data.id);
}
