/** bbb-web, browsers and the telephone in front of a running akka-apps; only the meetings created here are touched. */
import { randomUUID } from 'node:crypto';
import { systemClock } from '../../../sidecar/system-clock';
import type { Bus } from '../bus/bus';
import { startCallbacks } from '../callbacks';
import { noFaults } from '../faults';
import { buildApi } from '../http/api';
import { type FaultyServer, startFaultyServer } from '../http/server';
import type { Inbox } from '../inbox';
import { createBbb } from '../model/state';
import { withDefaults } from '../options';
import { createFromParams, type Simulation } from '../simulation';
import { startStepper } from '../stepper';
import { startWebhooks } from '../webhooks/webhooks';
import { type Browsers, browsers } from './browsers';
import { type RemoteAkkaApps, remoteAkkaApps } from './remote-akka-apps';
import { type Telephone, telephone } from './telephone';
import { connectWire, type Wire } from './wire';

export interface FrontOptions {
  /** Redis of the running akka-apps. */
  readonly redisUrl: string;
  /** Its HTTP server, with or without `/analytics`. */
  readonly analyticsUrl: string;
  /** Port of bbb-web's API on loopback, 0 for a free one. */
  readonly port?: number;
  readonly secret?: string;
  readonly clientLoadMs?: number;
}

export interface CreatedMeeting {
  readonly internalMeetingId: string;
  readonly externalMeetingId: string;
  readonly voiceConf: string;
}

export interface Front {
  readonly secret: string;
  /** bbb-web's address: `http://127.0.0.1:…/bigbluebutton`. */
  readonly url: string;
  readonly analyticsUrl: string;
  readonly redisUrl: string;
  readonly wire: Wire;
  readonly web: RemoteAkkaApps;
  readonly browsers: Browsers;
  readonly telephone: Telephone;
  /** bbb-web's API, to be switched off and on. */
  readonly api: FaultyServer;
  /** The part of the simulator that is bbb-web. */
  readonly simulation: Simulation;
  /** `create`. Throws with BBB's message key when it is refused. */
  create(params: Readonly<Record<string, string>>): CreatedMeeting;
  /** Stops bbb-web's ping every 10 s, or goes on with it. */
  pinging(on: boolean): void;
  /** Ends the meetings created here and resolves when akka-apps has ended them, or after 5 s. */
  endAll(): Promise<void>;
  stop(): Promise<void>;
}

const PING_EVERY_MS = 10_000;
const ENDED_WITHIN_MS = 5_000;

/** Rejects when Redis cannot be reached or when no akka-apps answers at `analyticsUrl`. */
export async function startFront(options: FrontOptions): Promise<Front> {
  const analyticsUrl = withPath(options.analyticsUrl, '/analytics');
  await expectAkkaApps(analyticsUrl);
  const wire = await connectWire(options.redisUrl);
  const clock = systemClock();
  const full = withDefaults({
    clock,
    redisUrl: options.redisUrl,
    version: '2.6',
    seed: randomUUID(),
    keepAlive: false,
    ...(options.secret === undefined ? {} : { secret: options.secret }),
    ...(options.clientLoadMs === undefined ? {} : { clientLoadMs: options.clientLoadMs }),
  });
  const bbb = createBbb(full, clock.now());
  const faults = noFaults(full.seed);
  const clients = browsers(wire);
  const phone = telephone(wire);
  const { clientLoadMs } = full;
  const web = remoteAkkaApps({ bbb, wire, browsers: clients, clock, clientLoadMs });
  wire.onMessage(web.hear);
  const simulation: Simulation = {
    options: full,
    bbb,
    stepper: startStepper(bbb, clock, () => undefined),
    bus: NO_BUS,
    inbox: inboxOf(web),
    akka: web,
    faults,
    webhooks: startWebhooks(full, faults, () => full.clock.wall()),
    callbacks: startCallbacks(full, bbb),
    apiCalls: [],
    staleAnalytics: undefined,
  };
  const api = await startFaultyServer({
    port: options.port ?? 0,
    clock,
    listener: buildApi(simulation),
  }).catch(async (error) => {
    simulation.stepper.stop();
    await wire.close();
    throw error;
  });
  let pings: NodeJS.Timeout | undefined;
  const front: Front = {
    secret: full.secret,
    url: `${api.url}/bigbluebutton`,
    analyticsUrl,
    redisUrl: options.redisUrl,
    wire,
    web,
    browsers: clients,
    telephone: phone,
    api,
    simulation,
    create(params) {
      const outcome = createFromParams(simulation, { name: params.meetingID, ...params });
      if (outcome.kind !== 'created') throw new Error(`create was refused: ${outcome.kind}`);
      const { props } = bbb.web.get(outcome.intId) ?? missing(outcome.intId);
      return {
        internalMeetingId: outcome.intId,
        externalMeetingId: props.meetingProp.extId,
        voiceConf: props.voiceProp.voiceConf,
      };
    },
    pinging(on) {
      clearInterval(pings);
      pings = on ? setInterval(web.ping, PING_EVERY_MS) : undefined;
      if (on) web.ping();
    },
    endAll: () => endMeetings(wire, web, [...bbb.web.keys()]),
    async stop() {
      clearInterval(pings);
      await front.endAll();
      simulation.stepper.stop();
      simulation.webhooks.stop();
      simulation.callbacks.stop();
      await api.close();
      await wire.close();
    },
  };
  front.pinging(true);
  return front;
}

function missing(id: string): never {
  throw new Error(`bbb-web does not list ${id}`);
}

function withPath(url: string, path: string): string {
  const base = url.replace(/\/+$/, '');
  return base.endsWith(path) ? base : `${base}${path}`;
}

async function expectAkkaApps(analyticsUrl: string): Promise<void> {
  const answer = await fetch(analyticsUrl, { signal: AbortSignal.timeout(ENDED_WITHIN_MS) }).catch(
    (error: Error) => error,
  );
  if (answer instanceof Error || !answer.ok) {
    const why = answer instanceof Error ? String(answer.cause ?? answer.message) : `HTTP ${answer.status}`;
    throw new Error(
      `no akka-apps answers at ${analyticsUrl} (${why}): expected the address of its HTTP server`,
    );
  }
  await answer.body?.cancel();
}

/** Commands of bbb-web's API go to Redis; what others send there is not this part's concern. */
function inboxOf(web: RemoteAkkaApps): Inbox {
  return {
    commands: [],
    dropped: [],
    receive: () => undefined,
    fromWeb: ({ name, meetingId, userId, body }) => web.send(name, meetingId, userId, body),
  };
}

/** The bus of the simulated akka-apps has no part in this. */
const NO_BUS: Bus = {
  publish: () => undefined,
  publishRaw: async () => undefined,
  resume: () => undefined,
  roundTrip: async () => undefined,
  close: async () => undefined,
};

async function endMeetings(wire: Wire, web: RemoteAkkaApps, ids: readonly string[]): Promise<void> {
  const ended = ids.map((id) =>
    wire.next(({ name, meetingId }) => name === 'MeetingEndedEvtMsg' && meetingId === id, ENDED_WITHIN_MS),
  );
  for (const meetingId of ids) web.send('EndMeetingSysCmdMsg', meetingId, 'not-used', { meetingId });
  await Promise.all(ended);
}
