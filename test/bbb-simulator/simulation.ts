/** The server as one: steps the model when something happens or falls due, and carries what it tells to bus and webhooks; rules live in `model/`. */
import type { Scheduled } from '../../sidecar/core/clock';
import { type Bus, connectBus } from './bus/bus';
import { decodeCommand } from './bus/decode';
import { busMessages } from './bus/messages';
import { type FaultState, losesCommand, noFaults } from './faults';
import { internalMeetingId, isBadParam, type Params, readCreateParams } from './http/create-params';
import type { AnalyticsMeeting } from './model/analytics';
import { applyCommand, type Command } from './model/commands';
import { type CreateOutcome, createMeeting } from './model/create';
import { nextDueAt } from './model/due';
import { scheduleKeepAlive } from './model/keep-alive';
import { hasReachedMaxParticipants, type JoinRequest, noteWebRefusal, register } from './model/register';
import {
  type Bbb,
  createBbb,
  findMeeting,
  type Meeting,
  nextOrder,
  nextToken,
  type RegisteredUser,
} from './model/state';
import { passTime } from './model/step';
import type { SimulatorOptions } from './options';
import { startWebhooks, type Webhooks } from './webhooks/webhooks';

/** A command akka-apps took; `ignored` says why nothing came of it. */
export interface ReceivedCommand extends Command {
  readonly order: number;
  readonly at: number;
  readonly from: 'bus' | 'bbb-web';
  readonly ignored: string | undefined;
}

/** A command akka-apps did not take: BBB would have logged a line and said nothing. */
export interface DroppedCommand {
  readonly at: number;
  readonly name: string;
  readonly reason: string;
  readonly text: string;
}

export type CreateResult =
  | CreateOutcome
  | { readonly kind: 'bad'; readonly messageKey: string; readonly message: string };

export interface Simulation {
  readonly options: SimulatorOptions;
  readonly bbb: Bbb;
  readonly bus: Bus;
  readonly faults: FaultState;
  readonly webhooks: Webhooks;
  readonly commands: readonly ReceivedCommand[];
  readonly dropped: readonly DroppedCommand[];
  /** Names of the API calls answered. */
  readonly apiCalls: readonly string[];
  /** Lets time pass up to now, makes the change, carries out what it tells. */
  act<T>(change: () => T): T;
  /** Lets time pass up to now and looks; by itself that is nothing that happens. */
  look<T>(view: () => T): T;
  createFromParams(params: Params): CreateResult;
  /** `/join` as far as bbb-web and the registration go. */
  register(meeting: Meeting, request: JoinRequest): RegisteredUser | 'maxParticipantsReached';
  commandFromWeb(name: string, intId: string, userId: string, body: Record<string, unknown>): void;
  noteApiCall(name: string): void;
  isWebhooksUp(): boolean;
  /** What `/analytics` tells. */
  analytics(): AnalyticsMeeting[];
  /** While set, `/analytics` tells this. */
  staleAnalytics: AnalyticsMeeting[] | undefined;
  /** Counts up with everything that happens. */
  activity(): number;
  /** Calls back soon after anything happened; returns its removal. */
  onActivity(listener: () => void): () => void;
  stop(): Promise<void>;
}

