/** Faults over the control API: the switches of `index.ts`, as JSON; `null` makes a part well again. */
import { z } from 'zod';
import type { Simulator } from './index';

const names = z.union([z.string(), z.array(z.string())]);
const probability = z.number().min(0).max(1);
const times = z.int().min(1);

const API_FAULT = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.enum(['down', 'error-500', 'html', 'empty', 'truncated', 'wrong-checksum', 'hang']),
  }),
  z.strictObject({ kind: z.literal('redirect'), to: z.url() }),
  z.strictObject({ kind: z.literal('slow'), delayMs: z.int().min(0) }),
]);

const BUS_RULE = z.strictObject({
  effect: z.union([z.enum(['lose', 'duplicate', 'reorder']), z.strictObject({ delayMs: z.int().min(0) })]),
  match: names.exactOptional(),
  probability: probability.exactOptional(),
  times: times.exactOptional(),
});

const COMMAND_RULE = z.strictObject({
  match: names.exactOptional(),
  probability: probability.exactOptional(),
  times: times.exactOptional(),
});

/** Only what is named changes; `clear` comes first, rules add up. */
export const FAULT_BODY = z.strictObject({
  clear: z.literal(true).exactOptional(),
  api: API_FAULT.nullable().exactOptional(),
  analytics: z.enum(['down', 'stale', 'error-500', 'garbage']).nullable().exactOptional(),
  webhooks: z.enum(['on', 'off']).exactOptional(),
  bus: BUS_RULE.exactOptional(),
  loseCommands: COMMAND_RULE.exactOptional(),
  pauseBus: z.boolean().exactOptional(),
});

export async function setFaults({ faults }: Simulator, body: z.infer<typeof FAULT_BODY>): Promise<string> {
  if (body.clear) await faults.clear();
  if (body.api !== undefined) await faults.api(body.api ?? undefined);
  if (body.analytics !== undefined) await faults.analytics(body.analytics ?? undefined);
  if (body.webhooks !== undefined) faults.webhooks(body.webhooks);
  if (body.bus !== undefined) faults.bus(body.bus);
  if (body.loseCommands !== undefined) faults.loseCommands(body.loseCommands);
  if (body.pauseBus === true) faults.pauseBus();
  if (body.pauseBus === false) faults.resumeBus();
  return 'set';
}
