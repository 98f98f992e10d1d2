/** Redis refuses the service while bbb-webhooks delivers: nobody is removed by deliveries alone; once the bus is back BBB's lists decide. */
import { connect, createServer, type Server } from 'node:net';
import { Redis } from 'ioredis';
import { isPresent } from '../../../sidecar/core/evidence';
import type { InternalMeetingId } from '../../../sidecar/core/meeting';
import type { Attendee, MeetingView } from '../../bbb-simulator';
import { findFreePort } from '../../support/free-port';
import { startWorld, type World } from '../../support/world';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

let world: World;
let letIn: () => Promise<void>;
let gate: Server | undefined;
afterEach(async () => {
  await world.stop();
  gate?.close();
  gate = undefined;
});

/** Waits in real time for what goes through real sockets, moving the clock a little meanwhile. */
async function until(what: string, condition: () => boolean): Promise<void> {
  const giveUpAt = Date.now() + 20_000;
  while (!condition()) {
    if (Date.now() > giveUpAt) throw new Error(`waited 20 s in vain: ${what}`);
    await world.advance(100);
  }
}

/** Nothing listens on the port of REDIS_URL; let in, it leads to BBB's Redis. */
async function portClosed(): Promise<string> {
  const port = await findFreePort();
  letIn = () =>
    new Promise((resolve) => {
      const target = Number(new URL(world.redis.url).port);
      gate = createServer((client) => {
        const server = connect(target, '127.0.0.1');
        client.pipe(server).pipe(client);
        for (const socket of [client, server]) {
          socket.on('error', () => undefined);
          socket.on('close', () => [client, server].map((each) => each.destroy()));
        }
      }).listen(port, '127.0.0.1', resolve);
    });
  return `redis://127.0.0.1:${port}`;
}

/** Redis knows the user by another password; let in, by this one too. */
async function wrongPassword(): Promise<string> {
  const setUser = async (...rules: string[]): Promise<void> => {
    const redis = new Redis(world.redis.url);
    await redis.call('ACL', 'SETUSER', 'tiers', ...rules);
    await redis.quit();
  };
  await setUser('on', '>right', '~*', '&*', '+@all');
  letIn = () => setUser('>wrong');
  return world.redis.url.replace('redis://', 'redis://tiers:wrong@');
}

const hooks = (): number =>
  world.bbb.hooks.filter((hook) => hook.callbackURL.endsWith('/webhooks/bbb')).length;
const assembly = (): MeetingView => world.bbb.meeting('assembly');
const accounts = (): string[] => assembly().people.map(({ externalUserId }) => externalUserId);
const removed = (): string[] => assembly().ejected.map(({ externalUserId }) => externalUserId);
const names = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `u${from + index}`);

function join(account: string): Attendee {
  return world.bbb.join('assembly', { externalUserId: account, name: `Name of ${account}`, role: 'VIEWER' });
}

async function joinEach(accountNames: readonly string[], everyMs: number): Promise<void> {
  for (const account of accountNames) {
    join(account);
    await world.advance(everyMs);
  }
}

/** Whom the service counts as present in the meeting. */
function present(): string[] {
  const meeting = world.app.watch.meetings.get(assembly().internalMeetingId as InternalMeetingId);
  return [...(meeting?.attendees.values() ?? [])]
    .filter(isPresent)
    .map(({ externalUserId }) => externalUserId ?? '?')
    .sort();
}

async function given(refused: () => Promise<string>): Promise<void> {
  const port = String(await findFreePort());
  const env = { PORT: port, PUBLIC_URL: `http://127.0.0.1:${port}` };
  world = await startWorld({ env });
  await world.stopService();
  await world.startService({ REDIS_URL: await refused() });
  await until('the hook to be registered', () => hooks() === 1);
  expect(world.app.busConnected()).toBe(false);
  world.bbb.create({ meetingID: 'assembly', record: true });
}

async function busBack(): Promise<void> {
  await letIn();
  await until('the bus to be connected', () => world.app.busConnected());
}

describe('bbb-webhooks alone, Redis refuses', () => {
  test.each([
    ['port closed', portClosed],
    ['wrong password', wrongPassword],
  ])(
    '%s: four within 100 ms, two over the cap → none of the four is removed, later ones are',
    async (_case, refused) => {
      await given(refused);
      await joinEach(names(1, 8), 20 * SECOND);
      await joinEach(names(9, 12), 30);
      await world.advance(2 * MINUTE);
      expect(removed()).toEqual([]);
      await busBack();
      await world.advance(2 * MINUTE);
      expect(removed()).toEqual([]);
      await joinEach(['n1', 'n2'], 2 * SECOND);
      expect(removed()).toEqual(['n1', 'n2']);
      expect(accounts().sort()).toEqual(names(1, 12).sort());
    },
  );

  test('twelve, one after the other → the order in an outage is unknown: all stay; who leaves and comes back goes', async () => {
    await given(portClosed);
    const people: Attendee[] = [];
    for (const account of names(1, 12)) {
      people.push(join(account));
      await world.advance(20 * SECOND);
    }
    await world.advance(MINUTE);
    expect(removed()).toEqual([]);
    await busBack();
    await world.advance(2 * MINUTE);
    expect(removed()).toEqual([]);
    for (const { internalUserId } of people.slice(0, 2)) world.bbb.leave('assembly', internalUserId);
    await world.advance(2 * MINUTE);
    // One of those whom no join on the bus showed may be a bot: an eleventh is not removed.
    await joinEach(['u1', 'u2'], 2 * SECOND);
    expect(removed()).toEqual(['u2']);
    expect(accounts()).toEqual([...names(3, 12), 'u1']);
  });

  test('ten members and visitors of a second → nobody is present who is not there, and ten stay', async () => {
    await given(portClosed);
    const moderator = world.bbb.join('assembly', { externalUserId: 'u1', name: 'U 1', role: 'MODERATOR' });
    await world.advance(20 * SECOND);
    for (const visitor of ['v1', 'v2', 'v3']) {
      const { internalUserId } = join(visitor);
      await world.advance(SECOND);
      world.bbb.ejectByModerator('assembly', internalUserId, moderator.internalUserId);
      await world.advance(SECOND);
    }
    await joinEach(names(2, 10), 20 * SECOND);
    await world.advance(MINUTE);
    expect(present()).toEqual(names(1, 10).sort());
    await busBack();
    await world.advance(2 * MINUTE);
    expect(present()).toEqual(names(1, 10).sort());
    expect(accounts()).toEqual(names(1, 10));
  });

  test('a caller hangs up after a second → is present no longer than until the next lists', async () => {
    await given(portClosed);
    join('u1');
    await world.advance(20 * SECOND);
    const caller = world.bbb.dialIn('assembly', { callerName: '+49 30 5550101' });
    await world.advance(SECOND);
    world.bbb.hangUp('assembly', caller);
    await world.advance(70 * SECOND);
    expect(present()).toEqual(['u1']);
  });
});
