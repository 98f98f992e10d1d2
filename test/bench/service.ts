/** The service's path from bus to decision for a benchmark process: the real subscriber and loop, with BBB and database left out. */
import { randomInt } from 'node:crypto';
import pino from 'pino';
import { SENDER } from '../../sidecar/bus/commands';
import { subscribeBus } from '../../sidecar/bus/subscriber';
import { loadConfig } from '../../sidecar/config/load';
import type { Effects, Journal, Reader } from '../../sidecar/loop/ports';
import { createWatch, type Watch } from '../../sidecar/loop/watch';
import { createMetrics } from '../../sidecar/metrics';
import { systemClock } from '../../sidecar/system-clock';

export interface Service {
  readonly watch: Watch;
  readonly stop: () => void;
}

const SILENT: Effects = {
  sendChatMessage: async () => ({ via: 'api', accepted: true }),
  endMeeting: async () => ({ via: 'api', accepted: true }),
  ejectUser: async () => ({ via: 'bus', accepted: false }),
  stopRecording: async () => ({ via: 'bus', accepted: false }),
};
const NOT_READ = { isComplete: false, entries: new Map() };
const NOBODY: Reader = {
  readAll: async () => ({ events: [], akka: NOT_READ, web: NOT_READ, startedAt: 0 }),
  readMeeting: async () => undefined,
};
const NOTHING: Journal = { write: () => undefined, recall: async () => new Map() };

export interface ServiceParts {
  readonly effects?: Effects;
  readonly reader?: Reader;
  readonly journal?: Journal;
  /** Has akka-apps answer on the bus; left out where there is none: then the answer is there at once. */
  readonly askAkkaApps?: (trip: number) => Promise<void>;
}

/** Watches the bus; resolves when it is subscribed. */
export async function startService(redisUrl: string, parts: ServiceParts = {}): Promise<Service> {
  const clock = systemClock();
  const log = pino({ level: 'silent' });
  const loaded = loadConfig('config');
  if ('problems' in loaded) throw new Error('config/ does not load');
  const metrics = createMetrics();
  const watch: Watch = createWatch({
    clock,
    config: () => loaded.config,
    effects: parts.effects ?? SILENT,
    reader: parts.reader ?? NOBODY,
    journal: parts.journal ?? NOTHING,
    roomOwners: undefined,
    verifyClaim: () => undefined,
    metrics,
    log,
    askAkkaApps: parts.askAkkaApps ?? (async (trip) => watch.answered(trip)),
    resyncMs: 30_000,
    notices: true,
    dryRun: false,
    randomInt: (below) => randomInt(below),
  });
  let connected = (): void => undefined;
  const subscribed = new Promise<void>((resolve) => {
    connected = resolve;
  });
  const bus = subscribeBus({
    redisUrl,
    onEvent: watch.live,
    onPong({ system, asked, at }) {
      if (system === SENDER) watch.answered(asked, at);
      else watch.stamped(at);
    },
    onState(state) {
      if (state.connected) watch.busBack(state.lastHeardAt);
      else watch.busLost(state.lastHeardAt);
      if (state.connected) connected();
    },
    onCount: (result, by) => metrics.busMessages.inc({ result }, by),
    log,
    clock,
  });
  await subscribed;
  return { watch, stop: () => bus.stop() };
}