export async function startSimulation(options: SimulatorOptions): Promise<Simulation> {
  const { clock } = options;
  const bbb = createBbb(options, clock.now());
  if (options.keepAlive) scheduleKeepAlive(bbb);
  const faults = noFaults(options.seed);
  const webhooks = startWebhooks(options, faults);
  const commands: ReceivedCommand[] = [];
  const dropped: DroppedCommand[] = [];
  const apiCalls: string[] = [];
  const listeners = new Set<() => void>();
  let activity = 0;
  let notified = 0;
  let timer: { readonly at: number; readonly scheduled: Scheduled } | undefined;
  let stopped = false;

  const bus = await connectBus({ redisUrl: options.redisUrl, clock, faults, onCommand });

  function act<T>(change: () => T): T {
    passTime(bbb, clock.now());
    const result = change();
    carryOut();
    noteActivity();
    return result;
  }

  function look<T>(view: () => T): T {
    passTime(bbb, clock.now());
    if (bbb.outbox.length > 0) noteActivity();
    carryOut();
    return view();
  }

  function carryOut(): void {
    for (const happening of bbb.outbox.splice(0)) {
      const messages = busMessages(happening, options.version, bbb.startedAt);
      bus.publish(messages);
      webhooks.hear(happening, messages);
    }
    rearm();
  }

  function noteActivity(): void {
    activity += 1;
    if (notified === activity - 1) queueMicrotask(notify);
  }

  /** Once for all that happened in one go, and never in the middle of it. */
  function notify(): void {
    notified = activity;
    for (const listener of [...listeners]) listener();
  }

  function rearm(): void {
    const at = nextDueAt(bbb);
    if (at === timer?.at) return;
    timer?.scheduled.cancel();
    timer =
      at === undefined || stopped ? undefined : { at, scheduled: clock.schedule(at - clock.now(), wake) };
  }

  function wake(): void {
    timer = undefined;
    act(() => undefined);
  }

  function onCommand(text: string): void {
    if (stopped) return;
    const decoded = decodeCommand(text, options.version);
    if (!decoded.ok) {
      dropped.push({ at: clock.now(), name: decoded.name, reason: decoded.reason, text });
      noteActivity();
    } else {
      take(decoded.command, 'bus');
    }
  }

  function take(command: Command, from: ReceivedCommand['from']): void {
    if (losesCommand(faults, command.name)) {
      noteActivity();
      return;
    }
    act(() => {
      const order = nextOrder(bbb);
      const ignored = applyCommand(bbb, command);
      commands.push({ ...command, order, at: bbb.now, from, ignored });
    });
  }

  const simulation: Simulation = {
    options,
    bbb,
    bus,
    faults,
    webhooks,
    commands,
    dropped,
    apiCalls,
    act,
    look,
    createFromParams: (params) => act(() => createFromParams(bbb, options, params)),
    register: (meeting, request) => act(() => webJoin(bbb, meeting, request)),
    commandFromWeb: (name, meetingId, userId, body) => take({ name, meetingId, userId, body }, 'bbb-web'),
    noteApiCall: (name) => void apiCalls.push(name),
    isWebhooksUp: () => options.webhooks.installed && !faults.webhooksOff,
    analytics: () => simulation.staleAnalytics ?? [...bbb.analytics.values()],
    staleAnalytics: undefined,
    activity: () => activity,
    onActivity(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async stop() {
      stopped = true;
      timer?.scheduled.cancel();
      webhooks.stop();
      await bus.close();
    },
  };
  rearm();
  return simulation;
}

function createFromParams(bbb: Bbb, options: SimulatorOptions, params: Params): CreateResult {
  const props = readCreateParams(params, {
    createTime: freeCreateTime(bbb, params.meetingID ?? ''),
    defaults: options.defaults,
    token: (length) => nextToken(bbb, length),
    internalIdOf: (externalId) => findMeeting(bbb, externalId)?.intId,
  });
  if (isBadParam(props)) return { kind: 'bad', ...props };
  return createMeeting(bbb, props, { attendeePW: params.attendeePW, moderatorPW: params.moderatorPW });
}

/** On a clock that stands still two runs of one meeting would get the same internal id; BBB's moves on. */
function freeCreateTime(bbb: Bbb, externalId: string): number {
  let createTime = bbb.now;
  const taken = (id: string): boolean => bbb.history.some((meeting) => meeting.intId === id);
  while (taken(internalMeetingId(externalId, createTime))) createTime += 1;
  return createTime;
}

function webJoin(
  bbb: Bbb,
  meeting: Meeting,
  request: JoinRequest,
): RegisteredUser | 'maxParticipantsReached' {
  if (!hasReachedMaxParticipants(bbb, meeting, request)) return register(bbb, meeting, request);
  noteWebRefusal(bbb, meeting, request, 'maxParticipantsReached');
  return 'maxParticipantsReached';
}
