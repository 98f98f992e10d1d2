/** Owner look-ups in a real database: at once from memory, behind it from Greenlight; slow, away and broken databases included. */
import { createServer, type Server, type Socket } from 'node:net';
import {
  createRoomOwners,
  type GreenlightRoomOwners,
  type RoomOwnerLimits,
} from '../../../sidecar/greenlight/room-owners';
import { type ManualClock, manualClock } from '../../support/clock';
import { findFreePort } from '../../support/free-port';
import { createGreenlightDatabase, type GreenlightDatabase } from './greenlight-database';

const FRESH_MS = 5 * 60_000;
const FRESH_UNKNOWN_MS = 30_000;

let greenlight: GreenlightDatabase;
let clock: ManualClock;
let owners: GreenlightRoomOwners;
let urls: Map<string, string>;
let changes: string[];
let lines: { level: string; fields: Record<string, unknown>; text: string }[];

beforeEach(async () => {
  greenlight = await createGreenlightDatabase();
  urls = new Map([['acme', greenlight.readerUrl]]);
  await open();
});
afterEach(async () => {
  await owners.close();
  await greenlight.drop();
});

async function open(limits: Partial<RoomOwnerLimits> = {}): Promise<void> {
  await owners?.close();
  clock = manualClock(1_760_000_000_000);
  changes = [];
  lines = [];
  const write = (level: string) => (fields: object, text?: string) =>
    void lines.push({ level, fields: fields as Record<string, unknown>, text: text ?? '' });
  owners = createRoomOwners({
    databaseUrlOf: (tenant) => urls.get(tenant),
    clock,
    log: { info: write('info'), warn: write('warn') } as never,
    onChange: (tenant, room) => void changes.push(`${tenant}/${room}`),
    limits,
  });
}

/** Until the condition holds; Jest's own limit ends it when it never does. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resume) => setTimeout(resume, 5));
}

async function known(room: string, tenant = 'acme'): Promise<ReturnType<GreenlightRoomOwners['lookUp']>> {
  owners.lookUp(tenant, room);
  await until(() => owners.lookUp(tenant, room) !== undefined);
  return owners.lookUp(tenant, room);
}

/** How often the database has been asked for rooms. */
async function scans(): Promise<number> {
  await greenlight.admin.query('SELECT pg_stat_clear_snapshot()');
  const { rows } = await greenlight.admin.query<{ n: string }>(
    "SELECT coalesce(seq_scan, 0) + coalesce(idx_scan, 0) AS n FROM pg_stat_user_tables WHERE relname = 'rooms'",
  );
  return Number(rows[0]?.n);
}

async function someRoom(room = 'room-1', role = 'Level 1'): Promise<string> {
  const id = await greenlight.addUser({ roleId: await greenlight.addRole(role) });
  await greenlight.addRoom(id, room);
  return id;
}

it('knows nothing at first, asks behind it, and tells when it knows the owner and the role', async () => {
  const id = await someRoom();
  expect(owners.lookUp('acme', 'room-1')).toBeUndefined();
  await until(() => changes.length > 0);
  expect(changes).toEqual(['acme/room-1']);
  expect(owners.lookUp('acme', 'room-1')).toEqual({ owner: `gl-${id}`, roleName: 'Level 1' });
});

it('answers without a role for an owner who has none', async () => {
  const id = await greenlight.addUser();
  await greenlight.addRoom(id, 'room-2');
  expect(await known('room-2')).toEqual({ owner: `gl-${id}`, roleName: '' });
});

it('asks once while the answer is fresh, and then again without forgetting it', async () => {
  const id = await someRoom();
  await known('room-1');
  await greenlight.admin.query("UPDATE roles SET name = 'Level 2'");
  await clock.advance(FRESH_MS - 1);
  expect(owners.lookUp('acme', 'room-1')?.roleName).toBe('Level 1');
  await clock.advance(1);
  expect(owners.lookUp('acme', 'room-1')?.roleName).toBe('Level 1');
  await until(() => changes.length === 2);
  expect(owners.lookUp('acme', 'room-1')).toEqual({ owner: `gl-${id}`, roleName: 'Level 2' });
});

