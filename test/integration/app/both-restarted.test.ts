/** bbb-web and the service are restarted while a meeting goes on: only akka-apps' list and the bus have it. */
import { Client } from 'pg';
import { type ApiWorld, startApiWorld } from '../api/api-world';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
let world: ApiWorld;
afterEach(() => world.stop());

const assembly = () => world.bbb.meeting('assembly');
const join = (account: string): void => {
  world.bbb.join('assembly', { externalUserId: account, name: account, role: 'VIEWER' });
};

async function given(params: Record<string, string> = {}): Promise<void> {
  world = await startApiWorld();
  world.create(params);
  for (let person = 1; person <= 10; person += 1) join(`u${person}`);
  await world.advance(20 * MINUTE);
}

/** As after a start on an empty database. */
async function forgetMeetings(): Promise<void> {
  const client = new Client({ connectionString: world.database.databaseUrl });
  await client.connect();
  await client.query('delete from bbb_tiers.attendance');
  await client.query('delete from bbb_tiers.meetings');
  await client.end();
}

async function restartBoth(): Promise<void> {
  await world.stopService();
  world.bbb.restartBbbWeb();
  await world.startService();
  await world.advance(MINUTE);
}

test('its creation is on record → its notices, its end and its places, as if nothing had been restarted', async () => {
  await given();
  await world.stored();
  await restartBoth();
  expect((await world.call('/meetings')).body.items).toMatchObject([{ tier: 'free', people: 10 }]);
  join('eleventh');
  await world.advance(30 * SECOND);
  expect(assembly().people.map(({ externalUserId }) => externalUserId)).not.toContain('eleventh');
  const lines = assembly().chat.length;
  await world.advance(38 * MINUTE + 44 * SECOND);
  expect([assembly().running, assembly().chat.length - lines]).toEqual([true, 3]);
  await world.advance(40 * SECOND);
  expect(assembly().ended).toMatchObject({ reason: 'ENDED_FROM_API' });
});

test("its tenant's tier is on record → stays that of the tenant", async () => {
  await given({ 'meta_bbb-origin-server-name': 'meet.acme.example' });
  await world.stored();
  await restartBoth();
  expect((await world.call('/meetings')).body.items).toMatchObject([
    { tenant: 'acme', tier: 'multi-account', tier_source: 'host' },
  ]);
});

test('nothing is on record → /readyz shows that no limits are held in it, until it ends', async () => {
  await given();
  const readyz = async (): Promise<unknown> => {
    const { checks } = (await (await fetch(`${world.app.url}/readyz`)).json()) as {
      checks: Record<string, unknown>;
    };
    return checks['bbb-api'];
  };
  await world.stored();
  await world.stopService();
  await forgetMeetings();
  world.bbb.restartBbbWeb();
  await world.startService();
  await world.advance(MINUTE);
  expect(await readyz()).toMatchObject({
    ok: false,
    detail: expect.stringContaining(
      'bbb-web does not list 1 running meeting whose creation is not on record: no limits are held',
    ),
  });
  world.bbb.endMeeting('assembly');
  await world.advance(MINUTE);
  expect(await readyz()).toMatchObject({ ok: true });
});
