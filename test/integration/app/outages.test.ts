/** What an operator reads in the log of BBB being away: a line when it goes and a line when it is back, however often it is asked between. */
import { until } from '../../support/until';
import { startWorld, type World } from '../../support/world';

const ROUND = 30_000;
const ROUNDS = 4;

let world: World;
beforeEach(async () => {
  world = await startWorld();
  // Much of the world's time passes: no meeting shall have a story of its own meanwhile.
  await world.editTiers((text) => text.replace('meeting_duration: 60m', 'meeting_duration: unlimited'));
  const meeting = world.bbb.create({ meetingID: 'assembly', record: true });
  for (const name of ['ada', 'bob'])
    world.bbb.join(meeting, { externalUserId: name, name, role: 'MODERATOR' });
  await world.advance(ROUND);
  world.logged.length = 0;
});
afterEach(() => world.stop());

interface Line {
  readonly level: string;
  readonly msg: string;
  readonly errors?: Readonly<Record<string, string>>;
}

/** What is to be read at the usual level, and which lists it is about. */
function told(): string[] {
  const lines = world.logged.map((line) => JSON.parse(line) as Line);
  return lines
    .filter(({ level }) => level !== 'debug')
    .map(({ level, msg, errors = {} }) => [level, msg, ...Object.keys(errors)].join(': '));
}

type Result = 'complete' | 'partial' | 'failed';

async function readings(result: Result): Promise<number> {
  const { values } = await world.metrics.resyncs.get();
  return values.find(({ labels }) => labels.result === result)?.value ?? 0;
}

/** Time goes on until BBB has been read so often with that result; a reading takes real time where it is repeated. */
async function pass(result: Result, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    const before = await readings(result);
    await until(`a reading that is ${result}`, async () => {
      await world.advance(ROUND);
      await until('the reading to end', () => !world.app.watch.resync.reading);
      return (await readings(result)) > before;
    });
  }
}

const AWAY =
  'warn: cannot list meetings from BBB; keeping the last known state, retrying: getMeetings: analytics';
const LIST_AWAY = "warn: cannot read one of BBB's two lists of meetings; using the other alone, retrying: ";
const LIST_BACK = "info: one of BBB's two lists of meetings can be read again: ";
const BACK = "info: BBB's lists of meetings can be read again";

async function breakBoth(): Promise<void> {
  await world.bbb.faults.api({ kind: 'error-500' });
  await world.bbb.faults.analytics('error-500');
}

test('BBB is away for a while, and again', async () => {
  for (const _time of ['once', 'again']) {
    world.logged.length = 0;
    await breakBoth();
    await pass('failed', ROUNDS);
    expect(told()).toEqual([AWAY]);
    await world.bbb.faults.analytics(undefined);
    await pass('partial', 2);
    expect(told()).toEqual([AWAY, `${LIST_BACK}getMeetings`]);
    await world.bbb.faults.clear();
    await pass('complete', 2);
    expect(told()).toEqual([AWAY, `${LIST_BACK}getMeetings`, BACK]);
  }
}, 60_000);

test.each([
  ['analytics', () => world.bbb.faults.analytics('error-500')],
  ['getMeetings', () => world.bbb.faults.api({ kind: 'error-500' })],
])(
  'one of its lists is away: %s',
  async (list, breakIt) => {
    await breakIt();
    await pass('partial', 4);
    expect(told()).toEqual([LIST_AWAY + list]);
    await world.bbb.faults.clear();
    await pass('complete', 2);
    expect(told()).toEqual([LIST_AWAY + list, BACK]);
  },
  60_000,
);

test('it goes altogether while one of its lists is away', async () => {
  await world.bbb.faults.analytics('error-500');
  await pass('partial', 2);
  await breakBoth();
  await pass('failed', 2);
  expect(told()).toEqual([`${LIST_AWAY}analytics`, AWAY]);
}, 60_000);
