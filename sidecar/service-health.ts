/** How the service's dependencies and clocks are, for `/readyz`, and the gauges that go with it; changes nothing. */
import type { SourceHealth } from './bbb-api/source-health';
import type { Publisher } from './bus/publisher';
import type { BusSubscription } from './bus/subscriber';
import type { ConfigSource } from './config-source';
import type { Clock } from './core/clock';
import { clockText, shownSkewMs } from './core/clock-text';
import { SECOND_MS } from './core/duration';
import { type SourceName, sourceReadiness } from './core/source-text';
import type { Database } from './database';
import type { Readiness } from './http/routes/health';
import type { Watch } from './loop/watch';
import type { Metrics } from './metrics';
import type { PgJournal } from './store/journal';

export interface ServiceParts {
  readonly clock: Clock;
  readonly resyncMs: number;
  readonly config: ConfigSource;
  readonly database: Database;
  readonly metrics: Metrics;
  readonly watch: Watch;
  readonly journal: PgJournal;
  readonly publisher: Publisher;
  readonly sources: Pick<SourceHealth, 'last'>;
  /** Could the policy file for Greenlight be written? */
  readonly policyFile: () => Readiness;
  readonly bus: () => BusSubscription | undefined;
}

/** Both connections to Redis are there: the one that listens and the one that commands. */
export function busConnected(parts: Pick<ServiceParts, 'bus' | 'publisher'>): boolean {
  return parts.bus()?.state.connected === true && parts.publisher.connected;
}

const NO_REDIS =
  "no connection to BBB's Redis: is it running, and is REDIS_URL right? Meetings still end on time, by BBB's API; until it is back nobody is removed and no recording is stopped";

/** Long enough for a question to be asked again a few times. */
const MISSING_MS = 5 * SECOND_MS;

/** A bus that is there, and on which akka-apps' answers come late or not at all. */
function busReadiness({ clock, watch, bus, publisher }: ServiceParts): Readiness {
  if (!busConnected({ bus, publisher })) return { ok: false, detail: NO_REDIS };
  const { missingSince } = watch.trips;
  const missingMs = missingSince === undefined ? 0 : clock.now() - missingSince;
  if (missingMs <= MISSING_MS) return { ok: true, detail: 'connected' };
  return {
    ok: false,
    detail: `for ${Math.round(missingMs / SECOND_MS)} s akka-apps has not answered within half a second: is bbb-apps-akka running, and not overloaded? Until it does nobody is removed, for who made room may be on the way`,
  };
}

/** bbb-web answers, but in a restart it lost meetings whose creation this service did not see. */
function withUnheld(api: Readiness, count: number): Readiness {
  if (!api.ok || count === 0) return api;
  const meetings = count === 1 ? '1 running meeting' : `${count} running meetings`;
  return {
    ok: false,
    detail: `bbb-web does not list ${meetings} whose creation is not on record: no limits are held there until the end. A restart of bbb-web removes running meetings from its list for good`,
  };
}

/** Each dependency by name. */
export function readinessOf(parts: ServiceParts): Readonly<Record<string, Readiness>> {
  const { clock, watch, journal, config, database } = parts;
  const time = watch.time.state();
  const source = (name: SourceName): Readiness =>
    sourceReadiness(name, parts.sources.last(name), clock.now(), parts.resyncMs);
  const { connected: stored, pending, dropped, lastError } = journal.state();
  const { version, problems } = config.state();
  const trouble = lastError === undefined ? '' : `: ${lastError}`;
  return {
    bus: busReadiness(parts),
    'bbb-api': withUnheld(source('bbb-api'), watch.resync.unheld),
    'bbb-analytics': source('bbb-analytics'),
    database: {
      ok: stored && database.isMigrated(),
      detail: `${pending} entries wait, ${dropped} dropped${trouble}`,
    },
    config: {
      ok: problems.length === 0,
      detail:
        problems.length === 0
          ? `version ${version}`
          : `${problems.length} ${problems.length === 1 ? 'problem' : 'problems'} in the files, version ${version} stays in force`,
    },
    'policy-file': parts.policyFile(),
    clock: { ok: time.doubt === undefined, detail: clockText(time) },
  };
}

/** Brings the gauges up to date. */
export function refreshGauges(parts: ServiceParts): void {
  const { metrics, watch, clock, journal } = parts;
  let meetings = 0;
  for (const { props, ended } of watch.meetings.all())
    if (props !== undefined && ended === undefined) meetings += 1;
  metrics.meetings.set(meetings);
  metrics.lanes.set(watch.lanes.size);
  if (watch.resync.lastAt !== undefined)
    metrics.resyncAge.set((clock.now() - watch.resync.lastAt) / SECOND_MS);
  metrics.journalPending.set(journal.state().pending);
  metrics.journalDropped.set(journal.state().dropped);
  for (const [check, { ok }] of Object.entries(readinessOf(parts)))
    metrics.checkOk.set({ check }, ok ? 1 : 0);
  metrics.clockSkew.set(shownSkewMs(watch.time.state()) / SECOND_MS);
}
