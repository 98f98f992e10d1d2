/** The chain from BBB's host to the service, link by link: what `bbb-tiers doctor` looks at. Changes nothing anywhere. */
import { createHash } from 'node:crypto';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { createAnalytics } from '../bbb-api/analytics';
import { createBbbApi } from '../bbb-api/client';
import { checkAlivePing, SENDER } from '../bus/commands';
import { FROM_AKKA_APPS, TO_AKKA_APPS } from '../bus/protocol';
import { loadConfig } from '../config/load';
import { problemText } from '../config/problem-text';
import { SECOND_MS } from '../core/duration';
import type { Log } from '../log';
import { callbackUrl, type Settings } from '../settings';
import { systemClock } from '../system-clock';
import { type Check, ok, skipped } from './check';

const WITHIN_MS = 5 * SECOND_MS;
/** A meeting that ends two seconds late is nobody's trouble. */
const SKEW_MS = 2 * SECOND_MS;

export interface DoctorOptions {
  readonly settings: Settings;
  readonly log: Log;
  /** Where the running service listens. */
  readonly serviceUrl: string;
  /** The status file of the Greenlight overlay; undefined: not looked at. */
  readonly overlayStatus: (() => Promise<string | undefined>) | undefined;
}

function deadline(what: string): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(
      () => reject(new Error(`${what} within ${WITHIN_MS / SECOND_MS} s, but nothing came`)),
      WITHIN_MS,
    ).unref();
  });
}

function redisFor(url: string): Redis {
  const redis = new Redis(url, {
    protocol: 2,
    retryStrategy: () => null,
    maxRetriesPerRequest: 1,
    connectTimeout: WITHIN_MS,
    lazyConnect: true,
  });
  redis.on('error', () => undefined);
  return redis;
}

/** When akka-apps' answer to a ping was stamped, by BBB's clock. */
async function pongAt(redisUrl: string): Promise<number> {
  const listening = redisFor(redisUrl);
  const sending = redisFor(redisUrl);
  try {
    await Promise.all([listening.connect(), sending.connect()]);
    const pong = new Promise<number>((resolve) => {
      listening.on('message', (_channel: string, text: string) => {
        if (!text.includes('CheckAlivePongSysMsg') || !text.includes(`"${SENDER}"`)) return;
        resolve((JSON.parse(text) as { envelope: { timestamp: number } }).envelope.timestamp);
      });
    });
    await listening.subscribe(FROM_AKKA_APPS);
    const receivers = await sending.publish(TO_AKKA_APPS, checkAlivePing(Date.now()).json);
    if (receivers === 0) throw new Error(`expected akka-apps to listen on ${TO_AKKA_APPS}, but nobody does`);
    return await Promise.race([pong, deadline('expected akka-apps to answer a ping')]);
  } finally {
    listening.disconnect();
    sending.disconnect();
  }
}

function busChecks({ settings }: DoctorOptions): readonly Check[] {
  return [
    {
      name: 'bus',
      remedy:
        'is REDIS_URL that of BBB (bbb-web.properties: redisHost), does redis-server run, may this user subscribe and publish (bbb-hooks/redis/users.acl.example)? Does bbb-apps-akka run?',
      run: async () => {
        await pongAt(settings.redisUrl);
        return ok('akka-apps answered a ping');
      },
    },
    {
      name: 'clock',
      remedy: 'set both clocks by NTP (timedatectl): meetings are timed by that of BBB',
      run: async () => {
        const before = Date.now();
        const at = await pongAt(settings.redisUrl);
        const offMs = at < before ? before - at : at > Date.now() ? at - Date.now() : 0;
        if (offMs > SKEW_MS)
          throw new Error(
            `expected BBB's clock and ours to agree, found them ${(offMs / SECOND_MS).toFixed(1)} s apart`,
          );
        return ok('agrees with that of BBB');
      },
    },
  ];
}

function apiChecks({ settings }: DoctorOptions): readonly Check[] {
  const api = () =>
    createBbbApi({ url: settings.bbbUrl, secret: settings.bbbSecret, algorithm: settings.bbbChecksum });
  return [
    {
      name: 'api',
      remedy: `does ${settings.bbbUrl}/api answer in a browser? Does bbb-web run (bbb-conf --status)?`,
      run: async () => ok(`BigBlueButton ${(await api().version()) ?? 'of a version that it does not tell'}`),
    },
    {
      name: 'secret',
      remedy:
        "compare BBB_SECRET with 'bbb-conf --secret', and BBB_CHECKSUM with supportedChecksumAlgorithms in bbb-web.properties",
      run: async () => ok(`accepted; ${(await api().getMeetings(Date.now())).snapshots.length} meetings run`),
    },
    {
      name: 'analytics',
      remedy:
        'the service has to run on the host of bbb-apps-akka, or BBB_ANALYTICS_URL has to lead there; without it a restart knows less',
      run: async () => {
        const { snapshots } = await createAnalytics({
          url: settings.bbbAnalyticsUrl,
          clock: systemClock(),
        }).read();
        return ok(`${snapshots.length} meetings listed`);
      },
    },
  ];
}

