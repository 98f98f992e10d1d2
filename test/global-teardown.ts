/** Stops what the global setup started; never a server that was given by its address. */

import type { TestServers } from './global-setup';

export default async function globalTeardown(): Promise<void> {
  const servers: TestServers | undefined = globalThis.testServers;
  if (servers === undefined) return;
  await Promise.all([servers.postgres.stop(), servers.redis.stop()]);
}
