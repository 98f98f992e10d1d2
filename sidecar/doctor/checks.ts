/** The chain from BBB's host to the service, link by link: what `bbb-tiers doctor` looks at. Changes nothing anywhere. */
import { Client } from 'pg';
import { readiness } from '../api/schemas';
import { createAnalytics } from '../bbb-api/analytics';
import { type BbbApi, createBbbApi } from '../bbb-api/client';
import { loadConfig } from '../config/load';
import { problemText } from '../config/problem-text';
import { bbbEpochMs } from '../core/bbb-instant';
import type { Clock } from '../core/clock';
import { SECOND_MS } from '../core/duration';
import { SOURCE_MEANINGS } from '../core/source-text';
import type { Settings } from '../settings';
import { type Check, ok, skipped } from './check';
import { greenlightChecks } from './greenlight-checks';
import { type Pong, pingAkkaApps } from './ping';
import { webhookChecks } from './webhook-checks';

const WITHIN_MS = 5 * SECOND_MS;
/** A meeting that ends two seconds late is nobody's trouble. */
const SKEW_MS = 2 * SECOND_MS;

export interface DoctorOptions {
  readonly settings: Settings;
  readonly clock: Clock;
  /** How long each answer may take; 5,000 unless given. */
  readonly withinMs?: number;
  /** Where the running service listens. */
  readonly serviceUrl: string;
  /** The status file of the Greenlight overlay; undefined: not looked at. */
  readonly overlayStatus: (() => Promise<string | undefined>) | undefined;
}

/** The API for one check, its connections let go after. */
async function withApi<T>({ settings }: DoctorOptions, use: (api: BbbApi) => Promise<T>): Promise<T> {
  const { bbbUrl: url, bbbSecret: secret, bbbChecksum: algorithm } = settings;
  const api = createBbbApi({ url, secret, algorithm });
  try {
    return await use(api);
  } finally {
    api.close();
  }
}

function busChecks({ settings, clock, withinMs = WITHIN_MS }: DoctorOptions): readonly Check[] {
  let pong: Pong | undefined;
  return [
    {
      name: 'bus',
      remedy:
        'is REDIS_URL that of BBB (bbb-web.properties: redisHost), does redis-server run, may this user subscribe and publish (bbb-hooks/redis/users.acl.example)? Does bbb-apps-akka run?',
      run: async () => {
        pong = await pingAkkaApps(settings.redisUrl, clock, withinMs);
        return ok('akka-apps answered a ping');
      },
    },
    {
      name: 'clock',
      remedy:
        'set both clocks by NTP (timedatectl): tier claims and the start of meetings are compared across them',
      run: async () => {
        if (pong === undefined) return skipped("BBB's time stamps come on the bus");
        const { askedAt, answeredAt } = pong;
        const at = bbbEpochMs(pong.at);
        const offMs = Math.max(0, askedAt - at, at - answeredAt);
        if (offMs > SKEW_MS)
          throw new Error(
            `expected BBB's clock and ours to agree, found them ${(offMs / SECOND_MS).toFixed(1)} s apart`,
          );
        return ok('agrees with that of BBB');
      },
    },
  ];
}

function apiChecks(options: DoctorOptions): readonly Check[] {
  const { settings, clock } = options;
  return [
    {
      name: 'api',
      remedy: `does ${settings.bbbUrl}/api answer in a browser? Does bbb-web run (bbb-conf --status)?`,
      run: async () => {
        const version = await withApi(options, (api) => api.version());
        return ok(
          version === undefined
            ? 'answers; it names no version (allowRevealOfBBBVersion is off)'
            : `BigBlueButton ${version}`,
        );
      },
    },
    {
      name: 'secret',
      remedy:
        "compare BBB_SECRET with 'bbb-conf --secret', and BBB_CHECKSUM with supportedChecksumAlgorithms in bbb-web.properties",
      run: async () => {
        const { snapshots } = await withApi(options, (api) => api.getMeetings(clock.now()));
        return ok(
          snapshots.length === 1 ? 'accepted; 1 meeting runs' : `accepted; ${snapshots.length} meetings run`,
        );
      },
    },
    {
      name: 'analytics',
      remedy: `the service has to run on the host of bbb-apps-akka, or BBB_ANALYTICS_URL has to lead there. ${SOURCE_MEANINGS['bbb-analytics']}`,
      run: async () => {
        const { snapshots } = await createAnalytics({ url: settings.bbbAnalyticsUrl, clock }).read();
        return ok(snapshots.length === 1 ? '1 meeting listed' : `${snapshots.length} meetings listed`);
      },
    },
  ];
}

function configChecks({ settings }: DoctorOptions): readonly Check[] {
  return [
    {
      name: 'config',
      remedy: `mend ${settings.tiersConfigDir}; 'bbb-tiers check' shows every problem`,
      run: async () => {
        const loaded = loadConfig(settings.tiersConfigDir);
        if ('problems' in loaded) throw new Error(loaded.problems.map(problemText).join('; '));
        return ok(`version ${loaded.config.version}`);
      },
    },
  ];
}

function storeChecks({ settings, serviceUrl, withinMs = WITHIN_MS }: DoctorOptions): readonly Check[] {
  return [
    {
      name: 'database',
      remedy:
        'is DATABASE_URL right, does PostgreSQL run, may this role connect and own the schema bbb_tiers?',
      run: async () => {
        if (settings.databaseUrl === undefined) return skipped('embedded: it belongs to the running service');
        const client = new Client({
          connectionString: settings.databaseUrl,
          connectionTimeoutMillis: withinMs,
          query_timeout: withinMs,
        });
        // The query under way reports a broken connection; without a listener the event would end the process.
        client.on('error', () => undefined);
        await client.connect();
        try {
          const { rows } = await client.query<{ count: string }>('select count(*) from bbb_tiers.migrations');
          return ok(`${rows[0]?.count ?? 0} migrations applied`);
        } finally {
          await client.end();
        }
      },
    },
    {
      name: 'service',
      remedy: 'start it (systemctl start bbb-tiers) and read its log (journalctl -u bbb-tiers)',
      run: async () => {
        const signal = AbortSignal.timeout(withinMs);
        const response = await fetch(`${serviceUrl}/readyz`, { signal }).catch(() => {
          throw new Error(`expected the service at ${serviceUrl}, got no answer`);
        });
        const parsed = readiness.safeParse(await response.json().catch(() => undefined));
        if (!parsed.success)
          throw new Error(
            `expected the service at ${serviceUrl}, got another program's answer (${response.status})`,
          );
        const bad = Object.entries(parsed.data.checks).filter(([, check]) => !check.ok);
        if (bad.length > 0) throw new Error(bad.map(([name, { detail }]) => `${name}: ${detail}`).join('; '));
        return ok(`ready at ${serviceUrl}`);
      },
    },
  ];
}

/** Every check, in the order in which one explains the next. */
export function doctorChecks(options: DoctorOptions): readonly Check[] {
  const { settings, clock, withinMs = WITHIN_MS } = options;
  const shared = {
    settings,
    withApi: <T>(use: (api: BbbApi) => Promise<T>) => withApi(options, use),
    now: () => clock.now(),
    withinMs,
    serviceUrl: options.serviceUrl,
  };
  return [
    ...[configChecks, busChecks, apiChecks, storeChecks].flatMap((part) => part(options)),
    ...webhookChecks(shared),
    ...greenlightChecks({ ...shared, overlayStatus: options.overlayStatus }),
  ];
}