it('remembers for a short while that a room is not there', async () => {
  await open({ perTenant: 1 });
  const other = await someRoom('another');
  owners.lookUp('acme', 'room-9');
  await known('another'); // asked after it and answered: so was room-9
  await greenlight.addRoom(other, 'room-9');
  await clock.advance(FRESH_UNKNOWN_MS - 1);
  const before = changes.length;
  expect(owners.lookUp('acme', 'room-9')).toBeUndefined();
  await clock.advance(1);
  owners.lookUp('acme', 'room-9');
  await until(() => changes.length > before);
  expect(owners.lookUp('acme', 'room-9')?.owner).toBe(`gl-${other}`);
});

it('tells when a room goes', async () => {
  await someRoom();
  await known('room-1');
  await greenlight.admin.query('DELETE FROM rooms');
  await clock.advance(FRESH_MS);
  owners.lookUp('acme', 'room-1');
  await until(() => changes.length === 2);
  expect(owners.lookUp('acme', 'room-1')).toBeUndefined();
});

it('a slow database is waited for no longer than allowed, and asked again later', async () => {
  await open({ timeoutMs: 200 });
  await someRoom();
  await greenlight.admin.query(`
    ALTER TABLE rooms RENAME TO quick_rooms;
    CREATE FUNCTION slow() RETURNS boolean LANGUAGE sql VOLATILE AS 'SELECT pg_sleep(30) IS NOT NULL';
    CREATE VIEW rooms AS SELECT * FROM quick_rooms WHERE slow();
    GRANT SELECT ON rooms TO bbb_tiers_reader`);
  expect(owners.lookUp('acme', 'room-1')).toBeUndefined();
  await until(() => lines.length > 0);
  expect(lines).toEqual([
    {
      level: 'warn',
      fields: { tenant: 'acme', code: '57014', reason: expect.stringContaining('statement timeout') },
      text: 'the Greenlight database does not answer',
    },
  ]);
  await greenlight.admin.query('DROP VIEW rooms; ALTER TABLE quick_rooms RENAME TO rooms');
  await clock.advance(2_000);
  await until(() => changes.length > 0);
  expect(lines.at(-1)).toMatchObject({ level: 'info', text: 'the Greenlight database answers again' });
});

it('a look-up returns at once, however slow the database is', async () => {
  await someRoom();
  await greenlight.admin.query('BEGIN; LOCK TABLE rooms IN ACCESS EXCLUSIVE MODE');
  let turns = 0;
  const turn = setImmediate(() => {
    turns += 1;
  });
  for (let room = 0; room < 5_000; room += 1) expect(owners.lookUp('acme', `room-${room}`)).toBeUndefined();
  expect(turns).toBe(0); // nothing was waited for in between
  clearImmediate(turn);
  await greenlight.admin.query('ROLLBACK');
});

it('asks two at a time of one tenant, whatever is waiting', async () => {
  await someRoom();
  await greenlight.admin.query('BEGIN; LOCK TABLE rooms IN ACCESS EXCLUSIVE MODE');
  for (let room = 0; room < 50; room += 1) owners.lookUp('acme', `room-${room}`);
  const waiting = async (): Promise<number> => {
    await greenlight.admin.query('SELECT pg_stat_clear_snapshot()');
    const { rows } = await greenlight.admin.query<{ n: number }>(
      "SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'bbb-tiers greenlight' AND datname = current_database() AND wait_event_type = 'Lock'",
    );
    return rows[0]?.n ?? 0;
  };
  let most = 0;
  while ((await waiting()) < 2);
  for (let look = 0; look < 20; look += 1) most = Math.max(most, await waiting());
  expect(most).toBe(2);
  await greenlight.admin.query('ROLLBACK');
  await until(() => changes.includes('acme/room-1'));
});

it('keeps what it knows while the database is away, and asks again when it is back', async () => {
  await someRoom('room-1', 'Level 1');
  await someRoom('room-2', 'Level 2');
  await known('room-1');
  // The account is the whole server's, so only this database shuts its door.
  const { rows } = await greenlight.admin.query<{ name: string }>('SELECT current_database() AS name');
  const database = String(rows[0]?.name);
  await greenlight.admin.query(`REVOKE CONNECT ON DATABASE ${database} FROM PUBLIC, bbb_tiers_reader;
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'bbb_tiers_reader' AND datname = '${database}'`);
  await clock.advance(FRESH_MS);
  expect(owners.lookUp('acme', 'room-1')?.roleName).toBe('Level 1');
  expect(owners.lookUp('acme', 'room-2')).toBeUndefined();
  await until(() => lines.some(({ text }) => text === 'the Greenlight database does not answer'));
  expect(owners.lookUp('acme', 'room-1')?.roleName).toBe('Level 1');
  await greenlight.admin.query(`GRANT CONNECT ON DATABASE ${database} TO bbb_tiers_reader`);
  // Nobody asks again: the tier was read once, so the answer has to come by itself.
  await clock.advance(60_000);
  await until(() => changes.includes('acme/room-2'));
  expect(owners.lookUp('acme', 'room-2')?.roleName).toBe('Level 2');
});

