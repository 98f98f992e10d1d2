/** What the page knows, as signals: a signal per meeting, so that one that changes touches one row; draws nothing, calls nobody. */
import { batch, computed, type Signal, signal } from '@preact/signals';
import type { ConfigView, DecisionView, LiveMeeting, ReadinessView, StreamMessage } from '../../api/schemas';
import type { Session } from './calls';
import { sortMeetings } from './row-order';

const MOST_DECISIONS = 100;

export type Connection = 'connecting' | 'live' | 'stale';

export const session = signal<Session | undefined>(undefined);
export const connection = signal<Connection>('connecting');
/** When the service last sent something, by this machine's clock. */
export const heardAt = signal(Date.now());
/** The service's clock less this machine's. */
const skewMs = signal(0);
/** Ticks each second; all that is left to run runs by it. */
export const now = signal(Date.now());
export const config = signal<ConfigView | undefined>(undefined);
export const readiness = signal<ReadinessView | undefined>(undefined);
/** Titles of the tiers by their codes, as the configuration has them. */
export const tierTitles = signal<ReadonlyMap<string, string>>(new Map());
export const decisions = signal<readonly DecisionView[]>([]);

/** Which meetings run, newest first; changes only when one comes or goes. */
export const order = signal<readonly string[]>([]);
const rows = new Map<string, Signal<LiveMeeting>>();

export const isSignedIn = computed(() => session.value?.signed_in === true);
export const isOperator = computed(() => session.value?.role === 'operator');

export function meetingOf(id: string): Signal<LiveMeeting> | undefined {
  return rows.get(id);
}

export function tick(): void {
  now.value = Date.now() + skewMs.peek();
}

function newestFirst(): readonly string[] {
  const meetings = [...rows.values()].map((row) => row.peek());
  return sortMeetings(meetings, undefined, '').map((meeting) => meeting.internal_meeting_id);
}

/** True when it is a new one. */
function put(meeting: LiveMeeting): boolean {
  const row = rows.get(meeting.internal_meeting_id);
  if (row === undefined) {
    rows.set(meeting.internal_meeting_id, signal(meeting));
    return true;
  }
  row.value = meeting;
  return false;
}

/** Takes decisions in, each code once, newest first. */
export function addDecisions(found: readonly DecisionView[]): void {
  const byCode = new Map(decisions.peek().map((decision) => [decision.code, decision]));
  for (const decision of found) byCode.set(decision.code, decision);
  decisions.value = [...byCode.values()].sort((a, b) => b.at - a.at || b.id - a.id).slice(0, MOST_DECISIONS);
}

function replaceAll(meetings: readonly LiveMeeting[]): void {
  const here = new Set(meetings.map((meeting) => meeting.internal_meeting_id));
  for (const id of rows.keys()) if (!here.has(id)) rows.delete(id);
  for (const meeting of meetings) put(meeting);
}

/** Applies the stream's messages in their order and draws the page once. */
export function takeIn(messages: readonly StreamMessage[]): void {
  batch(() => {
    let changed = false;
    const added: DecisionView[] = [];
    for (const message of messages) {
      switch (message.type) {
        case 'snapshot':
          skewMs.value = message.at - Date.now();
          tick();
          replaceAll(message.meetings);
          config.value = message.config;
          readiness.value = message.readiness;
          changed = true;
          break;
        case 'meeting':
          changed = put(message.meeting) || changed;
          break;
        case 'meeting-ended':
          changed = rows.delete(message.internal_meeting_id) || changed;
          break;
        case 'decision':
          added.push(message.decision);
          break;
        case 'config':
          config.value = message.config;
          break;
        case 'readiness':
          readiness.value = message.readiness;
          break;
      }
    }
    if (added.length > 0) addDecisions(added);
    if (changed) order.value = newestFirst();
  });
}
