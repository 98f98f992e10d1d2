/** Wires the adapters to the loop and starts it; the one place that sees everything. Reads no environment and exits no process. */
import type { Router } from 'express';
import { createAdminApi } from './api/admin-api';
import { createAnalytics } from './bbb-api/analytics';
import { createBbbApi } from './bbb-api/client';
import { createEffects } from './bbb-api/effects';
import { createReader } from './bbb-api/reader';
import { createSourceHealth } from './bbb-api/source-health';
import { SENDER } from './bus/commands';
import { createPublisher } from './bus/publisher';
import { type BusSubscription, subscribeBus } from './bus/subscriber';
import type { ConfigSource } from './config-source';
import type { Clock } from './core/clock';
import { SECOND_MS } from './core/duration';
import type { Database } from './database';
import { linkGreenlight } from './greenlight-link';
import { closeServer, listening } from './http/listen';
import { bbbCallbacks } from './http/routes/bbb-callbacks';
import { healthRoutes } from './http/routes/health';
import { recordingHooks } from './http/routes/recording-hooks';
import { buildServer } from './http/server';
import { createLedgerKeeper, type LedgerKeeper } from './ledger/keeper';
import type { Log } from './log';
import { createWatch, type Watch } from './loop/watch';
import type { Metrics } from './metrics';
import { createPages } from './pages/pages';
import { keepRecordings } from './recordings/keep-recordings';
import type { RecordingKeeper } from './recordings/keeper';
import { busConnected, readinessOf, refreshGauges, type ServiceParts } from './service-health';
import { callbackUrl, type Settings } from './settings';
import { createPgJournal, type PgJournal } from './store/journal';
import { createPool } from './store/pool';
import { createClaimVerifier } from './tier-claim/verify';
import { HOOK_CHECKSUM_ALGORITHMS } from './webhooks/checksum';
import { webhookReceiver } from './webhooks/receiver';
import { keepRegistered } from './webhooks/register';

/** How long a shutdown waits for the database to take what is left. */
const FLUSH_WITHIN_MS = 5 * SECOND_MS;
/** Hooks of the recording pipeline, the ledger's counting, the nightly sweep. */
const POOL_SIZE = 4;
/** How long the first reading of BBB's lists waits for the bus. */
const BUS_FIRST_MS = 3 * SECOND_MS;

export interface AppDeps {
  readonly settings: Settings;
  readonly config: ConfigSource;
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Integers in `[0, below)`. */
  readonly randomInt: (below: number) => number;
}

export interface App {
  /** Where it listens: `http://127.0.0.1:3020`. */
  readonly url: string;
  readonly watch: Watch;
  readonly journal: PgJournal;
  readonly recordings: RecordingKeeper;
  readonly ledger: LedgerKeeper;
  readonly busConnected: () => boolean;
  /** Takes in what the bus has carried until now; true when no meeting is being looked at then and no list of BBB's being read. */
  atRest(): Promise<boolean>;
  /** Stops the sources, lets running work finish, writes what is left, closes everything it opened. */
  stop(): Promise<void>;
}

