/** The simulated BigBlueButton: starts it, and is all that tests, the demo and `main.ts` need to know of it. */
import type { RequestListener } from 'node:http';
import type { CallbackAttempt } from './callbacks';
import { buildControl } from './control';
import { type ModeratorDrive, moderatorDrive } from './drive/moderators';
import { type PeopleDrive, peopleDrive } from './drive/people';
import { type ServerDrive, serverDrive } from './drive/server';
import { type FaultSwitches, faultSwitches } from './fault-switches';
import { buildAnalytics } from './http/analytics';
import { buildApi } from './http/api';
import { type FaultyServer, startFaultyServer } from './http/server';
import type { DroppedCommand, ReceivedCommand } from './inbox';
import type { Recording } from './model/recording-state';
import { type GivenOptions, withDefaults } from './options';
import { type Simulation, startSimulation, stopSimulation } from './simulation';
import { type MeetingView, meetingView, recordingViews, viewOf } from './views';
import { settled, until } from './waiting';
import type { Attempt } from './webhooks/deliver';
import type { Hook } from './webhooks/hooks';

export type { Attendee, Joining } from './drive/joining';
export type { MeetingRef, UserRef } from './drive/refs';
export type { CreateParams } from './drive/server';
export type { FaultSwitches } from './fault-switches';
export type { AnalyticsFault, BusRule, CommandRule, HttpFault } from './faults';
export type { DroppedCommand, ReceivedCommand } from './inbox';
export type { GivenOptions as SimulatorOptions } from './options';
export type { MeetingView, Person } from './views';

export interface Simulator extends PeopleDrive, ModeratorDrive, ServerDrive {
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
  /** Names of the API calls answered, oldest first. */
  readonly apiCalls: readonly string[];
  readonly hooks: readonly Hook[];
  readonly webhookAttempts: readonly Attempt[];
  /** Calls for single meetings: their end, a recording that is ready. */
  readonly callbackAttempts: readonly CallbackAttempt[];
  /** Publishes any text on any channel, past all faults. */
  publishRaw(channel: string, text: string): Promise<void>;
  /** Resolves as soon as `condition` holds; looked at after everything that happens here. */
  until(condition: () => unknown): Promise<void>;
  /** Do API and analytics answer as they should, at once? */
  readonly answers: boolean;
  /** Resolves when bus, API and webhooks have come to rest; for `manualClock().settleWith`. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

interface Servers {
  readonly api: FaultyServer;
  readonly analytics: FaultyServer;
  readonly control: FaultyServer | undefined;
}

/** Starts it on free ports and the given Redis. Rejects, leaving nothing open, when Redis cannot be reached or a port is taken. */
export async function startSimulator(given: GivenOptions): Promise<Simulator> {
  const options = withDefaults(given);
  const { clock, port, analyticsPort, controlPort } = options;
  const simulation = await startSimulation(options);
  const opened: FaultyServer[] = [];
  async function open(port: number, listener: RequestListener): Promise<FaultyServer> {
    const server = await startFaultyServer({ port, clock, listener });
    opened.push(server);
    return server;
  }
  try {
    const api = await open(port, buildApi(simulation));
    const analytics = await open(analyticsPort, buildAnalytics(simulation));
    const control =
      controlPort === undefined
        ? undefined
        : await open(
            controlPort,
            buildControl(() => simulator),
          );
    const simulator = simulatorOf(simulation, { api, analytics, control });
    return simulator;
  } catch (error) {
    await Promise.all(opened.map((server) => server.close()));
    await stopSimulation(simulation);
    throw error;
  }
}

function simulatorOf(simulation: Simulation, { api, analytics, control }: Servers): Simulator {
  const { bbb, stepper, inbox, webhooks, options, apiCalls, bus } = simulation;
  return {
    ...peopleDrive(simulation),
    ...moderatorDrive(simulation),
    ...serverDrive(simulation),
    secret: options.secret,
    url: `${api.url}/bigbluebutton`,
    analyticsUrl: `${analytics.url}/analytics`,
    controlUrl: control === undefined ? undefined : `${control.url}/simulator`,
    faults: faultSwitches(simulation, api, analytics),
    meeting: (id) => stepper.look(() => meetingView(bbb, id)),
    meetings: () => stepper.look(() => bbb.history.map(viewOf)),
    recordings: () => stepper.look(() => recordingViews(bbb)),
    commands: inbox.commands,
    dropped: inbox.dropped,
    get destroyMeetingWasSent() {
      return [...inbox.commands, ...inbox.dropped].some(({ name }) => name === 'DestroyMeetingSysCmdMsg');
    },
    apiCalls,
    get hooks() {
      return webhooks.hooks.list();
    },
    webhookAttempts: webhooks.attempts,
    callbackAttempts: simulation.callbacks.attempts,
    publishRaw: bus.publishRaw,
    get answers() {
      return !api.faulty() && !analytics.faulty();
    },
    until: (condition) => until(simulation, condition),
    settled: () => settled(simulation, [api, analytics]),
    async stop() {
      await Promise.all([api.close(), analytics.close(), control?.close()]);
      await stopSimulation(simulation);
    },
  };
}
