/** Starts one PostgreSQL and one Redis for the whole run and tells the tests where; never seen by the unit tests, which need neither. */

import { startTestPostgres, type TestPostgres, testPostgresEnvironment } from './support/postgres';
import { ensureRedisServer, type RedisServer } from './support/redis-server';

/** What the teardown stops; both run in Jest's own process. */
export interface TestServers {
  postgres: TestPostgres;
  redis: RedisServer;
}

declare global {
  var testServers: TestServers | undefined;
}

export default async function globalSetup(): Promise<void> {
  const progress = (line: string) => void process.stderr.write(`${line}\n`);
  const [postgres, redis] = await Promise.all([
    startTestPostgres(),
    // REDIS_URL may be the bus of a running BigBlueButton: tests only take a server that was given for tests.
    ensureRedisServer({ progress, variables: ['TEST_REDIS_URL'] }),
  ]);
  Object.assign(process.env, testPostgresEnvironment(postgres), { TEST_REDIS_URL: redis.url });
  globalThis.testServers = { postgres, redis };
}
