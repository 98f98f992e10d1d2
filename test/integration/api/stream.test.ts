import Ajv2020 from 'ajv/dist/2020';
import { until } from '../../support/until';
import { type ApiWorld, startApiWorld } from './api-world';
import { type EventReader, type ReadEvent, readEvents } from './event-reader';

let world: ApiWorld;
const readers: EventReader[] = [];

afterEach(async () => {
  for (const reader of readers.splice(0)) reader.close();
  await world.stop();
});

async function given(options: Parameters<typeof startApiWorld>[0] = {}): Promise<void> {
  world = await startApiWorld(options);
}

async function listen(headers: Record<string, string> = {}): Promise<EventReader> {
  const reader = await readEvents(`${world.app.url}/api/v1/stream`, {
    authorization: `Bearer ${world.token()}`,
    ...headers,
  });
  readers.push(reader);
  return reader;
}

const isSnapshot = (event: ReadEvent): boolean => event.event === 'snapshot';
const of = (type: string) => (event: ReadEvent) => event.event === type;
const last = (reader: EventReader): string => reader.events.at(-1)?.id ?? '';

/** Messages of that type, once everything that was sent has arrived: the last of them is waited for. */
async function arrived(reader: EventReader): Promise<void> {
  let before = -1;
  await until('nothing more arrives', async () => {
    await world.settle();
    const same = reader.events.length === before;
    before = reader.events.length;
    return same;
  });
}

test('a snapshot first, then what happens, each as the document says', async () => {
  await given();
  const meeting = world.create();
  world.crowd(meeting, 9);
  await world.advance(2_000);
  const reader = await listen();
  expect(reader.status).toBe(200);
  expect(reader.headers).toMatchObject({
    'content-type': 'text/event-stream',
    'cache-control': 'no-store, no-transform',
    'x-accel-buffering': 'no',
  });
  const snapshot = await reader.find('a snapshot', isSnapshot);
  expect(reader.rest).toEqual(['retry:2000']);
  expect(snapshot.data).toMatchObject({
    type: 'snapshot',
    meetings: [{ external_meeting_id: 'assembly', people: 9 }],
    config: { problems: [] },
    readiness: { status: 'ready' },
  });
  world.bbb.join(meeting, { externalUserId: 'u10', name: 'Ten' });
  await world.advance(1_000);
  expect((await reader.find('ten people', of('meeting'))).data.meeting).toMatchObject({ people: 10 });
  world.bbb.join(meeting, { externalUserId: 'late', name: 'Late' });
  await world.advance(2_000);
  const decided = await reader.find('a decision', of('decision'));
  expect(decided.data.decision).toMatchObject({ action: 'eject-user', subject: 'late', outcome: null });
  await reader.find('its outcome', ({ data }) => data.decision?.outcome === 'confirmed');
  await world.editTiers((text) => text.replace('participants: 10', 'participants: 12'));
  await world.advance(1_000);
  await reader.find('the configuration', of('config'));
  await reader.find('more places', ({ data }) => data.meeting?.places === 12);
  await world.editTiers((text) => text.replace('participants: 12', 'participants: twelve'));
  await world.advance(2_000);
  await reader.find('the problem', ({ data }) => data.config?.problems.length === 1);
  await reader.find('that it is not ready', ({ data }) => data.readiness?.status === 'not ready');
  world.bbb.endMeeting('assembly');
  await world.advance(1_000);
  const ended = await reader.find('the end', of('meeting-ended'));
  expect(ended.data.internal_meeting_id).toBe(meeting.internalMeetingId);
  const ids = reader.events.map(({ id }) => Number(id));
  expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
  const document = (await world.call('/openapi.json')).body;
  const validate = new Ajv2020({ strict: false })
    .addSchema(document, 'd')
    .compile({ $ref: 'd#/components/schemas/StreamMessage' });
  for (const event of reader.events) {
    expect([event.event, validate(event.data), validate.errors]).toEqual([event.data.type, true, null]);
  }
});

