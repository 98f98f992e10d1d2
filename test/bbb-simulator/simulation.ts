/** The server as one: model, bus, inbox and webhooks put together, and what bbb-web does of itself; rules live in `model/`. */
import { type AkkaApps, simulatedAkkaApps } from './akka-apps';
import { type Bus, connectBus } from './bus/bus';
import { busMessages } from './bus/messages';
import { type Callbacks, startCallbacks } from './callbacks';
import { type FaultState, noFaults } from './faults';
import { internalMeetingId, isBadParam, readCreateParams } from './http/create-params';
import type { Params } from './http/params';
import { akkaInbox, type Inbox } from './inbox';
import type { AnalyticsMeeting } from './model/analytics';
import { type CreateOutcome, outcomeForTaken } from './model/create';
import type { Happening } from './model/happenings';
import { scheduleKeepAlive } from './model/keep-alive';
import { hasReachedMaxParticipants, type JoinRequest, noteWebRefusal, register } from './model/register';
import {
  type Bbb,
  createBbb,
  findMeeting,
  type Meeting,
  nextToken,
  type RegisteredUser,
  wallNow,
} from './model/state';
import type { SimulatorOptions } from './options';
import { type Stepper, startStepper } from './stepper';
import { startWebhooks, type Webhooks } from './webhooks/webhooks';

export type CreateResult =
  | { readonly kind: 'created'; readonly intId: string }
  | Exclude<CreateOutcome, { readonly kind: 'created' }>
  | { readonly kind: 'bad'; readonly messageKey: string; readonly message: string };

export interface Simulation {
  readonly options: SimulatorOptions;
  readonly bbb: Bbb;
  readonly stepper: Stepper;
  readonly bus: Bus;
  readonly inbox: Inbox;
  readonly akka: AkkaApps;
  readonly faults: FaultState;
  readonly webhooks: Webhooks;
  readonly callbacks: Callbacks;
  /** Names of the API calls answered. */
  readonly apiCalls: string[];
  /** While set, `/analytics` tells this. */
  staleAnalytics: AnalyticsMeeting[] | undefined;
}

export async function startSimulation(options: SimulatorOptions): Promise<Simulation> {
  const { clock, redisUrl } = options;
  const bbb = createBbb(options, clock.now());
  if (options.keepAlive) scheduleKeepAlive(bbb);
  const faults = noFaults(options.seed);
  const webhooks = startWebhooks(options, faults, () => clock.now() + bbb.wallOffsetMs);
  const callbacks = startCallbacks(options, bbb);
  let receive: (text: string) => void = () => undefined;
  const bus = await connectBus({ redisUrl, clock, faults, onCommand: (text) => receive(text) });

  function carryOut(happening: Happening): void {
    const messages = busMessages(happening, options.version, bbb.startedAt);
    bus.publish(messages);
    webhooks.hear(happening, messages);
    callbacks.hear(happening);
  }
  const stepper = startStepper(bbb, clock, carryOut);
  const inbox = akkaInbox(bbb, faults, stepper);
  receive = inbox.receive;
  return {
    options,
    bbb,
    stepper,
    bus,
    inbox,
    akka: simulatedAkkaApps(bbb, options.clientLoadMs),
    faults,
    webhooks,
    callbacks,
    apiCalls: [],
    staleAnalytics: undefined,
  };
}

export async function stopSimulation({ stepper, webhooks, callbacks, bus }: Simulation): Promise<void> {
  stepper.stop();
  webhooks.stop();
  callbacks.stop();
  await bus.close();
}

/** What `/analytics` tells. */
export function analyticsOf({ bbb, staleAnalytics, stepper }: Simulation): AnalyticsMeeting[] {
  return stepper.look(() => staleAnalytics ?? [...bbb.analytics.values()]);
}

export function isWebhooksUp({ options, faults }: Simulation): boolean {
  return options.webhooks.installed && !faults.webhooksOff;
}

export function createFromParams({ bbb, options, stepper, akka }: Simulation, params: Params): CreateResult {
  return stepper.act(() => {
    const props = readCreateParams(params, {
      createTime: freeCreateTime(bbb, params.meetingID ?? ''),
      defaults: options.defaults,
      token: (length) => nextToken(bbb, length),
      internalIdOf: (externalId) => findMeeting(bbb, externalId)?.intId,
    });
    if (isBadParam(props)) return { kind: 'bad', ...props };
    const passwords = { attendeePW: params.attendeePW, moderatorPW: params.moderatorPW };
    const taken = outcomeForTaken(bbb, props, passwords);
    if (taken !== undefined) return taken;
    akka.create(props);
    return { kind: 'created', intId: props.meetingProp.intId };
  });
}

/** On a clock that stands still two runs of one meeting would get the same internal id; BBB's moves on. */
function freeCreateTime(bbb: Bbb, externalId: string): number {
  let createTime = wallNow(bbb);
  const taken = (id: string): boolean =>
    bbb.web.has(id) || bbb.history.some((meeting) => meeting.intId === id);
  while (taken(internalMeetingId(externalId, createTime))) createTime += 1;
  return createTime;
}

/** `/join` as far as bbb-web and the registration go. */
export function webJoin(
  { bbb, stepper }: Simulation,
  meeting: Meeting,
  request: JoinRequest,
): RegisteredUser | 'maxParticipantsReached' {
  return stepper.act(() => {
    if (!hasReachedMaxParticipants(bbb, meeting, request)) return register(bbb, meeting, request);
    noteWebRefusal(bbb, meeting, request, 'maxParticipantsReached');
    return 'maxParticipantsReached';
  });
}
