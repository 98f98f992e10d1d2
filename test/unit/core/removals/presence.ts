/** When a session was there for certain, and when it may have been, by what was received. */
import type { AkkaList, Interval, Received, Report, SessionRecord } from './received';

/** A closed tab stays in akka-apps' list for up to 20 s (`docs`: audits every 10 s, flags older than 10 s). */
const TAB_LINGERS_MS = 20_000;
/** Webhooks date a leave back by 2 s. */
const DATED_BACK_MS = 2_000;

export interface Presence {
  /** There for certain. Where `from` is later than `to`, it came by `from` and was there at `to` or after: no more is certain. */
  readonly certain: readonly Interval[];
  /** Certain, or left open. */
  readonly possible: readonly Interval[];
}

/** `here`: for certain. `open`: it may have been, without a flag or with one. */
type State = 'here' | 'open' | 'away';

interface Part extends Interval {
  readonly state: State;
}

const isComing = (report: Report): boolean => report.kind === 'joined' || report.kind === 'back';

/** The stretches in which the bus was received without a break. */
export function wholeStretches(gaps: readonly Interval[], now: number): readonly Interval[] {
  const stretches: Interval[] = [];
  let from = Number.NEGATIVE_INFINITY;
  for (const gap of gaps) {
    if (gap.from > from) stretches.push({ from, to: gap.from });
    from = Math.max(from, gap.to);
  }
  if (from < now) stretches.push({ from, to: now });
  return stretches;
}

/** Names it, and a tab closed in the gap would be gone by now: from the list, or by a report on the bus. */
function isConclusive({ users }: AkkaList, { id }: SessionRecord, { from, to }: Interval): boolean {
  return users.has(id) && to >= from + TAB_LINGERS_MS;
}

/** Before the first report of a stretch: the opposite of what was reported, where that leaves no choice. */
function before(first: Report, isListed: boolean): State {
  if (isComing(first)) return 'away';
  return first.kind === 'flagged' || isListed ? 'here' : 'open';
}

/** The bus was received without a break: what it reports is all that happened, and without a report nothing changed. */
function inStretch(
  record: SessionRecord,
  stretch: Interval,
  lists: readonly AkkaList[],
  createdAt: number | undefined,
): readonly Part[] {
  const { from, to } = stretch;
  const reports = record.bus.filter(({ at }) => at >= from && at <= to);
  const made = lists.filter((list) => list.at >= from && list.until <= to);
  const [first] = reports;
  if (first === undefined) {
    const isNamed = made.some(({ users }) => users.has(record.id));
    const isMissed = made.some(({ users }) => !users.has(record.id));
    // Empty in the beginning, and nobody came.
    const isSinceCreation = createdAt !== undefined && isIn(createdAt, stretch);
    if (!isNamed && !isMissed && !isSinceCreation) return [];
    if (!isNamed) return [{ ...stretch, state: 'away' }];
    const isCertain = !isMissed && made.some((list) => isConclusive(list, record, stretch));
    return [{ ...stretch, state: isCertain ? 'here' : 'open' }];
  }
  const isListed = made.some(
    (list) => list.until <= first.at && isConclusive(list, record, { from, to: first.at }),
  );
  const parts: Part[] = [{ from, to: first.at, state: before(first, isListed) }];
  for (const [index, report] of reports.entries())
    parts.push({
      from: report.at,
      to: reports[index + 1]?.at ?? to,
      state: isComing(report) ? 'here' : 'away',
    });
  return parts;
}

function isIn(moment: number, { from, to }: Interval): boolean {
  return moment >= from && moment <= to;
}

/** May the list have been made while it was there for BBB alone, its connection lost? */
function mayLinger({ bus, memory }: SessionRecord, { at, until }: AkkaList): boolean {
  return (
    bus.some((report) => report.kind === 'flagged' && report.at <= until) ||
    // Written down as having left when the connection was lost.
    memory.some(
      ({ leftAt, ejected }) =>
        leftAt !== undefined && !ejected && leftAt <= until && leftAt + TAB_LINGERS_MS >= at,
    )
  );
}

