/** The order of webhooks is free within a moment; the simulator draws one by its seed, as often another as bbb-webhooks 3.5.0 did. */
import { webhookConstantFindings } from './constants';
import { playOnSimulator } from './play-on-simulator';
import { readRecording, SCENARIOS, type WebhookDelivery } from './recording';

const RECORDINGS = SCENARIOS.map(readRecording).filter(({ webhooks }) => webhooks !== undefined);
const SEEDS = Array.from({ length: 20 }, (_, seed) => `seed ${seed}`);

type Data = WebhookDelivery['event']['data'];

function dataOf(deliveries: readonly WebhookDelivery[] = []): readonly Data[] {
  return deliveries.flatMap(({ event }) => [event].flat()).map(({ data }) => data);
}

async function played(seed: string): Promise<readonly (readonly Data[])[]> {
  const all = await Promise.all(RECORDINGS.map((recording) => playOnSimulator(recording, seed)));
  return all.map(({ webhooks }) => dataOf(webhooks));
}

interface User {
  readonly 'internal-user-id': string;
  readonly 'external-user-id': string;
  readonly presenter?: boolean;
}

function userOf({ attributes }: Data): User | undefined {
  return attributes.user as User | undefined;
}

/** Deliveries with an older stamp than one before. */
function overtaken(deliveries: readonly Data[]): readonly Data[] {
  return deliveries.filter(({ event }, index) =>
    deliveries.slice(0, index).some((before) => before.event.ts > event.ts),
  );
}

function share(runs: readonly (readonly Data[])[]): number {
  return runs.flatMap(overtaken).length / runs.flat().length;
}

test('as many webhooks overtake others as in the recordings', async () => {
  const real = share(RECORDINGS.map(({ webhooks }) => dataOf(webhooks)));
  expect(real).toBeCloseTo(18 / 125);
  const runs = (await Promise.all(SEEDS.map(played))).flat();
  expect(share(runs)).toBeGreaterThan(real / 2);
  expect(share(runs)).toBeLessThan(real * 2);
});

test('what always has one value has it', async () => {
  const own = await Promise.all(RECORDINGS.map((recording) => playOnSimulator(recording)));
  const findings = webhookConstantFindings(
    RECORDINGS.flatMap(({ webhooks = [] }) => webhooks),
    own.flatMap(({ webhooks = [] }) => webhooks),
  );
  expect(findings).toEqual([]);
});

test('the same seed draws the same order, another one another', async () => {
  const ids = async (seed: string): Promise<string> =>
    JSON.stringify((await played(seed)).map((each) => each.map(({ id }) => id)));
  expect(await ids('one')).toBe(await ids('one'));
  expect(new Set(await Promise.all(SEEDS.map(ids))).size).toBeGreaterThan(SEEDS.length / 2);
});

/** How a presenter's assignment stands to the presenter's join, in the recordings and in the simulator. */
function assignments(deliveries: readonly Data[]): readonly string[] {
  return deliveries.flatMap((data, index) => {
    const user = userOf(data);
    if (data.id !== 'user-presenter-assigned' || user === undefined) return [];
    const joined = deliveries.findIndex(
      (each) => each.id === 'user-joined' && userOf(each)?.['internal-user-id'] === user['internal-user-id'],
    );
    const isNamed = user['external-user-id'] !== '';
    const last = deliveries.findLast(
      (each) => each.id === 'user-left' && userOf(each)?.['internal-user-id'] === user['internal-user-id'],
    );
    // Known of whom the end finds in the meeting.
    const isPresenter = last === undefined ? undefined : userOf(last)?.presenter;
    if (isPresenter === undefined) return [];
    const order = index < joined ? 'before' : 'after';
    return [`${order} the join, ${isNamed ? 'named' : 'unnamed'}, presenter at the end: ${isPresenter}`];
  });
}

test('a presenter is assigned before their join, without an external id and not known as presenter at the end, or after it', async () => {
  const real = RECORDINGS.flatMap(({ webhooks }) => assignments(dataOf(webhooks)));
  const own = (await Promise.all(SEEDS.map(played))).flat().flatMap(assignments);
  expect(new Set(own)).toEqual(new Set(real));
});

test('the people at an end come before the end itself, which has the older stamp or the same', async () => {
  const behind = (deliveries: readonly Data[]): readonly boolean[] =>
    deliveries.flatMap((data, index) =>
      data.id !== 'meeting-ended'
        ? []
        : deliveries
            .filter(
              (each) =>
                userOf(each)?.presenter !== undefined &&
                each.id === 'user-left' &&
                JSON.stringify(each.attributes.meeting) === JSON.stringify(data.attributes.meeting),
            )
            .map((left) => deliveries.indexOf(left) < index && left.event.ts >= data.event.ts),
    );
  const real = RECORDINGS.flatMap(({ webhooks }) => behind(dataOf(webhooks)));
  const own = (await played('ends')).flatMap(behind);
  expect([real.length, ...new Set(real)]).toEqual([18, true]);
  expect([own.length, ...new Set(own)]).toEqual([18, true]);
});
