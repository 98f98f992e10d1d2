/** Owner look-ups while Greenlight's database is slow, busy, away or none: nobody waits for it, and nothing is forgotten. */
import { createServer, type Server, type Socket } from 'node:net';
import { findFreePort } from '../../support/free-port';
import { createLookUps, FRESH_MS, type LookUps, until } from './owner-look-ups';

let at: LookUps;
beforeEach(async () => {
  at = await createLookUps();
});
afterEach(() => at.drop());

it('a slow database is waited for no longer than allowed, and asked again later', async () => {
  await at.open({ timeoutMs: 2_000 });
  await at.someRoom();
  await at.greenlight.admin.query(`
    ALTER TABLE rooms RENAME TO quick_rooms;
    CREATE FUNCTION slow() RETURNS boolean LANGUAGE sql VOLATILE AS 'SELECT pg_sleep(30) IS NOT NULL';
    CREATE VIEW rooms AS SELECT * FROM quick_rooms WHERE slow();
    GRANT SELECT ON rooms TO bbb_tiers_reader`);
  expect(at.owners.lookUp('acme', 'room-1').state).toBe('unknown');
  await until(() => at.lines.length > 0);
  expect(at.lines).toEqual([
    {
      level: 'warn',
      fields: { tenant: 'acme', code: '57014', reason: expect.stringContaining('statement timeout') },
      text: 'cannot read from a Greenlight database; retrying',
    },
  ]);
  await at.greenlight.admin.query('DROP VIEW rooms; ALTER TABLE quick_rooms RENAME TO rooms');
  await at.clock.advance(2_000);
  await until(() => at.changes.length > 0);
  expect(at.lines.at(-1)).toMatchObject({ level: 'info', text: 'the Greenlight database answers again' });
});

it('sends two batches at a time to one tenant, whatever is waiting', async () => {
  await at.open({ batch: 10 });
  await at.someRoom();
  await at.greenlight.admin.query('BEGIN; LOCK TABLE rooms IN ACCESS EXCLUSIVE MODE');
  for (let room = 0; room < 50; room += 1) at.owners.lookUp('acme', `room-${room}`);
  const waiting = async (): Promise<number> => {
    await at.greenlight.admin.query('SELECT pg_stat_clear_snapshot()');
    const { rows } = await at.greenlight.admin.query<{ n: number }>(
      "SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'bbb-tiers greenlight' AND datname = current_database() AND wait_event_type = 'Lock'",
    );
    return rows[0]?.n ?? 0;
  };
  let most = 0;
  while ((await waiting()) < 2);
  for (let look = 0; look < 20; look += 1) most = Math.max(most, await waiting());
  expect(most).toBe(2);
  await at.greenlight.admin.query('ROLLBACK');
  await until(() => at.changes.includes('acme/room-1'));
});

it('keeps what it knows while the database is away, and asks again when it is back', async () => {
  await at.someRoom('room-1', 'Level 1');
  await at.someRoom('room-2', 'Level 2');
  await at.known('room-1');
  // The account is the whole server's, so only this database shuts its door.
  const { rows } = await at.greenlight.admin.query<{ name: string }>('SELECT current_database() AS name');
  const database = String(rows[0]?.name);
  await at.greenlight.admin.query(`REVOKE CONNECT ON DATABASE ${database} FROM PUBLIC, bbb_tiers_reader;
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'bbb_tiers_reader' AND datname = '${database}'`);
  await at.clock.advance(FRESH_MS);
  expect(at.ownerOf('room-1')?.roleName).toBe('Level 1');
  expect(at.owners.lookUp('acme', 'room-2').state).toBe('unknown');
  await until(() => at.lines.some(({ text }) => text === 'cannot read from a Greenlight database; retrying'));
  expect(at.ownerOf('room-1')?.roleName).toBe('Level 1');
  await at.greenlight.admin.query(`GRANT CONNECT ON DATABASE ${database} TO bbb_tiers_reader`);
  // Nobody asks again: the tier was read once, so the answer has to come by itself.
  await at.clock.advance(60_000);
  await until(() => at.changes.includes('acme/room-2'));
  expect(at.ownerOf('room-2')?.roleName).toBe('Level 2');
});

it.each([
  [
    'a server that is not there',
    async () => `postgres://reader@127.0.0.1:${await findFreePort()}/greenlight_x`,
  ],
  [
    'a database that is not there',
    async () => at.greenlight.readerUrl.replace(/\/[^/?]+(\?|$)/, '/greenlight_missing$1'),
  ],
  ['an address that cannot be resolved', async () => 'postgres://reader@no-such-host.invalid/greenlight_x'],
  ['a URL that is none', async () => 'postgres://reader@127.0.0.1:port/greenlight_x'],
])('%s: one line, no answer, no exception', async (_, urlOf) => {
  at.urls.set('broken', await urlOf());
  expect(at.owners.lookUp('broken', 'room-1').state).toBe('unknown');
  await until(() => at.lines.length > 0);
  await at.clock.advance(10_000);
  expect(at.owners.lookUp('broken', 'room-1').state).toBe('unknown');
  expect(at.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
  await at.someRoom();
  expect(await at.known('room-1')).toMatchObject({ roleName: 'Level 1' });
});

describe('a server that takes connections and says nothing', () => {
  let silent: Server;
  const sockets = new Set<Socket>();
  beforeEach(async () => {
    silent = createServer((socket) => sockets.add(socket.on('error', () => {})));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    at.urls.set('silent', `postgres://reader@127.0.0.1:${typeof address === 'object' ? address?.port : 0}/x`);
  });
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => silent.close(resolve));
  });

  it('is given up, and holds nobody else up', async () => {
    await at.open({ timeoutMs: 2_000 });
    await at.someRoom();
    for (let room = 0; room < 20; room += 1) at.owners.lookUp('silent', `room-${room}`);
    expect(await at.known('room-1')).toMatchObject({ roleName: 'Level 1' });
    await until(() => at.lines.length > 0);
    expect(at.lines[0]?.fields).toMatchObject({ tenant: 'silent' });
  });
});
