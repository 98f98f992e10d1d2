/** The live stream: puts what happens into messages once and gives them to every open stream; does nothing while nobody listens. */
import type { Request, Response } from 'express';
import type { Admin } from '../../admin-token/token';
import type { Clock, Scheduled } from '../../core/clock';
import { MINUTE_MS, SECOND_MS } from '../../core/duration';
import type { Meeting } from '../../core/meeting';
import type { LiveMeetings } from '../live-meetings';
import { Refusal } from '../problem';
import type { ConfigView, ReadinessView, StreamMessage } from '../schemas';
import { decisionView, type KnownDecision } from '../views';
import { createBacklog, type Sendable } from './backlog';
import { type Client, openClient } from './client';
import { createPending } from './pending';

/** At most four messages of one meeting in a second. */
const GATHER_MS = SECOND_MS / 4;
/** What nobody announces is looked at this often: readiness, the files' problems, next steps. */
const LOOK_EVERY_MS = SECOND_MS;
/** How long after the last stream messages are still kept for its return. */
const LINGER_MS = MINUTE_MS;
const RETRY_AFTER_SECONDS = 10;
/** Ids go on growing over a restart: they begin at the start's time. */
const IDS_PER_MS = 1_000;

export interface HubOptions {
  readonly clock: Clock;
  readonly live: LiveMeetings;
  readonly configNow: () => ConfigView;
  readonly readinessNow: () => ReadinessView;
  readonly mostStreams: number;
}

export interface Hub {
  /** Opens a stream. Throws Refusal 503 when there are too many. */
  open(request: Request, response: Response, admin: Admin): Promise<void>;
  onChange(before: Meeting | undefined, after: Meeting): void;
  /** The tier of this meeting became known, unknown or another one. */
  onTier(id: Meeting['internalMeetingId']): void;
  onDecision(decision: KnownDecision): void;
  onConfig(): void;
  /** Ends every stream. */
  close(): void;
}

/** What is worth telling of readiness: how many entries wait in a database that takes them is not. */
function readinessFace({ checks }: ReadinessView): string {
  return JSON.stringify(Object.entries(checks).map(([name, { ok, detail }]) => [name, ok, ok ? '' : detail]));
}

/** Nobody listens yet. */
export function createHub(options: HubOptions): Hub {
  const { clock, live } = options;
  const clients = new Set<Client>();
  const pending = createPending(live.one);
  let opening = 0;
  let closed = false;
  let lastId = clock.now() * IDS_PER_MS;
  const backlog = createBacklog(lastId);
  let listenedAt: number | undefined;
  let look: Scheduled | undefined;
  let gathering: Scheduled | undefined;
  let configShown = '';
  let readinessShown = '';

  function inWords(message: StreamMessage): Sendable {
    lastId += 1;
    return { id: lastId, type: message.type, json: JSON.stringify(message) };
  }

  function drop(client: Client): void {
    clients.delete(client);
    listenedAt = clock.now();
  }

  function publish(message: StreamMessage): void {
    const sendable = inWords(message);
    backlog.add(sendable);
    for (const client of clients) {
      if (client.isSlow()) drop(client);
      else client.send(sendable);
    }
  }

  function tellMeetings(): void {
    gathering = undefined;
    for (const meeting of pending.take()) publish({ type: 'meeting', meeting });
  }

  function gather(): void {
    if (look === undefined || pending.size === 0) return;
    gathering ??= clock.schedule(GATHER_MS, tellMeetings);
  }

  function tellConfig(): void {
    const config = options.configNow();
    const json = JSON.stringify(config);
    if (json !== configShown) publish({ type: 'config', config });
    configShown = json;
  }

  function tellReadiness(): void {
    const readiness = options.readinessNow();
    const json = readinessFace(readiness);
    if (json !== readinessShown) publish({ type: 'readiness', readiness });
    readinessShown = json;
  }

  function rest(): void {
    look?.cancel();
    gathering?.cancel();
    look = undefined;
    gathering = undefined;
    pending.clear();
    backlog.clear(lastId);
  }

  function lookAround(): void {
    look = undefined;
    for (const client of clients) if (client.isSlow()) drop(client);
    if (clients.size === 0 && clock.now() - (listenedAt ?? 0) > LINGER_MS) {
      rest();
      return;
    }
    tellConfig();
    tellReadiness();
    pending.markDue(clock.now());
    look = clock.schedule(LOOK_EVERY_MS, lookAround);
    gather();
  }

  /** From here on everything that happens is put into messages. */
  function listen(): void {
    if (look !== undefined) return;
    backlog.clear(lastId);
    configShown = JSON.stringify(options.configNow());
    readinessShown = readinessFace(options.readinessNow());
    pending.markSent(live.all());
    look = clock.schedule(LOOK_EVERY_MS, lookAround);
  }

  function snapshot(): Sendable {
    const meetings = [...live.all()];
    const config = options.configNow();
    return inWords({
      type: 'snapshot',
      at: clock.now(),
      meetings,
      config,
      readiness: options.readinessNow(),
    });
  }

  function firstMessages(lastEventId: string | undefined): readonly Sendable[] {
    const missed = /^\d{1,16}$/.test(lastEventId ?? '') ? backlog.after(Number(lastEventId)) : undefined;
    return missed ?? [snapshot()];
  }

  async function openStream(request: Request, response: Response, admin: Admin): Promise<void> {
    let client: Client | undefined;
    let isGone = false;
    client = await openClient({
      request,
      response,
      clock,
      expiresAt: admin.expiresAt,
      onClosed() {
        isGone = true;
        if (client !== undefined) drop(client);
      },
    });
    if (isGone) return;
    if (closed) {
      client.end();
      return;
    }
    listen();
    client.begin(firstMessages(request.get('last-event-id')));
    clients.add(client);
  }

  return {
    async open(request, response, admin) {
      if (closed || clients.size + opening >= options.mostStreams)
        throw new Refusal(
          503,
          `More than ${options.mostStreams} streams are open: close one, or try again later.`,
          {
            headers: { 'Retry-After': String(RETRY_AFTER_SECONDS) },
          },
        );
      opening += 1;
      try {
        await openStream(request, response, admin);
      } finally {
        opening -= 1;
      }
    },
    onChange(before, after) {
      if (look === undefined) return;
      const { internalMeetingId, ended, props } = after;
      if (ended === undefined) pending.mark(internalMeetingId);
      else if (before?.ended === undefined) {
        pending.forget(internalMeetingId);
        const { at, reason } = ended;
        publish({ type: 'meeting-ended', internal_meeting_id: internalMeetingId, at, reason });
      }
      // People in breakout rooms are counted in the parent.
      if (props?.parentInternalMeetingId !== undefined) pending.mark(props.parentInternalMeetingId);
      gather();
    },
    onTier(id) {
      if (look === undefined) return;
      pending.mark(id);
      gather();
    },
    onDecision(decision) {
      if (look === undefined) return;
      publish({ type: 'decision', decision: decisionView(decision) });
      pending.mark(decision.internalMeetingId);
      gather();
    },
    onConfig() {
      if (look === undefined) return;
      tellConfig();
      for (const { internal_meeting_id } of live.all())
        pending.mark(internal_meeting_id as Meeting['internalMeetingId']);
      gather();
    },
    close() {
      closed = true;
      rest();
      for (const client of clients) client.end();
      clients.clear();
    },
  };
}
