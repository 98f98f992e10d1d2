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

/** Skipped where WEBHOOKS is off. */
export function webhookChecks({ settings, withApi, now, withinMs }: WebhookCheckOptions): readonly Check[] {
  const callback = settings.publicUrl === undefined ? undefined : callbackUrl(settings.publicUrl);
  const isOff = settings.webhooks === 'off' || callback === undefined;
  return [
    {
      name: 'webhook registered',
      remedy:
        'does bbb-webhooks run? With WEBHOOKS=register the service registers itself; with receive, is the hook in /etc/bigbluebutton/bbb-webhooks/production.yml?',
      run: async () => {
        if (isOff) return skipped('WEBHOOKS is off');
        const hooks = await withApi((api) => api.listHooks());
        if (!hooks.some((hook) => hook.callbackUrl === callback))
          throw new Error(`expected a hook for ${callback}, found ${hooks.length} others`);
        return ok(`for ${callback}`);
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
        return ok('a signed delivery came through');
      },
    },
  ];
}
