/** A tier that cannot be read: `status`, `meetings` and `why` say so, name what is waited for, and show no limit as if it were held. */
import { startWorld, type World } from '../../support/world';
import { cliOf, json } from './run-cli';

const FROM_MEMBERS = { 'meta_bbb-origin-server-name': 'members.meet.example' };
const AWAY = 'postgres://x:y@127.0.0.1:1/{tenant}';
const GREENLIGHT =
  "its tier is unknown until the tenant's Greenlight database answers; its limits are only observed";
const DATABASE = "its tier is unknown until the service's database answers; its limits are only observed";

let world: World;
let cli: ReturnType<typeof cliOf>;
afterEach(() => world.stop());

async function given(params: Record<string, string>, env: Record<string, string> = {}): Promise<void> {
  world = await startWorld({ env });
  cli = cliOf(world);
  const meeting = world.bbb.create({ meetingID: 'assembly', name: 'Assembly', record: true, ...params });
  for (let person = 0; person < 12; person += 1)
    world.bbb.join(meeting, { externalUserId: `u${person}`, name: `P ${person}` });
  await world.advance(2_000);
}

function cells(out: string): string[] | undefined {
  const row = out.split('\n').find((line) => line.includes('│') && line.includes('Assembly'));
  return row?.split('│').map((cell) => cell.trim());
}

test("the tenant's Greenlight has not answered → in status, meetings and why", async () => {
  await given(FROM_MEMBERS, { GREENLIGHT_DATABASE_URL: AWAY });
  const status = await cli(['status']);
  expect(status).toMatchObject({ err: '', code: 0 });
  expect(status.out).toContain(`assembly: ${GREENLIGHT}`);
  for (const { out } of [status, await cli(['meetings'])])
    expect(cells(out)).toEqual(expect.arrayContaining(['members', 'unknown', '?', '12/?']));
  const { items } = json(await cli(['meetings', '--json']));
  expect(items).toEqual([
    expect.objectContaining({
      tier: null,
      tier_unknown: { waits_for: 'greenlight', until: expect.any(Number) },
    }),
  ]);
  const why = await cli(['why', 'assembly']);
  expect(why).toMatchObject({ err: '', code: 0 });
  expect(why.out).toContain(`assembly is running; ${GREENLIGHT}.`);
});

test("the service's database is away at its start → in status and why, then the tier again", async () => {
  await given({});
  await world.stored();
  await world.stopService();
  await world.breakDatabase();
  await world.startService();
  await world.advance(2_000);
  const status = await cli(['status']);
  expect(status.out).toContain(`assembly: ${DATABASE}`);
  expect(status.out).toMatch(/^FAIL +database: /im);
  const { internalMeetingId } = world.bbb.meeting('assembly');
  for (const id of ['assembly', internalMeetingId]) {
    const why = await cli(['why', id]);
    expect(why.out).toBe(`${id} is running; ${DATABASE}.\n`);
    // What was decided about it cannot be read meanwhile.
    expect(why).toMatchObject({ code: 1, err: expect.stringContaining('503') });
  }
  await world.mendDatabase();
  await world.advance(60_000);
  const after = await cli(['status']);
  expect(after.out).not.toContain('unknown');
  expect(cells(after.out)).toEqual(expect.arrayContaining(['free', '10/10']));
});
