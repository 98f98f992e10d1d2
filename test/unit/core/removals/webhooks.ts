/** bbb-webhooks' deliveries: a little late, and after an outage up to ten seconds late, joins before leaves. */
import type { MeetingEvent } from '../../../../sidecar/core/events';
import type { Agenda } from './agenda';
import { between, type Chance } from './chance';
import { webhookOf } from './events';
import type { Faults } from './faults';

const SECOND = 1_000;

export interface WebhookOptions {
  readonly plan: Agenda;
  readonly chance: Chance;
  readonly faults: Faults;
  /** Returns false while no process runs. */
  readonly receive: (event: MeetingEvent) => boolean;
}

export function createWebhooks({ plan, chance, faults, receive }: WebhookOptions): {
  send(event: MeetingEvent): void;
} {
  function dueAt(event: MeetingEvent, lag: number, name: string): number {
    const back = faults.backAt('webhooks', event.at);
    if (back === undefined) return event.at + lag + between(chance, 1, 10, 'hook', name);
    return event.type === 'user-left'
      ? back + 3 * SECOND + between(chance, 0, 7 * SECOND, 'hook', name)
      : back + between(chance, 0, 3 * SECOND, 'hook', name);
  }

  return {
    send(event) {
      const name = `${event.type}/${event.at}/${'internalUserId' in event ? event.internalUserId : ''}`;
      const lag = between(chance, 0, 23, 'ts', name);
      const delivered = webhookOf(event, lag);
      if (delivered === undefined) return;
      const attempt = (retries: number): void => {
        if (!receive(delivered) && retries > 0) plan.at(plan.now + 5 * SECOND, () => attempt(retries - 1));
      };
      plan.at(dueAt(event, lag, name), () => attempt(chance('retried', name) < 0.5 ? 12 : 0));
    },
  };
}
