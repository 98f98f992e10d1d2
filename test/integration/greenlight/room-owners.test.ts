/** Owner look-ups in a real database: at once from memory, behind it from Greenlight. */
import { createServer } from 'node:net';
import { createRoomOwners } from '../../../sidecar/greenlight/room-owners';
import { createLookUps, FRESH_MS, type LookUps, until } from './owner-look-ups';

let at: LookUps;
beforeEach(async () => {
  at = await createLookUps();
});
afterEach(() => at.drop());

it('knows nothing at first, asks behind it, and tells when it knows the owner and the role', async () => {
  const id = await at.someRoom();
  expect(at.owners.lookUp('acme', 'room-1').state).toBe('unknown');
  await until(() => at.changes.length > 0);
  expect(at.changes).toEqual(['acme/room-1']);
  expect(at.ownerOf('room-1')).toEqual({ owner: `gl-${id}`, roleName: 'Level 1' });
});

it('answers without a role for an owner who has none', async () => {
  const id = await at.greenlight.addUser();
  await at.greenlight.addRoom(id, 'room-2');
  expect(await at.known('room-2')).toEqual({ owner: `gl-${id}`, roleName: '' });
});

it('asks once while the answer is fresh, and then again without forgetting it', async () => {
  const id = await at.someRoom();
  await at.known('room-1');
  await at.greenlight.admin.query("UPDATE roles SET name = 'Level 2'");
  await at.clock.advance(FRESH_MS - 1);
  expect(at.ownerOf('room-1')?.roleName).toBe('Level 1');
  await at.clock.advance(1);
  expect(at.ownerOf('room-1')?.roleName).toBe('Level 1');
  await until(() => at.changes.length === 2);
  expect(at.ownerOf('room-1')).toEqual({ owner: `gl-${id}`, roleName: 'Level 2' });
});

it('remembers for a short while that a room is not there', async () => {
  await at.open({ perTenant: 1 });
  const other = await at.someRoom('another');
  at.owners.lookUp('acme', 'room-9');
  await at.known('another'); // asked after it and answered: so was room-9
  await at.greenlight.addRoom(other, 'room-9');
  await at.clock.advance(FRESH_MS - 1);
  const before = at.changes.length;
  expect(at.owners.lookUp('acme', 'room-9').state).toBe('none');
  await at.clock.advance(1);
  at.owners.lookUp('acme', 'room-9');
  await until(() => at.changes.length > before);
  expect(at.ownerOf('room-9')?.owner).toBe(`gl-${other}`);
});

it('tells when a room goes', async () => {
  await at.someRoom();
  await at.known('room-1');
  await at.greenlight.admin.query('DELETE FROM rooms');
  await at.clock.advance(FRESH_MS);
  at.owners.lookUp('acme', 'room-1');
  await until(() => at.changes.length === 2);
  expect(at.owners.lookUp('acme', 'room-1').state).toBe('none');
});

it('a look-up returns at once, however slow the database is', async () => {
  await at.someRoom();
  await at.greenlight.admin.query('BEGIN; LOCK TABLE rooms IN ACCESS EXCLUSIVE MODE');
  let turns = 0;
  const turn = setImmediate(() => {
    turns += 1;
  });
  for (let room = 0; room < 5_000; room += 1)
    expect(at.owners.lookUp('acme', `room-${room}`).state).toBe('unknown');
  expect(turns).toBe(0); // nothing was waited for in between
  clearImmediate(turn);
  await at.greenlight.admin.query('ROLLBACK');
});

it('asks nothing for a tenant without a database, nor for what no room can be called', async () => {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.on('error', () => {}).destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  at.urls.set('other', `postgres://reader@127.0.0.1:${typeof address === 'object' ? address?.port : 0}/x`);
  await at.someRoom();
  for (const room of ['', "x' OR true --", 'a\u0000b', 'a'.repeat(1_000), 'two words'])
    expect(at.owners.lookUp('other', room).state).toBe('none');
  expect(at.owners.lookUp('nobody', 'room-1').state).toBe('none');
  await at.known('room-1');
  expect(connections).toBe(0);
  at.owners.lookUp('other', 'a-room');
  await until(() => connections > 0);
  server.close();
});

it('keeps no more answers than it may', async () => {
  await at.open({ answers: 2 });
  const id = await at.someRoom('room-1');
  await at.greenlight.addRoom(id, 'room-2');
  await at.greenlight.addRoom(id, 'room-3');
  for (const room of ['room-1', 'room-2', 'room-3']) await at.known(room);
  expect(at.owners.lookUp('acme', 'room-1').state).toBe('unknown'); // gone, and asked for again
  expect(at.ownerOf('room-3')).toBeDefined();
});

it('survives whoever is told failing, and reads no e-mail, name or digest', async () => {
  await at.someRoom();
  const told: string[] = [];
  const owners = createRoomOwners({
    databaseUrlOf: () => at.greenlight.readerUrl,
    clock: at.clock,
    log: { info: () => {}, warn: (_: object, text: string) => void told.push(text) } as never,
    onChange() {
      throw new Error('not now');
    },
  });
  await until(() => owners.lookUp('acme', 'room-1').state === 'known');
  expect(told).toEqual(["cannot pass on a room's new owner; its tier follows at the next resync"]);
  expect(owners.lookUp('acme', 'room-1')).toEqual({
    state: 'known',
    owner: { owner: expect.stringMatching(/^gl-/), roleName: 'Level 1' },
  });
  await owners.close();
});

it('asks nothing once it is closed, and still says what it knows', async () => {
  await at.someRoom();
  await at.known('room-1');
  await at.owners.close();
  await at.clock.advance(FRESH_MS);
  expect(at.ownerOf('room-1')?.roleName).toBe('Level 1');
  expect(at.owners.lookUp('acme', 'room-2').state).toBe('unknown');
  expect(at.clock.pending()).toBe(0);
});