/** What a list that may have been made in a gap shows of it; nothing if it may as well show the stretch beside the gap. */
function listedInGaps(
  record: SessionRecord,
  stretches: readonly Interval[],
  known: readonly Part[],
  received: Received,
  list: AkkaList,
): readonly Part[] {
  const { at, until, users } = list;
  const overlaps = ({ from, to }: Interval): boolean => to >= at && from <= until;
  const isNamed = users.has(record.id);
  const beside = known.filter(overlaps);
  const isUnknownBeside = stretches.some(
    (stretch) => overlaps(stretch) && !known.some(({ from, to }) => from <= stretch.to && to >= stretch.from),
  );
  // One that lost its connection is away here, and listed there.
  const isLost = mayLinger(record, list);
  const canExplain = (state: State): boolean => (isNamed ? state !== 'away' || isLost : state === 'away');
  if (isUnknownBeside || beside.some(({ state }) => canExplain(state))) return [];
  // Whom an earlier process had not seen by then came later.
  const since = record.memory.length === 0 ? received.rememberedUntil(record.meeting) : undefined;
  return received
    .gaps(record.meeting)
    .map((gap) => ({ from: Math.max(at, gap.from, since ?? at), to: Math.min(until, gap.to) }))
    .filter(({ from, to }) => from <= to)
    .map(({ from, to }) =>
      // At some moment in between it was away: up to its end it may still have been there, from its beginning on again.
      isNamed ? { from, to, state: 'open' } : { from: to, to: from, state: 'away' },
    );
}

/** What an earlier process wrote down; whom it did not, it had not seen. */
function inMemory(record: SessionRecord, rememberedUntil: number | undefined): readonly Part[] {
  if (record.memory.length === 0) {
    if (rememberedUntil === undefined) return [];
    return [{ from: rememberedUntil, to: rememberedUntil, state: 'away' }];
  }
  const parts: Part[] = [];
  let away = Number.NEGATIVE_INFINITY;
  for (const { joinedAt, notBefore, leftAt, writtenUntil } of record.memory) {
    parts.push(
      notBefore === undefined
        ? { from: joinedAt, to: joinedAt, state: 'away' }
        : { from: Math.max(notBefore, away), to: joinedAt, state: 'open' },
    );
    if (parts.length === 1 && notBefore !== undefined)
      parts.unshift({ from: notBefore, to: notBefore, state: 'away' });
    away = leftAt ?? away;
    parts.push({ from: joinedAt, to: leftAt ?? Math.max(joinedAt, writtenUntil), state: 'here' });
    if (leftAt !== undefined) parts.push({ from: leftAt, to: leftAt, state: 'away' });
  }
  return parts;
}

/** The bus was received then and has reported the session, or has reported this very join. */
function isReportedByBus(
  { notBefore, at: until, kind }: Report,
  { bus, memory }: SessionRecord,
  stretches: readonly Interval[],
): boolean {
  if (
    kind === 'joined' &&
    bus.some((report) => report.kind === kind && isIn(report.at, { from: notBefore, to: until }))
  )
    return true;
  // An earlier process wrote down the bus' own report.
  if (
    kind === 'joined' &&
    memory.some((row) => row.notBefore === undefined && isIn(row.joinedAt, { from: notBefore, to: until }))
  )
    return true;
  return stretches.some((stretch) => isIn(until, stretch) && bus.some(({ at }) => isIn(at, stretch)));
}

/** What is received of a gap: lists, single reports and webhooks. */
function inGaps(
  record: SessionRecord,
  known: readonly Part[],
  stretches: readonly Interval[],
  received: Received,
): readonly Part[] {
  const isWithin = (from: number, to: number): boolean =>
    stretches.some((stretch) => from >= stretch.from && to <= stretch.to);
  const parts = received
    .akkaLists(record.meeting)
    .flatMap((list) =>
      isWithin(list.at, list.until) ? [] : listedInGaps(record, stretches, known, received, list),
    );
  for (const report of record.bus) {
    const { at } = report;
    if (isWithin(at, at)) continue;
    parts.push({ from: at, to: at, state: before(report, false) });
    parts.push({ from: at, to: at, state: isComing(report) ? 'open' : 'away' });
  }
  for (const report of record.webhook) {
    if (isReportedByBus(report, record, stretches)) continue;
    if (report.kind === 'joined') {
      parts.push({ from: report.notBefore, to: report.notBefore, state: 'away' });
      parts.push({ from: report.notBefore, to: report.at, state: 'open' });
      // It proves that they came by then, not that they are there still.
      parts.push({ from: report.at, to: report.at, state: 'here' });
    } else parts.push({ from: report.at + DATED_BACK_MS, to: report.at, state: 'away' });
  }
  return parts;
}

