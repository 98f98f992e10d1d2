/** Keeps the page live: the stream, its return after a break, the session behind it; what it receives goes into the store. */
import { computed, effect } from '@preact/signals';
import type { DecisionPage, StreamMessage, TiersView } from '../../api/schemas';
import { call, type Session } from './calls';
import { addDecisions, config, connection, heardAt, session, takeIn, tick, tierTitles } from './store';

const TYPES = ['snapshot', 'meeting', 'meeting-ended', 'decision', 'config', 'readiness'] as const;
/** A burst is drawn at once; a hidden page has no frames, so it is a timer. */
const GATHER_MS = 50;
/** A silent stream looks like a dead one: the service is asked this often whether it is there. */
const ASK_EVERY_MS = 10_000;
const RETRY_MS = 2_000;
/** A stream can be dead and look open, when whatever lies between forgot it: after such a silence a new one is opened. */
const SILENCE_MS = 60_000;
const DECISIONS = 50;

let source: EventSource | undefined;
let streamHeardAt = 0;
let gathered: StreamMessage[] = [];
let gathering: number | undefined;
let retrying: number | undefined;
let asking = false;

function flush(): void {
  gathering = undefined;
  const messages = gathered;
  gathered = [];
  takeIn(messages);
}

function receive(event: MessageEvent<string>): void {
  gathered.push(JSON.parse(event.data) as StreamMessage);
  streamHeardAt = Date.now();
  heardAt.value = streamHeardAt;
  connection.value = 'live';
  if (gathering === undefined) gathering = window.setTimeout(flush, GATHER_MS);
}

function closeStream(): void {
  source?.close();
  source = undefined;
}

async function readDecisions(): Promise<void> {
  const { body } = await call<DecisionPage>('GET', `api/v1/decisions?size=${DECISIONS}`);
  if (body !== undefined) addDecisions(body.items);
}

function openStream(): void {
  closeStream();
  const opened = new EventSource('./api/v1/stream');
  source = opened;
  streamHeardAt = Date.now();
  for (const type of TYPES) opened.addEventListener(type, receive);
  opened.addEventListener('open', () => {
    heardAt.value = Date.now();
    connection.value = 'live';
    void readDecisions();
  });
  opened.addEventListener('error', () => {
    if (opened !== source) return;
    connection.value = 'stale';
    // A browser gives up for good on an answer that is no stream: an ended session, or too many streams.
    if (opened.readyState === EventSource.CLOSED) later();
  });
}

function later(): void {
  if (retrying !== undefined) return;
  retrying = window.setTimeout(() => {
    retrying = undefined;
    void ask();
  }, RETRY_MS);
}

/** Is the service there, and are we still signed in? Opens the stream when it should be open and is not. */
export async function ask(): Promise<void> {
  if (asking) return;
  asking = true;
  const { body } = await call<Session>('GET', 'session');
  asking = false;
  if (body === undefined) {
    connection.value = 'stale';
    later();
    return;
  }
  session.value = body;
  if (!body.signed_in) {
    closeStream();
    return;
  }
  const isSilent = Date.now() - streamHeardAt > SILENCE_MS;
  if (source === undefined || source.readyState === EventSource.CLOSED || isSilent) openStream();
  else if (source.readyState === EventSource.OPEN) {
    heardAt.value = Date.now();
    connection.value = 'live';
  }
}

/** After a sign-in. */
export function begin(signedIn: Session): void {
  session.value = signedIn;
  openStream();
}

/** Stays when the service did not receive it: a page that only looked signed out would be worse. */
export async function signOut(): Promise<void> {
  const { status } = await call('DELETE', 'session');
  if (status === 0) connection.value = 'stale';
  else location.reload();
}

async function readTierTitles(): Promise<void> {
  const { body } = await call<TiersView>('GET', 'api/v1/tiers');
  if (body !== undefined) tierTitles.value = new Map(body.items.map(({ code, title }) => [code, title]));
}

/** Called once. */
export function keepLive(): void {
  const configVersion = computed(() => config.value?.version);
  effect(() => {
    if (configVersion.value !== undefined) void readTierTitles();
  });
  window.setInterval(tick, 1_000);
  window.setInterval(() => void ask(), ASK_EVERY_MS);
  window.addEventListener('offline', () => {
    connection.value = 'stale';
  });
  window.addEventListener('online', () => void ask());
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) void ask();
  });
}
