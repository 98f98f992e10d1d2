/** Judges what the service does to the meetings of a history by what the simulator shows to be true. */
import type { World } from '../support/world';

/** An absence up to this long keeps the seat. */
const SEAT_KEPT_MS = 60_000;

export interface FaultJudgeOptions {
  readonly world: World;
  /** By session in the meeting. */
  readonly accounts: ReadonlyMap<string, string>;
  readonly note: (text: string) => void;
  /** Of the history, by the world's clock. */
  readonly begun: number;
  /** Seats of the assembly. */
  readonly max: number;
  readonly limitMs: number;
  /** When each meeting began. */
  readonly since: Readonly<Record<'long' | 'assembly', number>>;
}

export interface FaultJudge {
  /** Persons with an open connection in the assembly or its room; the lobby left out. */
  there(): Set<string>;
  /** Has them keep or take their seats. */
  keepSeats(persons: ReadonlySet<string>): void;
  ends(): void;
  /** `had`: who was there before. */
  removals(had: ReadonlySet<string>): void;
  /** Removals until now. */
  count(): number;
  /** Each wrong intervention, in words. */
  readonly wrong: readonly string[];
}

/** Nothing judged yet. */
export function createFaultJudge(options: FaultJudgeOptions): FaultJudge {
  const { accounts, note, begun, max, limitMs } = options;
  const { bbb, clock } = options.world;
  const since = new Map<string, number>();
  const absentSince = new Map<string, number>();
  const ended = new Set<string>();
  const wrong: string[] = [];
  let count = 0;
  const ejections = (): number => bbb.meetings().reduce((sum, { ejected }) => sum + ejected.length, 0);
  let ejected = 0;

  function there(): Set<string> {
    const persons = new Set<string>();
    for (const meeting of bbb.meetings()) {
      if (!meeting.running || meeting.externalMeetingId === 'long') continue;
      for (const { internalUserId, externalUserId, connected, bot } of meeting.people) {
        if (!connected || bot || meeting.waiting.includes(internalUserId)) continue;
        // In a room they are called after their session in the meeting.
        persons.add(accounts.get(externalUserId.replace(/-\d+$/, '')) ?? externalUserId);
      }
    }
    return persons;
  }

  function blame(text: string): void {
    note(`WRONG: ${text}`);
    wrong.push(`at ${clock.now() - begun} ms: ${text}`);
  }

  function ends(): void {
    for (const [name, from] of Object.entries(options.since)) {
      if (bbb.meeting(name).running || ended.has(name)) continue;
      ended.add(name);
      note(`${name} is ended`);
      const age = clock.now() - from;
      if (age < limitMs) blame(`${name} was ended when it was ${age} ms old, allowed are ${limitMs}`);
    }
  }

  function keepSeats(persons: ReadonlySet<string>): void {
    const now = clock.now();
    for (const person of persons) {
      const awaySince = absentSince.get(person);
      if (!since.has(person) || (awaySince !== undefined && now - awaySince > SEAT_KEPT_MS))
        since.set(person, now);
      absentSince.delete(person);
    }
    for (const person of since.keys())
      if (!persons.has(person) && !absentSince.has(person)) absentSince.set(person, now);
  }

  function removals(had: ReadonlySet<string>): void {
    const now = ejections();
    if (now === ejected) return;
    count += now - ejected;
    ejected = now;
    if (ended.has('assembly')) return;
    const left = there();
    const gone = [...had].filter((person) => !left.has(person));
    note(`removed: ${gone.join(', ') || 'nobody with a connection'}; there: ${[...left].join(', ')}`);
    for (const person of gone) {
      const mine = since.get(person) ?? 0;
      const older = [...left].filter((each) => (since.get(each) ?? 0) <= mine);
      if (left.size < max) blame(`${person} was removed, ${left.size} of ${max} seats were left taken`);
      else if (older.length < max)
        blame(`${person} was removed, only ${older.length} of ${max} seats were taken before`);
      if (person === 'gl-0') blame('the host was removed');
      since.delete(person);
      absentSince.delete(person);
    }
  }

  return { there, keepSeats, ends, removals, count: () => count, wrong };
}
