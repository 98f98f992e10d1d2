/** The entries that wait for the database: bounded, first in first out, the least valuable given up first. Writes nothing itself. */
import type { PresenceEdge } from '../core/meeting';
import { sameEdge } from '../core/presence';
import { type Line, newerAttendee, outcomeStands } from './lines';

/** What a lost entry costs: attendance is in BBB's next lists, a notice may be repeated, a decision is gone. */
const VALUE: Readonly<Record<Line['type'], 0 | 1 | 2>> = {
  observation: 0,
  attendance: 0,
  notice: 1,
  meeting: 2,
  'meeting-ended': 2,
  'recording-mark': 2,
  decision: 2,
  outcome: 2,
};

interface Waiting {
  readonly order: number;
  readonly line: Line;
}

/** By key; a Map keeps the order of arrival, and what replaces an entry takes its place. */
type Queue = Map<string, Waiting>;

export interface Backlog {
  /** Takes an entry in. When there is no room, the oldest of the least valuable goes, which may be this one. */
  add(line: Line): void;
  /** The oldest `most` entries; they stay until `written`. Only one batch is out at a time. */
  next(most: number): readonly Line[];
  /** The batch of `next` is stored, or given up for good. */
  written(): void;
  /** The batch of `next` could not be stored: its entries are as before. */
  failed(): void;
  readonly size: number;
  /** How many were given up for want of room. */
  readonly dropped: number;
}

/** What a newer entry makes superfluous has the same key. */
function keyOf(line: Line, order: number): string {
  switch (line.type) {
    case 'attendance':
      return JSON.stringify([line.meeting, line.user]);
    case 'notice':
      return JSON.stringify([line.meeting, line.key]);
    case 'outcome':
      return `outcome ${line.code}`;
    case 'observation':
      return line.type;
    default:
      return `#${order}`;
  }
}

/** Room for `capacity` entries. */
export function createBacklog(capacity: number): Backlog {
  const queues: readonly [Queue, Queue, Queue] = [new Map(), new Map(), new Map()];
  let order = 0;
  let dropped = 0;
  let out: readonly (readonly [Queue, string, Line])[] = [];
  const outLines = new Set<Line>();

  function size(): number {
    return queues[0].size + queues[1].size + queues[2].size;
  }

  /** Gives up the oldest entry of at most this value that is not being written; false when there is none. */
  function giveUp(value: number): boolean {
    for (const queue of queues.slice(0, value + 1)) {
      for (const [key, { line }] of queue) {
        if (outLines.has(line)) continue;
        queue.delete(key);
        dropped += 1;
        return true;
      }
    }
    return false;
  }

  return {
    add(line) {
      order += 1;
      const key = keyOf(line, order);
      const queue = queues[VALUE[line.type]];
      const known = queue.get(key);
      if (known !== undefined) queue.set(key, { order: known.order, line: merged(known.line, line) });
      else if (size() < capacity || giveUp(VALUE[line.type])) queue.set(key, { order, line });
      else dropped += 1;
    },
    next(most) {
      out = oldest(queues, most);
      for (const [, , line] of out) outLines.add(line);
      return out.map(([, , line]) => line);
    },
    written() {
      // What was replaced meanwhile is a newer entry and still waits.
      for (const [queue, key, line] of out) if (queue.get(key)?.line === line) queue.delete(key);
      out = [];
      outLines.clear();
    },
    failed() {
      out = [];
      outLines.clear();
    },
    get size() {
      return size();
    },
    get dropped() {
      return dropped;
    },
  };
}

/** Bounds what one session that comes and goes can make wait, to some 17 KB. */
const MAX_EDGES = 256;

/** Memory forgets who is long gone, and old edges of who comes and goes; what is not yet written, the ledger still needs. */
function allEdges(
  known: readonly PresenceEdge[],
  incoming: readonly PresenceEdge[],
): readonly PresenceEdge[] {
  const forgotten = known.filter((edge) => !incoming.some((other) => sameEdge(edge, other)));
  return forgotten.length === 0 ? incoming : [...forgotten, ...incoming].slice(-MAX_EDGES);
}

/** The newer entry says all that the older one said, but for what memory has forgotten since and a list that it does not have. */
function merged(known: Line, line: Line): Line {
  if (known.type === 'attendance' && line.type === 'attendance') {
    const attendee = newerAttendee(known.attendee, line.attendee);
    const presence = allEdges(known.presence, line.presence);
    return { ...line, seenAt: Math.max(known.seenAt, line.seenAt), attendee, presence };
  }
  // A list says what ran at its own moment and no later; the next reading is soon enough for the rest.
  if (known.type === 'observation' && line.type === 'observation')
    return line.running === undefined && known.running !== undefined ? known : line;
  if (known.type === 'outcome' && line.type === 'outcome') return outcomeStands(known, line) ? line : known;
  if (known.type === 'notice' && line.type === 'notice') return known.seenAt > line.seenAt ? known : line;
  return line;
}

/** The oldest entries of all queues in the order in which they came. */
function oldest(queues: readonly Queue[], most: number): readonly (readonly [Queue, string, Line])[] {
  const heads = queues
    .map((queue) => ({ queue, entries: queue.entries() }))
    .map((head) => ({ ...head, next: head.entries.next() }));
  const found: (readonly [Queue, string, Line])[] = [];
  while (found.length < most) {
    let first: (typeof heads)[number] | undefined;
    for (const head of heads) {
      if (head.next.done === true) continue;
      if (
        first === undefined ||
        first.next.done === true ||
        head.next.value[1].order < first.next.value[1].order
      )
        first = head;
    }
    if (first === undefined || first.next.done === true) break;
    const [key, { line }] = first.next.value;
    found.push([first.queue, key, line]);
    first.next = first.entries.next();
  }
  return found;
}
