/** The faults as tests switch them, while the simulator runs; what they do is done where they strike. */
import { type AnalyticsFault, addRule, type BusRule, type CommandRule, type HttpFault } from './faults';
import type { FaultyServer } from './http/server';
import { analyticsOf, type Simulation } from './simulation';

export interface FaultSwitches {
  /** What happens to messages on their way to Redis; the first rule that strikes decides. Returns its removal. */
  bus(rule: BusRule): () => void;
  /** Commands that never reach akka-apps, those of the API among them. Returns the removal. */
  loseCommands(rule?: CommandRule): () => void;
  /** Nothing goes out to Redis until it is resumed. */
  pauseBus(): void;
  /** Sends what was held back, or loses it as a broken connection would. */
  resumeBus(options?: { readonly lose?: boolean }): void;
  api(fault: HttpFault | undefined): Promise<void>;
  analytics(fault: AnalyticsFault | undefined): Promise<void>;
  webhooks(state: 'off' | 'on'): void;
  /** Everything well again. */
  clear(): Promise<void>;
}

const ANALYTICS_FAULTS: Readonly<Record<Exclude<AnalyticsFault, 'stale'>, HttpFault>> = {
  down: { kind: 'down' },
  'error-500': { kind: 'error-500' },
  garbage: { kind: 'html' },
};

export function faultSwitches(
  simulation: Simulation,
  api: FaultyServer,
  analytics: FaultyServer,
): FaultSwitches {
  const { faults, bus } = simulation;
  async function setAnalytics(fault: AnalyticsFault | undefined): Promise<void> {
    simulation.staleAnalytics = fault === 'stale' ? structuredClone(analyticsOf(simulation)) : undefined;
    await analytics.setFault(fault === undefined || fault === 'stale' ? undefined : ANALYTICS_FAULTS[fault]);
  }
  return {
    bus: (rule) => addRule(faults.busRules, rule),
    loseCommands: (rule = {}) => addRule(faults.commandRules, rule),
    pauseBus() {
      faults.busPaused = true;
    },
    resumeBus: ({ lose = false } = {}) => bus.resume(lose),
    api: api.setFault,
    analytics: setAnalytics,
    webhooks(state) {
      faults.webhooksOff = state === 'off';
    },
    async clear() {
      faults.busRules.length = 0;
      faults.commandRules.length = 0;
      faults.webhooksOff = false;
      bus.resume(false);
      await Promise.all([api.setFault(undefined), setAnalytics(undefined)]);
    },
  };
}
