/** BBB's bus on its way to the service: in order, some messages twice, and nothing of what passes while it is cut. */
import type { MeetingEvent } from '../../../../sidecar/core/events';
import type { Agenda } from './agenda';
import { between, type Chance } from './chance';
import type { Interval } from './received';

export interface BusOptions {
  readonly plan: Agenda;
  readonly chance: Chance;
  readonly isDown: (moment: number) => boolean;
  readonly receive: (event: MeetingEvent) => void;
  /** The service notices: from then on nothing was received, until then if it is over. */
  readonly onInterrupted: (from: number, until: number | undefined) => void;
}

export interface Bus {
  publish(event: MeetingEvent): void;
  connect(): void;
  /** Noticed after a moment by a service that goes on. */
  cut(): void;
  /** A new process, which has received nothing. */
  forget(): void;
  /** Long before the meeting. */
  connectedSince(moment: number): void;
  readonly receivedSince: number | undefined;
  /** What it really was. */
  readonly gaps: readonly Interval[];
}

export function createBus({ plan, chance, isDown, receive, onInterrupted }: BusOptions): Bus {
  const gaps: { from: number; to: number }[] = [];
  let receivedSince: number | undefined;
  let lastReceivedAt = 0;
  /** 0 while there is none. */
  let connection = 0;
  let lastPublication = 0;
  let lastDelivery = 0;
  let sequence = 0;

  /** To the process that runs when it is sent, over the connection that stands then. */
  function deliver(event: MeetingEvent, delay: number): void {
    const number = sequence++;
    const sentOver = connection;
    if (sentOver === 0) return;
    const arrival = Math.max(lastDelivery, plan.now + delay);
    lastDelivery = arrival;
    const times = chance('twice', number) < 0.08 ? 2 : 1;
    for (let time = 0; time < times; time += 1)
      plan.at(arrival + time * between(chance, 0, 60, 'again', number), () => {
        if (connection !== sentOver) return;
        lastReceivedAt = Math.max(lastReceivedAt, event.at);
        receive(event);
      });
  }

  return {
    gaps,
    get receivedSince() {
      return receivedSince;
    },
    publish(event) {
      const delay = between(chance, 1, 30, 'bus', `${event.type}/${event.at}/${sequence}`);
      // On its way through akka-apps and Redis; who subscribes meanwhile receives it.
      lastPublication = Math.max(lastPublication, plan.now + Math.floor(delay / 2));
      plan.at(lastPublication, () => deliver(event, Math.ceil(delay / 2)));
    },
    connect() {
      if (connection !== 0 || isDown(plan.now)) return;
      connection = ++sequence;
      const since = plan.now + 2;
      receivedSince = since;
      const gap = gaps.at(-1);
      if (gap !== undefined) gap.to = since;
      plan.at(since, () => {
        if (connection !== 0) onInterrupted(lastReceivedAt, since);
      });
    },
    cut() {
      if (connection === 0) return;
      connection = 0;
      gaps.push({ from: plan.now, to: Number.POSITIVE_INFINITY });
      plan.at(plan.now + between(chance, 0, 30, 'noticed', plan.now), () => {
        if (connection !== 0) return;
        receivedSince = undefined;
        onInterrupted(lastReceivedAt, undefined);
      });
    },
    forget() {
      if (connection !== 0) gaps.push({ from: plan.now, to: Number.POSITIVE_INFINITY });
      connection = 0;
      receivedSince = undefined;
      lastReceivedAt = 0;
    },
    connectedSince(moment) {
      connection = ++sequence;
      receivedSince = moment;
    },
  };
}
