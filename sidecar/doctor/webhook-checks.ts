/** Is our webhook registered, and does what bbb-webhooks would send arrive? Registers nothing. */
import { createHash } from 'node:crypto';
import type { BbbApi } from '../bbb-api/client';
import { callbackUrl, type Settings } from '../settings';
import { type Check, ok, skipped } from './check';

export interface WebhookCheckOptions {
  readonly settings: Settings;
  readonly withApi: <T>(use: (api: BbbApi) => Promise<T>) => Promise<T>;
  /** Epoch ms. */
  readonly now: () => number;
  readonly withinMs: number;
  /** Where the running service listens. */
  readonly serviceUrl: string;
}

/** What bbb-webhooks would send for something that is of no concern to anybody, signed as it signs. Resolves with the status. */
async function deliver(callback: string, secret: string, now: number, withinMs: number): Promise<number> {
  const data = { type: 'event', id: 'bbb-tiers-doctor', attributes: {}, event: { ts: now } };
  const body = new URLSearchParams({
    domain: 'bbb-tiers-doctor',
    event: JSON.stringify([{ data }]),
    timestamp: String(now),
  }).toString();
  const checksum = createHash('sha256')
    .update(callback + body + secret, 'utf8')
    .digest('hex');
  const response = await fetch(`${callback}${callback.includes('?') ? '&' : '?'}checksum=${checksum}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body,
    redirect: 'manual',
    signal: AbortSignal.timeout(withinMs),
  }).catch((error: Error) => {
    throw new Error(
      `expected an answer from ${callback}, got none (${(error.cause as Error | undefined)?.message ?? error.message})`,
    );
  });
  return response.status;
}

/** How many deliveries the service took for genuine and for forged since it started; undefined when it does not say. */
async function counted(
  serviceUrl: string,
  withinMs: number,
): Promise<{ genuine: number; forged: number } | undefined> {
  const signal = AbortSignal.timeout(withinMs);
  const response = await fetch(`${serviceUrl}/metrics`, { signal }).catch(() => undefined);
  const text = response?.status === 200 ? await response.text().catch(() => '') : '';
  if (!text.includes('# TYPE bbb_tiers_webhooks_total counter')) return undefined;
  const count = (result: string): number =>
    Number(new RegExp(`^bbb_tiers_webhooks_total\\{result="${result}"\\} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
  return { genuine: count('event'), forged: count('forged') };
}

/** Skipped where WEBHOOKS is off. */
export function webhookChecks(options: WebhookCheckOptions): readonly Check[] {
  const { settings, withApi, now, withinMs, serviceUrl } = options;
  const callback = settings.publicUrl === undefined ? undefined : callbackUrl(settings.publicUrl);
  const isOff = settings.webhooks === 'off' || callback === undefined;
  return [
    {
      name: 'webhook registered',
      remedy:
        'does bbb-webhooks run? With WEBHOOKS=register the service registers itself; with receive, is the hook in /etc/bigbluebutton/bbb-webhooks/production.yml?',
      run: async () => {
        if (isOff) return skipped('WEBHOOKS is off');
        const { hooks, sha1 } = await withApi(async (api) => ({
          hooks: await api.listHooks(),
          sha1: api.hooksUseSha1,
        }));
        if (!hooks.some((hook) => hook.callbackUrl === callback))
          throw new Error(
            `expected a hook for ${callback}, found ${hooks.length} other${hooks.length === 1 ? '' : 's'}`,
          );
        const how = sha1 ? '; this bbb-webhooks accepts only SHA-1, so its calls are signed with that' : '';
        return ok(`for ${callback}${how}`);
      },
    },
    {
      name: 'webhook delivered',
      remedy:
        'does PUBLIC_URL lead to this service (nginx snippet, DNS, certificate)? Does the service run with the same BBB_SECRET and PUBLIC_URL?',
      run: async () => {
        if (isOff) return skipped('WEBHOOKS is off');
        const status = await deliver(callback, settings.bbbSecret, now(), withinMs);
        if (status !== 200)
          throw new Error(`expected 200 for a signed delivery to ${callback}, got ${status}`);
        return ok('a delivery that we signed ourselves came through');
      },
    },
    {
      name: 'webhook heard',
      remedy:
        'bbb-webhooks signs with other words than this service expects: is BBB_SECRET that of bbb-webhooks, and is the hook registered for PUBLIC_URL to the letter?',
      run: async () => {
        if (isOff) return skipped('WEBHOOKS is off');
        const heard = await counted(serviceUrl, withinMs);
        if (heard === undefined) return skipped('cannot read the counts of deliveries from the service');
        const { genuine, forged } = heard;
        if (genuine > 0) return ok(`${genuine} events of bbb-webhooks itself since the service started`);
        // Strangers, and a doctor with a wrong secret, are counted as well: only where something runs is silence suspicious.
        const running = await withApi((api) => api.getMeetings(now())).catch(() => undefined);
        if (forged > 0 && running !== undefined && running.snapshots.length > 0)
          throw new Error(
            `expected deliveries of bbb-webhooks, found ${forged} refused as forged and none genuine`,
          );
        // It has no call that makes it deliver, and a made-up message on the bus would reach everybody else's hooks as well.
        return skipped('nothing since the service started: open a meeting, close it, and look again');
      },
    },
  ];
}