function webhookChecks({ settings }: DoctorOptions): readonly Check[] {
  const callback = settings.publicUrl === undefined ? undefined : callbackUrl(settings.publicUrl);
  return [
    {
      name: 'webhook registered',
      remedy:
        'does bbb-webhooks run? With WEBHOOKS=register the service registers itself; with receive, is the hook in /etc/bigbluebutton/bbb-webhooks/production.yml?',
      run: async () => {
        if (settings.webhooks === 'off' || callback === undefined) return skipped('WEBHOOKS is off');
        const api = createBbbApi({
          url: settings.bbbUrl,
          secret: settings.bbbSecret,
          algorithm: settings.bbbChecksum,
        });
        const hooks = await api.listHooks();
        const isThere = hooks.some((hook) => hook.callbackUrl === callback);
        if (!isThere) throw new Error(`expected a hook for ${callback}, found ${hooks.length} others`);
        return ok(`for ${callback}`);
      },
    },
    {
      name: 'webhook delivered',
      remedy:
        'does PUBLIC_URL lead to this service (nginx snippet, DNS, certificate)? Does the service run with the same BBB_SECRET and PUBLIC_URL?',
      run: async () => {
        if (settings.webhooks === 'off' || callback === undefined) return skipped('WEBHOOKS is off');
        // What bbb-webhooks would send for something that is of no concern to anybody, signed as it signs.
        const event = JSON.stringify([
          { data: { type: 'event', id: 'bbb-tiers-doctor', attributes: {}, event: { ts: Date.now() } } },
        ]);
        const body = new URLSearchParams({
          domain: 'bbb-tiers-doctor',
          event,
          timestamp: String(Date.now()),
        }).toString();
        const checksum = createHash('sha256')
          .update(callback + body + settings.bbbSecret, 'utf8')
          .digest('hex');
        const headers = { 'content-type': 'application/x-www-form-urlencoded' };
        const url = `${callback}${callback.includes('?') ? '&' : '?'}checksum=${checksum}`;
        const response = await fetch(url, {
          method: 'POST',
          headers,
          body,
          signal: AbortSignal.timeout(WITHIN_MS),
        });
        if (response.status !== 200)
          throw new Error(`expected 200 for a signed delivery to ${callback}, got ${response.status}`);
        return ok('a signed delivery came through');
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

function storeChecks({ settings, serviceUrl }: DoctorOptions): readonly Check[] {
  return [
    {
      name: 'database',
      remedy:
        'is DATABASE_URL right, does PostgreSQL run, may this role connect and own the schema bbb_tiers?',
      run: async () => {
        if (settings.databaseUrl === undefined) return skipped('embedded: it belongs to the running service');
        const client = new Client({
          connectionString: settings.databaseUrl,
          connectionTimeoutMillis: WITHIN_MS,
        });
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
        const response = await fetch(`${serviceUrl}/readyz`, { signal: AbortSignal.timeout(WITHIN_MS) });
        const { checks } = (await response.json()) as {
          checks: Record<string, { ok: boolean; detail: string }>;
        };
        const bad = Object.entries(checks).filter(([, check]) => !check.ok);
        if (bad.length > 0) throw new Error(bad.map(([name, { detail }]) => `${name}: ${detail}`).join('; '));
        return ok(`ready at ${serviceUrl}`);
      },
    },
  ];
}

function greenlightChecks({ overlayStatus }: DoctorOptions): readonly Check[] {
  return [
    {
      name: 'greenlight overlay',
      remedy:
        "the log of the Greenlight container says at its start which hooks were skipped and why; is the image's tag the pinned one?",
      run: async () => {
        const text = await overlayStatus?.();
        if (text === undefined) return skipped('no status file given (--overlay-status <file>)');
        const { hooks } = JSON.parse(text) as { hooks: Record<string, { state: string; reason?: string }> };
        const bad = Object.entries(hooks).filter(
          ([, hook]) => hook.state === 'skipped' || hook.state === 'failed',
        );
        if (bad.length > 0)
          throw new Error(
            bad.map(([name, { state, reason }]) => `${name} ${state}: ${reason ?? '?'}`).join('; '),
          );
        return ok(`${Object.keys(hooks).length} hooks reported`);
      },
    },
  ];
}

/** Every check, in the order in which one explains the next. */
export function doctorChecks(options: DoctorOptions): readonly Check[] {
  const parts = [configChecks, busChecks, apiChecks, storeChecks, webhookChecks, greenlightChecks];
  return parts.flatMap((part) => part(options));
}
