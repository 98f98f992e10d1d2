/** Whether each of BBB's two lists of meetings can be read, in plain English for operators: what is wrong, what to do, what it means for the limits. */
import { formatDuration, MINUTE_MS, SECOND_MS } from './duration';

/** `bbb-api`: bbb-web's getMeetings. `bbb-analytics`: akka-apps' `/analytics`. */
export type SourceName = 'bbb-api' | 'bbb-analytics';

/** The last reading of one source. */
export interface SourceReading {
  /** Epoch ms of our clock. */
  readonly at: number;
  /** Undefined: a good answer. */
  readonly failure: SourceFailure | undefined;
}

export interface SourceFailure {
  /** Free of secrets. */
  readonly error: string;
  /** It answers and refuses: somebody has to change a setting. Otherwise it may be back any moment. */
  readonly isRefused: boolean;
}

/** A source that was not read for so many intervals is not ok, whatever its last answer was. */
const STALE_INTERVALS = 3;
/** Time-outs of one source hold up the next reading of the other. */
const LEAST_STALE_MS = MINUTE_MS;

const LISTS: Readonly<Record<SourceName, string>> = {
  'bbb-api': "cannot list meetings by BBB's API",
  'bbb-analytics': "cannot read akka-apps' list of meetings",
};

/** What it means for the limits while the source is away. */
export const SOURCE_MEANINGS: Readonly<Record<SourceName, string>> = {
  'bbb-api':
    "Until it answers, the participant limit is held by the bus and akka-apps' lists alone, meetings are ended and chat lines sent by the bus, recordings are neither unpublished nor deleted, and a meeting whose start the service missed is not shown and has no limits",
  'bbb-analytics':
    'Until it answers, the participant limit is not held for attendees from before an outage of the bus or a restart of the service until akka-apps reports them on the bus (about a minute), and ends that the bus did not report are noticed late',
};

function remedyOf(source: SourceName, isRefused: boolean): string {
  if (source === 'bbb-analytics')
    return "Check BBB_ANALYTICS_URL and whether bbb-apps-akka runs; as installed it listens on BBB's own host only";
  return isRefused
    ? 'BBB_URL, BBB_SECRET and BBB_CHECKSUM have to be those of one and the same server'
    : 'Check BBB_URL (after a redirect: the address it names) and whether bbb-web runs (bbb-conf --status)';
}

/** For `/readyz`: not ok from the first failed reading on (each has had its retries), ok again with the first good answer. */
export function sourceReadiness(
  source: SourceName,
  reading: SourceReading | undefined,
  now: number,
  resyncMs: number,
): { readonly ok: boolean; readonly detail: string } {
  if (reading === undefined) return { ok: false, detail: 'not read yet' };
  const { at, failure } = reading;
  const bad = (why: string, isRefused: boolean) => ({
    ok: false,
    detail: `${LISTS[source]}: ${why}. ${remedyOf(source, isRefused)}. ${SOURCE_MEANINGS[source]}.`,
  });
  if (failure !== undefined) return bad(failure.error, failure.isRefused);
  const ageMs = now - at;
  if (ageMs <= Math.max(STALE_INTERVALS * resyncMs, LEAST_STALE_MS)) return { ok: true, detail: 'answers' };
  const since = formatDuration(Math.round(ageMs / SECOND_MS) * SECOND_MS);
  return bad(`last read ${since} ago`, false);
}
