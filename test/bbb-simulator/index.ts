/** The simulated BigBlueButton: starts it, and is all that tests, the demo and `main.ts` need to know of it. */
import { buildControl } from './control';
import { type Drive, driveFunctions } from './drive';
import { type AnalyticsFault, addRule, type BusRule, type CommandRule, type HttpFault } from './faults';
import { buildAnalytics } from './http/analytics';
import { buildApi } from './http/api';
import { type FaultyServer, startFaultyServer } from './http/server';
import type { Recording } from './model/recording-state';
import { type GivenOptions, withDefaults } from './options';
import { type DroppedCommand, type ReceivedCommand, type Simulation, startSimulation } from './simulation';
import { type MeetingView, meetingView, recordingViews, viewOf } from './views';
import type { Attempt } from './webhooks/deliver';
import type { Hook } from './webhooks/hooks';

export type { Attendee, CreateParams, Joining, MeetingRef, UserRef } from './drive';
export type { AnalyticsFault, BusRule, CommandRule, HttpFault } from './faults';
export type { GivenOptions as SimulatorOptions } from './options';
export type { DroppedCommand, ReceivedCommand } from './simulation';
export type { MeetingView, Person } from './views';

/** Faults, switched on and off while it runs. Each `…Rule` returns its removal. */
export interface FaultSwitches {
  /** What happens to messages on their way to Redis; the first rule that strikes decides. */
  bus(rule: BusRule): () => void;
  /** Commands that never reach akka-apps, those of the API among them. */
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

export interface Simulator extends Drive {
  readonly secret: string;
  /** What a client is given as BBB's address: `http://127.0.0.1:…/bigbluebutton`. */
  readonly url: string;
  /** `http://127.0.0.1:…/analytics` */
  readonly analyticsUrl: string;
  /** `http://127.0.0.1:…/simulator`, where `controlPort` was given. */
  readonly controlUrl: string | undefined;
  readonly faults: FaultSwitches;
  /** What became of the newest meeting with that internal or external id. Throws when there never was one. */
  meeting(id: string): MeetingView;
  /** Every meeting there ever was, oldest first. */
  meetings(): MeetingView[];
  recordings(): Readonly<Recording>[];
  /** Commands that akka-apps took, oldest first. */
  readonly commands: readonly ReceivedCommand[];
  /** Commands that it did not take, with the reason. */
  readonly dropped: readonly DroppedCommand[];
  /** True once anybody sent DestroyMeetingSysCmdMsg, which nobody should. */
  readonly destroyMeetingWasSent: boolean;
  readonly apiCalls: readonly string[];
  readonly hooks: readonly Hook[];
  readonly webhookAttempts: readonly Attempt[];
  /** Publishes any text on any channel, past all faults. */
  publishRaw(channel: string, text: string): Promise<void>;
  /** Resolves as soon as `condition` holds; looked at after everything that happens here. */
  until(condition: () => unknown): Promise<void>;
  /** Resolves when bus, API and webhooks have come to rest; for `manualClock().settleWith`. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts it on free ports and the given Redis. Rejects when Redis cannot be reached or a port is taken. */
export async function startSimulator(given: GivenOptions): Promise<Simulator> {
  const options = withDefaults(given);
  const { clock } = options;
  const simulation = await startSimulation(options);
  const api = await startFaultyServer({ port: options.port, clock, listener: buildApi(simulation) });
  const analytics = await startFaultyServer({
    port: options.analyticsPort,
    clock,
    listener: buildAnalytics(simulation),
  });
  const control =
    options.controlPort === undefined
      ? undefined
      : await startFaultyServer({
          port: options.controlPort,
          clock,
          listener: buildControl(() => simulator),
        });
  const { bbb, commands, dropped, webhooks } = simulation;
  const simulator: Simulator = {
    ...driveFunctions(simulation),
    secret: options.secret,
    url: `${api.url}/bigbluebutton`,
    analyticsUrl: `${analytics.url}/analytics`,
    controlUrl: control === undefined ? undefined : `${control.url}/simulator`,
    faults: faultSwitches(simulation, api, analytics),
    meeting: (id) => simulation.look(() => meetingView(bbb, id)),
    meetings: () => simulation.look(() => bbb.history.map(viewOf)),
    recordings: () => simulation.look(() => recordingViews(bbb)),
    commands,
    dropped,
    get destroyMeetingWasSent() {
      return [...commands, ...dropped].some((command) => command.name === 'DestroyMeetingSysCmdMsg');
    },
    apiCalls: simulation.apiCalls,
    get hooks() {
      return webhooks.hooks.list();
    },
    webhookAttempts: webhooks.attempts,
    publishRaw: simulation.bus.publishRaw,
    until: (condition) => until(simulation, condition),
    settled: () => settled(simulation, [api, analytics]),
    async stop() {
      await Promise.all([api.close(), analytics.close(), control?.close()]);
      await simulation.stop();
    },
  };
  return simulator;
}

function faultSwitches(simulation: Simulation, api: FaultyServer, analytics: FaultyServer): FaultSwitches {
  const { faults, bus } = simulation;
  async function setAnalytics(fault: AnalyticsFault | undefined): Promise<void> {
    simulation.staleAnalytics = fault === 'stale' ? structuredClone(simulation.analytics()) : undefined;
    const byName = {
      down: { kind: 'down' },
      'error-500': { kind: 'error-500' },
      garbage: { kind: 'html' },
    } as const;
    await analytics.setFault(fault === undefined || fault === 'stale' ? undefined : byName[fault]);
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

function until(simulation: Simulation, condition: () => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    const remove = simulation.onActivity(check);
    function check(): void {
      try {
        if (!condition()) return;
        resolve();
      } catch (error) {
        reject(error);
      }
      remove();
    }
    check();
  });
}

/** So many rounds without anything happening count as rest. */
const QUIET_ROUNDS = 2;
const MOST_ROUNDS = 100;

async function settled(simulation: Simulation, servers: readonly FaultyServer[]): Promise<void> {
  let quiet = 0;
  for (let round = 0; quiet < QUIET_ROUNDS && round < MOST_ROUNDS; round += 1) {
    const before = simulation.activity();
    await simulation.bus.roundTrip();
    await simulation.webhooks.idle();
    await new Promise((resume) => setImmediate(resume));
    const still = simulation.activity() === before && servers.every((server) => server.busy() === 0);
    quiet = still ? quiet + 1 : 0;
  }
}