/** It came by then. When BBB removed it, it may have been without a connection for 20 s. */
function tracesOf(record: SessionRecord, lists: readonly AkkaList[]): readonly Interval[] {
  return [
    ...lists
      .filter((list) => list.users.has(record.id) && !mayLinger(record, list))
      .map(({ at, until }) => ({ from: until, to: at })),
    ...record.bus
      .filter(({ kind }) => kind === 'left' || kind === 'flagged')
      .map(({ at }) => ({ from: at, to: at - TAB_LINGERS_MS })),
  ];
}

function ascending(a: Interval, b: Interval): number {
  if (a.from !== b.from) return a.from < b.from ? -1 : 1;
  return a.to === b.to ? 0 : a.to < b.to ? -1 : 1;
}

/** Sorted, and those that touch as one. */
export function merged(intervals: readonly Interval[]): readonly Interval[] {
  const result: Interval[] = [];
  for (const interval of intervals.toSorted(ascending)) {
    const last = result.at(-1);
    if (last === undefined || interval.from > last.to) result.push(interval);
    else if (interval.to > last.to) result[result.length - 1] = { from: last.from, to: interval.to };
  }
  return result;
}

/** Between two parts it may have been there if it was, or may have been, at either side. */
export function presenceOf(record: SessionRecord, received: Received, now: number): Presence {
  const stretches = wholeStretches(received.gaps(record.meeting), now);
  const lists = received.akkaLists(record.meeting);
  const known = [
    ...inMemory(record, received.rememberedUntil(record.meeting)),
    ...stretches.flatMap((stretch) => inStretch(record, stretch, lists, received.createdAt(record.meeting))),
  ];
  const parts = [...known, ...inGaps(record, known, stretches, received)]
    .map((part, order) => ({ part, order }))
    .toSorted((a, b) => ascending(a.part, b.part) || a.order - b.order)
    .map(({ part }) => part);
  const here = parts.filter(({ state }) => state === 'here');
  const traces = tracesOf(record, lists).filter(
    (trace) => !here.some(({ from, to }) => to >= trace.to && from <= trace.from),
  );
  const certain = [...here, ...traces];
  const possible: Interval[] = parts.filter(({ state, from, to }) => state !== 'away' && from <= to);
  const first = parts[0];
  if (first !== undefined && first.state !== 'away')
    possible.push({ from: Number.NEGATIVE_INFINITY, to: first.from });
  let reached = Number.NEGATIVE_INFINITY;
  for (const [index, part] of parts.entries()) {
    const next = parts[index + 1];
    const until = next?.from ?? now;
    const from = Math.max(part.to, reached);
    reached = from;
    if (until >= from && (part.state !== 'away' || (next !== undefined && next.state !== 'away')))
      possible.push({ from, to: until });
  }
  return { certain: merged(certain), possible: merged(possible) };
}

/** On this moment, as the bus or akka-apps' list reported it and nothing newer contradicts. */
export function isCertainlyThere(record: SessionRecord, received: Received, now: number): boolean {
  const stretch = wholeStretches(received.gaps(record.meeting), now).at(-1);
  if (stretch === undefined || stretch.to < now) return false;
  const lists = received.akkaLists(record.meeting);
  if (inStretch(record, stretch, lists, received.createdAt(record.meeting)).at(-1)?.state !== 'here')
    return false;
  const lastReport = record.bus.findLast(({ at }) => at >= stretch.from)?.at ?? Number.NEGATIVE_INFINITY;
  const named = lists.filter((list) => isConclusive(list, record, stretch)).map(({ at }) => at);
  const newest = Math.max(lastReport, ...named);
  const isLeftSince = record.webhook.some(({ at, kind }) => kind === 'left' && at > newest);
  const isMissedSince = lists.some(({ at, users }) => at > newest && !users.has(record.id));
  return !isLeftSince && !isMissedSince;
}
