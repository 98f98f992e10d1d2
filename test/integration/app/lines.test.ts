/** Chat lines that explain a decision, with everything real but BBB: none is lost because a call failed, none holds anything up. */
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { startWorld, type World } from '../../support/world';

const MINUTE = 60_000;
let world: World;
afterEach(() => world.stop());

const chat = (): string[] => world.bbb.meeting('assembly').chat.map((line) => line.message);

/** Waits in real time, for what happens on real sockets. */
async function untilReal(condition: () => boolean | Promise<boolean>): Promise<void> {
  const giveUpAt = Date.now() + 20_000;
  while (!(await condition())) {
    if (Date.now() > giveUpAt) throw new Error('waited 20 s in vain');
    await new Promise((resume) => setTimeout(resume, 20));
  }
}

async function codesOf(action: string): Promise<string[]> {
  await world.stored();
  const client = new Client({ connectionString: world.database.databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query('select code from bbb_tiers.decisions where action = $1', [action]);
    return rows.map((row) => String(row.code));
  } finally {
    await client.end();
  }
}

/** What the service may do on BBB's Redis. */
async function allow(...rules: string[]): Promise<void> {
  const redis = new Redis(world.redis.url);
  await redis.call('ACL', 'SETUSER', 'tiers', 'on', '>tiers-password', ...rules);
  redis.disconnect();
}

test('soft limit reached while neither API nor bus takes the line → sent when one does, under the code of the breach', async () => {
  world = await startWorld();
  await world.editTiers((text) =>
    text.replace('meeting_duration: 60m', 'meeting_duration: {max: 20m, enforce: soft}'),
  );
  await allow('+@all', '~*', '&*', '-publish');
  const url = new URL(world.redis.url);
  url.username = 'tiers';
  url.password = 'tiers-password';
  await world.stopService();
  await world.startService({ REDIS_URL: url.href, NOTICES: 'off' });
  const meeting = world.bbb.create({ meetingID: 'assembly' });
  world.bbb.join(meeting, { externalUserId: 'u1', name: 'One', role: 'MODERATOR' });
  await world.advance(19 * MINUTE + 30_000);
  await world.bbb.faults.api({ kind: 'error-500' });
  await world.advance(MINUTE);
  expect(chat()).toEqual([]);
  await allow('+publish');
  await world.bbb.faults.clear();
  await untilReal(async () => {
    await world.advance(10_000);
    return chat().length > 0;
  });
  const [code] = await codesOf('record-breach');
  expect(chat()).toEqual([expect.stringMatching(new RegExp(`has used the 20m.*${code}$`))]);
  await world.advance(5 * MINUTE);
  expect(chat()).toHaveLength(1);
});

test("BBB's API answers 2 s late → recording stopped after 1.5 s, line in the chat once", async () => {
  world = await startWorld();
  const meeting = world.bbb.create({ meetingID: 'assembly', record: true });
  const moderator = world.bbb.join(meeting, { externalUserId: 'u1', name: 'One', role: 'MODERATOR' });
  await world.advance(1_000);
  await world.bbb.faults.api({ kind: 'slow', delayMs: 2_000 });
  world.bbb.startRecording('assembly', moderator.internalUserId);
  await world.advance(1_600);
  expect(world.bbb.meeting('assembly').recording.active).toBe(false);
  expect(chat()).toEqual([]);
  await untilReal(async () => {
    await world.advance(500);
    return chat().length > 0;
  });
  const [code] = await codesOf('stop-recording');
  expect(chat()).toEqual([expect.stringMatching(new RegExp(`${code}$`))]);
  await world.bbb.faults.clear();
  await world.advance(MINUTE);
  expect(chat()).toHaveLength(1);
});