test('after a break it goes on where it ended; after a long one, or with an id that is none, from a snapshot', async () => {
  await given();
  const meeting = world.create();
  world.crowd(meeting, 2);
  await world.advance(2_000);
  const reader = await listen();
  await reader.find('a snapshot', isSnapshot);
  const lastId = last(reader);
  reader.close();
  world.bbb.join(meeting, { externalUserId: 'u3', name: 'Three' });
  await world.advance(1_000);
  world.bbb.join(meeting, { externalUserId: 'u4', name: 'Four' });
  await world.advance(1_000);
  const back = await listen({ 'last-event-id': lastId });
  await back.find('four people', ({ data }) => data.meeting?.people === 4);
  expect(back.events.map(({ event, data }) => [event, data.meeting?.people])).toEqual([
    ['meeting', 3],
    ['meeting', 4],
  ]);
  for (const id of ['0', '-1', '1e3', 'x', '99999999999999999999', '9999999999999999', "'; --"]) {
    const fresh = await listen({ 'last-event-id': id });
    await until(`an answer to ${id}`, () => fresh.events.length > 0);
    expect(fresh.events[0]?.event).toBe('snapshot');
    fresh.close();
  }
  const then = last(back);
  back.close();
  await world.settle();
  await world.advance(3 * 60_000);
  const late = await listen({ 'last-event-id': then });
  await late.find('a snapshot', isSnapshot);
});

test('across a restart of the service ids go on growing and the stream begins anew', async () => {
  await given();
  world.crowd(world.create(), 2);
  await world.advance(2_000);
  const reader = await listen();
  const before = await reader.find('a snapshot', isSnapshot);
  await world.stopService();
  await until('the stream ends with the service', reader.isOver);
  await world.advance(1_000);
  await world.startService();
  const back = await listen({ 'last-event-id': before.id });
  const after = await back.find('a snapshot', isSnapshot);
  expect(Number(after.id)).toBeGreaterThan(Number(before.id));
});

test('a burst of changes of one meeting is at most four messages a second, the last of which is right', async () => {
  await given();
  await world.editTiers((text) => text.replace('participants: 10', 'participants: 200'));
  const meeting = world.create();
  world.crowd(meeting, 1);
  await world.advance(2_000);
  const reader = await listen();
  await reader.find('a snapshot', isSnapshot);
  for (let step = 0; step < 20; step += 1) {
    for (let each = 0; each < 5; each += 1)
      world.bbb.join(meeting, { externalUserId: `b${step}-${each}`, name: 'B' });
    await world.advance(50);
  }
  await world.advance(1_000);
  await reader.find('everybody', ({ data }) => data.meeting?.people === 101);
  expect(reader.events.filter(of('meeting')).length).toBeLessThanOrEqual(6);
  expect(reader.events.filter(of('meeting')).length).toBeGreaterThanOrEqual(2);
});

test('what looks the same is not told again', async () => {
  await given();
  world.crowd(world.create(), 2);
  await world.advance(40_000);
  const reader = await listen();
  await reader.find('a snapshot', isSnapshot);
  await world.advance(5 * 60_000);
  await arrived(reader);
  expect(reader.events.filter(of('meeting'))).toEqual([]);
});

test('it ends with its token', async () => {
  await given();
  const reader = await listen({ authorization: `Bearer ${world.token('viewer', 10_000)}` });
  await reader.find('a snapshot', isSnapshot);
  await world.advance(9_000);
  expect(reader.isOver()).toBe(false);
  await world.advance(1_000);
  await until('the stream ends', reader.isOver);
});

test('too many at once: 503, and a place is free again when one leaves', async () => {
  await given();
  const open = await Promise.all(Array.from({ length: 64 }, () => listen()));
  await Promise.all(open.map((reader) => reader.find('a snapshot', isSnapshot)));
  const refused = await world.call('/stream');
  expect(refused.status).toBe(503);
  expect(refused.body.detail).toContain('64 streams');
  open[0]?.close();
  await until('a free place', async () => (await listen()).status === 200);
});