/** Starts everything. Rejects when the port is taken; BBB, Redis or PostgreSQL being away is no reason not to start. */
export async function startApp(deps: AppDeps): Promise<App> {
  const { settings, config, database, clock, log, metrics } = deps;
  const journal = createPgJournal({ database: { databaseUrl: database.databaseUrl }, clock, log });
  const publisher = createPublisher({ redisUrl: settings.redisUrl, log, clock });
  const api = createBbbApi({
    url: settings.bbbUrl,
    secret: settings.bbbSecret,
    algorithm: settings.bbbChecksum,
    onHooksSha1: () =>
      log.warn(
        { configured: settings.bbbChecksum },
        'bbb-webhooks accepts only SHA-1; its calls are signed with that, all others as configured',
      ),
  });
  const analytics = createAnalytics({ url: settings.bbbAnalyticsUrl, clock });
  const sources = createSourceHealth(clock);
  const effects = createEffects({ api, bus: publisher, clock, log });
  const adminApi = createAdminApi({
    ...deps,
    secret: settings.adminJwtSecret,
    databaseUrl: database.databaseUrl,
    state: () => watch,
    readiness: () => readinessOf(parts),
    journal,
    effects,
    dryRun: settings.dryRun,
    notices: settings.notices,
  });
  const greenlight = linkGreenlight({
    config,
    policyFile: settings.policyFile,
    databaseUrlTemplate: settings.greenlightDatabaseUrl,
    clock,
    log,
    onOwner: (externalMeetingId) => watch.ownerKnown(externalMeetingId),
  });
  const watch = createWatch({
    clock,
    config: config.current,
    effects,
    reader: createReader({ api, analytics, clock, log, sources }),
    journal,
    roomOwners: greenlight.roomOwners,
    askRecordingStatus: (id) => publisher.getRecordingStatus(id),
    askAkkaApps: (trip) => publisher.checkAlive(trip),
    verifyClaim: createClaimVerifier(settings.claimSecret),
    metrics,
    log,
    resyncMs: settings.resyncMs,
    notices: settings.notices,
    dryRun: settings.dryRun,
    randomInt: deps.randomInt,
    onResync: (at, running) => journal.observed(at, running),
    onChange: adminApi.onChange,
    onTier: adminApi.onTier,
    onDecision: adminApi.onDecision,
    onOutcome: adminApi.onOutcome,
  });
  const pool = createPool(database.databaseUrl, {
    applicationName: 'bbb-tiers service',
    log,
    maxConnections: POOL_SIZE,
  });
  const recordings = keepRecordings({
    ...deps,
    pool,
    api,
    journal,
    now: () => clock.now(),
    dryRun: settings.dryRun,
    adminApi,
  });
  const ledger = createLedgerKeeper({
    pool,
    clock,
    log,
    retentionMs: () => config.current().tiers.retentionMs,
  });
  let bus: BusSubscription | undefined;
  const parts: ServiceParts = {
    ...deps,
    resyncMs: settings.resyncMs,
    watch,
    journal,
    publisher,
    sources,
    policyFile: greenlight.policyFile,
    bus: () => bus,
  };
  const pages = createPages({
    secret: settings.adminJwtSecret,
    clock,
    config,
    configDir: settings.tiersConfigDir,
    publicUrl: settings.publicUrl,
    decisionOf: adminApi.decisionOf,
  });
  const routers: Router[] = [
    healthRoutes({ readiness: () => readinessOf(parts), metrics, beforeMetrics: () => refreshGauges(parts) }),
    adminApi.router,
    pages.router,
    recordingHooks({ keeper: recordings, token: settings.hookToken, log }),
    bbbCallbacks({
      secret: settings.bbbSecret,
      onRecordingReady: (recordId, externalMeetingId) =>
        void recordings.review(recordId, externalMeetingId, 'pipeline'),
      onMeetingEnded: () => watch.resync.request(),
    }),
  ];
  const callback = settings.publicUrl === undefined ? undefined : callbackUrl(settings.publicUrl);
  if (settings.webhooks !== 'off' && callback !== undefined) {
    const onCount = (result: string): void => metrics.webhooks.inc({ result });
    routers.push(
      webhookReceiver({
        callbackUrl: callback,
        secret: settings.bbbSecret,
        algorithms: HOOK_CHECKSUM_ALGORITHMS,
        onEvent: watch.delivered,
        onCount,
        log,
      }),
    );
  }
  const server = buildServer({ log, routers }).listen(settings.port, settings.host);
  const url = await listening(server);
  log.info({ url, dryRun: settings.dryRun }, 'listening');
  config.onChange(() => {
    watch.reload();
    adminApi.onConfig();
  });
  let subscribed = (): void => undefined;
  const onBus = new Promise<void>((resolve) => {
    subscribed = resolve;
  });
  bus = subscribeBus({
    redisUrl: settings.redisUrl,
    onEvent: watch.live,
    onPong({ system, asked, at }) {
      if (system === SENDER) watch.answered(asked, at);
      else watch.stamped(at);
    },
    onRecording: recordings.onEvent,
    onState(state) {
      if (state.connected) watch.busBack(state.lastHeardAt);
      else watch.busLost(state.lastHeardAt);
      if (state.connected) subscribed();
    },
    onCount: (result, by) => metrics.busMessages.inc({ result }, by),
    log,
    clock,
  });
  const registers = settings.webhooks === 'register' && callback !== undefined;
  const hook = registers ? keepRegistered({ hooks: api, callbackUrl: callback, clock, log }) : undefined;
  // Lists read before the bus is subscribed to would leave a gap; a bus that is away must not keep the lists waiting for ever.
  await Promise.race([onBus, new Promise((resolve) => setTimeout(resolve, BUS_FIRST_MS).unref())]);
  await watch.resync.start();
  return {
    url,
    watch,
    journal,
    recordings,
    ledger,
    busConnected: () => busConnected(parts),
    async atRest() {
      await bus?.caughtUp();
      return watch.lanes.active === 0 && !watch.resync.reading && watch.trips.sending === 0;
    },
    async stop() {
      bus?.stop();
      await hook?.stop();
      await watch.stop();
      pages.close();
      await adminApi.close();
      await greenlight.close();
      await recordings.stop();
      await ledger.stop();
      await closeServer(server);
      publisher.close();
      api.close();
      analytics.close();
      await journal.flush(FLUSH_WITHIN_MS);
      await journal.close();
      await pool.end();
    },
  };
}
