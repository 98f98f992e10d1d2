/** A recording that nobody told of, because the service or the bus was away: BBB is asked, instead of waiting for its lists. */
import { Redis } from 'ioredis';
import { TO_AKKA_APPS } from '../../../sidecar/bus/protocol';
import { startWorld, type World } from '../../support/world';

/** BBB's lists told just before, and tell again half a minute later. */
const BETWEEN_LISTS = 62_000;

let world: World;
afterEach(() => world.stop());

/** A meeting of the default tier, which has no recording; its moderator. */
async function given(): Promise<string> {
  world = await startWorld();
  const meeting = world.bbb.create({ meetingID: 'assembly', record: true });
  const { internalUserId } = world.bbb.join(meeting, {
    externalUserId: 'mod',
    name: 'M',
    role: 'MODERATOR',
  });
  await world.advance(BETWEEN_LISTS);
  return internalUserId;
}

const isRecording = (): boolean => world.bbb.meeting('assembly').recording.active;

/** Waits in real time, for what happens on real sockets. */
async function untilReal(condition: () => boolean | Promise<boolean>): Promise<void> {
  const giveUpAt = Date.now() + 20_000;
  while (!(await condition())) {
    if (Date.now() > giveUpAt) throw new Error('waited 20 s in vain');
    await new Promise((resume) => setTimeout(resume, 20));
  }
}

/** Redis is up again, and so are all connections to it: ours, and BBB's, without which nobody would hear the question. */
async function redisIsBack(): Promise<void> {
  await world.redis.restart();
  const redis = new Redis(world.redis.url);
  try {
    await untilReal(async () => {
      const [, listeners] = await redis.pubsub('NUMSUB', TO_AKKA_APPS);
      return Number(listeners) > 0 && world.app.busConnected();
    });
  } finally {
    redis.disconnect();
  }
}

test('one that began while the service was stopped is stopped as soon as the service runs again', async () => {
  const moderator = await given();
  await world.stopService();
  world.bbb.startRecording('assembly', moderator);
  await world.startService();
  await world.advance(1_000);
  expect(isRecording()).toBe(false);
});

test('one that began while Redis was away is stopped as soon as it is back', async () => {
  const moderator = await given();
  await world.redis.kill();
  await untilReal(() => !world.app.busConnected());
  world.bbb.faults.bus({ match: 'RecordingStatusChangedEvtMsg', effect: 'lose', times: 1 });
  world.bbb.startRecording('assembly', moderator);
  await redisIsBack();
  await world.advance(1_000);
  expect(isRecording()).toBe(false);
});
