/** The receiver on a real port, noting what it hands on and counts, for the tests beside this. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import type { StampedEvent } from '../../../sidecar/core/stamped-event';
import { createLog } from '../../../sidecar/log';
import { HOOK_CHECKSUM_ALGORITHMS } from '../../../sidecar/webhooks/checksum';
import {
  type ReceiverOptions,
  WEBHOOK_PATH,
  type WebhookResult,
  webhookReceiver,
} from '../../../sidecar/webhooks/receiver';

export interface AReceiver {
  /** Where it really listens. */
  readonly url: string;
  readonly events: StampedEvent[];
  readonly counts: Record<WebhookResult, number>;
  stop(): Promise<void>;
}

/** `callbackUrl` defaults to where it listens. */
export async function startAReceiver(
  secret: string,
  options: Partial<ReceiverOptions> = {},
): Promise<AReceiver> {
  const events: StampedEvent[] = [];
  const counts = { forged: 0, event: 0, irrelevant: 0, malformed: 0 };
  const app = express();
  app.disable('x-powered-by');
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${WEBHOOK_PATH}`;
  app.use(
    webhookReceiver({
      callbackUrl: url,
      secret,
      algorithms: HOOK_CHECKSUM_ALGORITHMS,
      onEvent: (event) => events.push(event),
      onCount: (result) => {
        counts[result] += 1;
      },
      log: createLog('silent'),
      ...options,
    }),
  );
  return {
    url,
    events,
    counts,
    async stop() {
      server.closeAllConnections();
      await new Promise((resume) => server.close(resume));
    },
  };
}
