/** A fresh database for each test file, cloned from one with all migrations applied; never the database of anything that runs. */

import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import pino from 'pino';
import { startEmbeddedPostgres } from '../../sidecar/embedded-postgres/server';
import { migrate } from '../../sidecar/store/migrate';

/** The server of this run and its template, told to the test processes by the global setup. */
const URL_VARIABLE = 'TEST_POSTGRES_URL';
const TEMPLATE_VARIABLE = 'TEST_POSTGRES_TEMPLATE';

export interface TestPostgres {
  /** Maintenance database of the server; its role may create databases. */
  url: string;
  template: string;
  stop(): Promise<void>;
}

export interface TestDatabase {
  databaseUrl: string;
  /** Also while there are connections to it. */
  drop(): Promise<void>;
}

/** The server of `TEST_DATABASE_URL`, else an embedded one, with a migrated template. For the global setup. */
export async function startTestPostgres(env: NodeJS.ProcessEnv = process.env): Promise<TestPostgres> {
  const log = pino({ level: 'silent' });
  const given = env.TEST_DATABASE_URL;
  const server = given ? undefined : await startEmbeddedPostgres({ log });
  const url = given || String(server?.databaseUrl);
  const template = `bbb_tiers_template_${uniqueName()}`;
  try {
    await administer(url, `create database ${template}`);
    await migrate(databaseAt(url, template), { log });
  } catch (error) {
    await server?.stop();
    throw error;
  }
  return {
    url,
    template,
    stop: async () => {
      if (server) await server.stop();
      else await administer(url, `drop database if exists ${template} with (force)`);
    },
  };
}

/** What the test processes need to know, as environment. */
export function testPostgresEnvironment({ url, template }: TestPostgres): NodeJS.ProcessEnv {
  return { [URL_VARIABLE]: url, [TEMPLATE_VARIABLE]: template };
}

/** A database of one's own, in some 30 ms: migrated (`migrated`, the default) or `empty`. */
export async function createTestDatabase(content: 'migrated' | 'empty' = 'migrated'): Promise<TestDatabase> {
  const url = variable(URL_VARIABLE);
  const name = `bbb_tiers_test_${uniqueName()}`;
  await administer(
    url,
    `create database ${name} template ${content === 'empty' ? 'template0' : variable(TEMPLATE_VARIABLE)}`,
  );
  return {
    databaseUrl: databaseAt(url, name),
    drop: () => administer(url, `drop database if exists ${name} with (force)`),
  };
}

function variable(name: string): string {
  const value = process.env[name];
  if (value) return value;
  throw new Error(`${name} is not set: databases for tests need Jest's global setup (test/global-setup.ts)`);
}

function uniqueName(): string {
  return randomUUID().replaceAll('-', '').slice(0, 12);
}

function databaseAt(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

async function administer(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url, application_name: 'bbb-tiers tests' });
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
