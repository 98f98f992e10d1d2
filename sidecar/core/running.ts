/** Does a meeting run? One rule over what akka-apps' list, bbb-web's list and the bus show; each counts for what it can prove. Pure. */
import { SECOND_MS } from './duration';

/** akka-apps lists a meeting from its first report on, 10 s after its creation (`MeetingActor`). */
const FIRST_REPORT_MS = 15 * SECOND_MS;
/** akka-apps reports every meeting every 30 s; two reports and their way. */
const SILENCE_MS = 65 * SECOND_MS;
/** Two lists closer than this are one. */
const LISTS_APART_MS = 5 * SECOND_MS;

/** One of BBB's lists. `entries`: per meeting what its entry holds, as a fingerprint; `isComplete`: a meeting without an entry is not listed. */
export interface ListReading<Id extends string = string> {
  readonly isComplete: boolean;
  readonly entries: ReadonlyMap<Id, string>;
}

/** Both lists, read together. A list that could not be read is empty and not complete. */
export interface Reading<Id extends string = string> {
  /** Before either list was requested. */
  readonly startedAt: number;
  /** akka-apps' `/analytics`: whatever it lists ran at its last report; a meeting that it does not list does not run. */
  readonly akka: ListReading<Id>;
  /** bbb-web's getMeetings: loses running meetings when bbb-web restarts, keeps dead ones when akka-apps restarts. */
  readonly web: ListReading<Id>;
}

/** What was seen of one meeting until now; instants are epoch ms of our clock. */
export interface Evidence {
  readonly firstSeenAt: number;
  /** Newest message of akka-apps about it on the bus. */
  readonly reportedAt: number | undefined;
  /** When it certainly ran, last. */
  readonly sightedAt: number | undefined;
  /** akka-apps' last entry of it, and since when that has not changed. */
  readonly entry: { readonly content: string; readonly since: number } | undefined;
  /** Complete akka-apps lists without it, one after the other, all made after its last report. */
  readonly absences: number;
  readonly absentAt: number;
}

/** `gone`: does not run. `unclear`: what is known stays; nothing new is concluded. */
export type Verdict = 'runs' | 'unclear' | 'gone';

export interface RunningContext {
  /** Since when the bus has been received without a break; undefined: it is not. */
  readonly busSince: number | undefined;
  /** Set: its end was announced, or concluded, at that moment, without certainty. Only what is newer counts against that. */
  readonly doubtedAt: number | undefined;
}

/** A meeting seen for the first time. */
export function firstEvidence(now: number): Evidence {
  const nothing = { reportedAt: undefined, sightedAt: undefined, entry: undefined };
  return { firstSeenAt: now, ...nothing, absences: 0, absentAt: Number.NEGATIVE_INFINITY };
}

/** akka-apps published a message about it. */
export function withReport(evidence: Evidence, at: number): Evidence {
  const reportedAt = Math.max(evidence.reportedAt ?? at, at);
  return { ...evidence, reportedAt, sightedAt: Math.max(evidence.sightedAt ?? at, reportedAt), absences: 0 };
}

type Listing = 'listed' | 'absent' | 'unknown';

function listing<Id extends string>(list: ListReading<Id>, id: Id, isOldEnough: boolean): Listing {
  if (list.entries.has(id)) return 'listed';
  return list.isComplete && isOldEnough ? 'absent' : 'unknown';
}

/** `reports`: one was received lately. `silent`: two reports in a row did not come over an unbroken bus. */
function busOf(evidence: Evidence, { startedAt }: Reading, context: RunningContext) {
  const after = Math.max(startedAt - SILENCE_MS, context.doubtedAt ?? Number.NEGATIVE_INFINITY);
  if (evidence.reportedAt !== undefined && evidence.reportedAt > after) return 'reports';
  return context.busSince !== undefined && context.busSince < startedAt - SILENCE_MS ? 'silent' : 'unknown';
}

interface Shown {
  readonly akka: Listing;
  readonly web: Listing;
  readonly bus: ReturnType<typeof busOf>;
  readonly hasChanged: boolean;
  readonly isUnchangedForLong: boolean;
  readonly absences: number;
}

/** The rule. */
function verdictOf({ akka, web, bus, hasChanged, isUnchangedForLong, absences }: Shown): Verdict {
  if (akka === 'absent') return web === 'absent' || absences >= 2 ? 'gone' : 'unclear';
  if (bus === 'reports') return 'runs';
  if (akka === 'unknown') return web === 'listed' && bus === 'unknown' ? 'runs' : 'unclear';
  if (web === 'listed' || hasChanged) return 'runs';
  // akka-apps lists a meeting for ever whose 30 s report fell between its end and its destruction.
  if (web === 'absent') return bus === 'silent' && isUnchangedForLong ? 'gone' : 'unclear';
  return bus === 'silent' ? 'unclear' : 'runs';
}

function withEntry(evidence: Evidence, content: string | undefined, at: number): Evidence['entry'] {
  if (content === undefined) return undefined;
  return evidence.entry?.content === content ? evidence.entry : { content, since: at };
}

/** What one more reading of both lists shows about a meeting. */
export function judge<Id extends string>(
  id: Id,
  evidence: Evidence,
  reading: Reading<Id>,
  context: RunningContext,
): { readonly verdict: Verdict; readonly evidence: Evidence } {
  const { startedAt } = reading;
  const isAfterReport = evidence.reportedAt === undefined || evidence.reportedAt < startedAt;
  const isOldEnough = isAfterReport && startedAt >= evidence.firstSeenAt + FIRST_REPORT_MS;
  const akka = listing(reading.akka, id, isOldEnough);
  // bbb-web lists a meeting before akka-apps does: whatever akka-apps lists is old enough to be in bbb-web's list.
  const web = listing(reading.web, id, isOldEnough || (akka === 'listed' && isAfterReport));
  const entry =
    akka === 'unknown' ? evidence.entry : withEntry(evidence, reading.akka.entries.get(id), startedAt);
  const isAnother = akka === 'absent' && startedAt >= evidence.absentAt + LISTS_APART_MS;
  const absences = akka === 'listed' ? 0 : evidence.absences + Number(isAnother);
  const verdict = verdictOf({
    akka,
    web,
    bus: busOf(evidence, reading, context),
    hasChanged: evidence.entry !== undefined && entry !== undefined && entry !== evidence.entry,
    isUnchangedForLong: entry !== undefined && entry.since <= startedAt - SILENCE_MS,
    absences,
  });
  const isNewer = context.doubtedAt === undefined || startedAt > context.doubtedAt;
  const certain = verdict === 'runs' && !isNewer ? 'unclear' : verdict;
  const sightedAt =
    certain === 'runs' ? Math.max(evidence.sightedAt ?? startedAt, startedAt) : evidence.sightedAt;
  const absentAt = isAnother ? startedAt : evidence.absentAt;
  return { verdict: certain, evidence: { ...evidence, entry, absences, absentAt, sightedAt } };
}

/** Are those present whom akka-apps' entry names? Of a meeting that may have ended the entry may be left over. */
export function provesPresence(verdict: Verdict | undefined): boolean {
  return verdict !== 'unclear';
}

/** An action that BBB has not shown is repeated once; after that only where the meeting was seen to run since the last attempt. */
export function mayRepeat(attempts: number, triedAt: number, sightedAt: number | undefined): boolean {
  return attempts < 2 || (sightedAt !== undefined && sightedAt > triedAt);
}