it.each([
  [
    'a server that is not there',
    async () => `postgres://reader@127.0.0.1:${await findFreePort()}/greenlight_x`,
  ],
  [
    'a database that is not there',
    async () => greenlight.readerUrl.replace(/\/[^/?]+(\?|$)/, '/greenlight_missing$1'),
  ],
  ['an address that cannot be resolved', async () => 'postgres://reader@no-such-host.invalid/greenlight_x'],
  ['a URL that is none', async () => 'postgres://reader@127.0.0.1:port/greenlight_x'],
])('%s: one line, no answer, no exception', async (_, urlOf) => {
  urls.set('broken', await urlOf());
  expect(owners.lookUp('broken', 'room-1')).toBeUndefined();
  await until(() => lines.length > 0);
  await clock.advance(10_000);
  expect(owners.lookUp('broken', 'room-1')).toBeUndefined();
  expect(lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
  await someRoom();
  expect(await known('room-1')).toMatchObject({ roleName: 'Level 1' });
});

describe('a server that takes connections and says nothing', () => {
  let silent: Server;
  const sockets = new Set<Socket>();
  beforeEach(async () => {
    silent = createServer((socket) => sockets.add(socket.on('error', () => {})));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    urls.set('silent', `postgres://reader@127.0.0.1:${typeof address === 'object' ? address?.port : 0}/x`);
  });
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => silent.close(resolve));
  });

  it('is given up, and holds nobody else up', async () => {
    await open({ timeoutMs: 150 });
    await someRoom();
    for (let room = 0; room < 20; room += 1) owners.lookUp('silent', `room-${room}`);
    expect(await known('room-1')).toMatchObject({ roleName: 'Level 1' });
    await until(() => lines.length > 0);
    expect(lines[0]?.fields).toMatchObject({ tenant: 'silent' });
  });
});

it('asks nothing for a tenant without a database, nor for what no room can be called', async () => {
  await someRoom();
  await known('room-1');
  const before = await scans();
  for (const room of ['', "x' OR true --", 'a\u0000b', 'a'.repeat(1_000), '__proto__ x'])
    expect(owners.lookUp('acme', room)).toBeUndefined();
  expect(owners.lookUp('nobody', 'room-1')).toBeUndefined();
  await someRoom('room-2', 'Level 2');
  await known('room-2');
  expect(await scans()).toBeLessThanOrEqual(before + 1);
  expect(lines).toEqual([]);
});

it('keeps no more answers than it may', async () => {
  await open({ answers: 2 });
  const id = await someRoom('room-1');
  await greenlight.addRoom(id, 'room-2');
  await greenlight.addRoom(id, 'room-3');
  for (const room of ['room-1', 'room-2', 'room-3']) await known(room);
  expect(owners.lookUp('acme', 'room-1')).toBeUndefined(); // gone, and asked for again
  expect(owners.lookUp('acme', 'room-3')).toBeDefined();
});

it('survives whoever is told failing, and reads no e-mail, name or digest', async () => {
  await someRoom();
  await owners.close();
  const told: string[] = [];
  owners = createRoomOwners({
    databaseUrlOf: () => greenlight.readerUrl,
    clock,
    log: { info: () => {}, warn: (_: object, text: string) => void told.push(text) } as never,
    onChange() {
      throw new Error('not now');
    },
  });
  const answer = await known('room-1');
  expect(told).toEqual(['telling of a room owner failed']);
  expect(Object.keys(answer ?? {})).toEqual(['owner', 'roleName']);
});

it('asks nothing once it is closed, and still says what it knows', async () => {
  await someRoom();
  await known('room-1');
  await owners.close();
  await clock.advance(FRESH_MS);
  expect(owners.lookUp('acme', 'room-1')?.roleName).toBe('Level 1');
  expect(owners.lookUp('acme', 'room-2')).toBeUndefined();
  expect(clock.pending()).toBe(0);
});
