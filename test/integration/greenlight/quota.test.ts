/** Who is above the tier, counted in a real database by the read-only account. */
import { Client } from 'pg';
import { quotaReport, readQuota } from '../../../sidecar/greenlight/quota';
import { aConfig, aTenant, aTier } from '../../support/builders';
import { createGreenlightDatabase, type GreenlightDatabase } from './greenlight-database';

const TIERS = [
  aTier({ code: 'free', title: 'Free', accounts: 3, roomsPerAccount: 1 }),
  aTier({ code: 'level-1', title: 'Level 1', accounts: 5, roomsPerAccount: 3 }),
  aTier({ code: 'custom', title: 'Custom', accounts: 'unlimited', roomsPerAccount: 'unlimited' }),
];

let greenlight: GreenlightDatabase;
let reader: Client;
beforeEach(async () => {
  greenlight = await createGreenlightDatabase();
  reader = new Client({ connectionString: greenlight.readerUrl });
  await reader.connect();
});
afterEach(async () => {
  await reader.end();
  await greenlight.drop();
});

async function personWith(
  rooms: number,
  options: Parameters<GreenlightDatabase['addUser']>[0] = {},
): Promise<string> {
  const id = await greenlight.addUser(options);
  for (let room = 0; room < rooms; room += 1) await greenlight.addRoom(id, `${id}-${room}`);
  return `gl-${id}`;
}

async function report(change: Parameters<typeof aTenant>[0]) {
  const tenant = aTenant(change);
  const config = aConfig(TIERS, [tenant]);
  return quotaReport(config, tenant, await readQuota(reader, config, tenant));
}

it('counts everybody but the banned and the operator of the operators', async () => {
  await personWith(0);
  await personWith(0, { status: 1 });
  await personWith(0, { status: 2 });
  await personWith(0, { provider: 'bn' });
  expect((await report({ tier: 'free' })).accounts).toEqual({ used: 2, allowed: 3, over: false });
  await personWith(0);
  await personWith(0);
  expect((await report({ tier: 'free' })).accounts).toEqual({ used: 4, allowed: 3, over: true });
});

it('names the accounts with too many rooms by their ids, most rooms first', async () => {
  await personWith(0);
  await personWith(1);
  const two = await personWith(2);
  const four = await personWith(4);
  const found = await report({ tier: 'free' });
  expect(found.rooms).toEqual([
    { account: four, tier: 'free', used: 4, allowed: 1 },
    { account: two, tier: 'free', used: 2, allowed: 1 },
  ]);
  expect(JSON.stringify(found)).not.toMatch(/@|person-/);
});

it('goes by the role where roles count', async () => {
  const level1 = await greenlight.addRole('LEVEL 1');
  const custom = await greenlight.addRole('custom');
  const four = await personWith(4, { roleId: level1 });
  await personWith(3, { roleId: level1 });
  await personWith(9, { roleId: custom });
  const two = await personWith(2, { roleId: await greenlight.addRole('User') });
  expect((await report({ tier: 'free', tierByRole: true })).rooms).toEqual([
    { account: four, tier: 'level-1', used: 4, allowed: 3 },
    { account: two, tier: 'free', used: 2, allowed: 1 },
  ]);
});

it('has nothing to say of rooms where they are unlimited, and of an empty Greenlight', async () => {
  await personWith(50);
  expect((await report({ tier: 'custom' })).rooms).toEqual([]);
  await greenlight.admin.query('TRUNCATE users CASCADE');
  expect(await report({ tier: 'free' })).toEqual({
    tenant: 'demo',
    tier: 'free',
    accounts: { used: 0, allowed: 3, over: false },
    rooms: [],
  });
});

it('changes nothing', async () => {
  await personWith(5);
  await report({ tier: 'free' });
  const { rows } = await greenlight.admin.query('SELECT count(*)::int AS rooms FROM rooms');
  expect(rows).toEqual([{ rooms: 5 }]);
});
