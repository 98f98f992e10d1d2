import { Client } from 'pg';
import type { Attendee, MeetingView } from '../../bbb-simulator';
import { startWorld, type World, type WorldOptions } from '../../support/world';

const MINUTE = 60_000;
let world: World;

async function given(options: WorldOptions = {}): Promise<World> {
  world = await startWorld(options);
  return world;
}

afterEach(() => world.stop());

/** A meeting of the default tier (free: 60 minutes, 10 people, no recording) that BBB itself limits in nothing. */
function create(params: Record<string, string | number | boolean> = {}): MeetingView {
  return world.bbb.create({ meetingID: 'assembly', record: true, ...params });
}

function crowd(meeting: MeetingView, count: number): Attendee[] {
  return Array.from({ length: count }, (_, index) =>
    world.bbb.join(meeting, {
      externalUserId: `u${index + 1}`,
      name: `Person ${index + 1}`,
      role: index === 0 ? 'MODERATOR' : 'VIEWER',
    }),
  );
}

const assembly = (): MeetingView => world.bbb.meeting('assembly');
const accounts = (): string[] => assembly().people.map((person) => person.externalUserId);
const chat = (): string[] => assembly().chat.map((line) => line.message);

async function decisions(): Promise<Record<string, unknown>[]> {
  await world.app.journal.flush(5_000);
  const client = new Client({ connectionString: world.database.databaseUrl });
  await client.connect();
  try {
    return (await client.query('select * from bbb_tiers.decisions order by 1')).rows;
  } finally {
    await client.end();
  }
}

describe('participants', () => {
  test('the eleventh is told and removed; the ten stay', async () => {
    await given();
    const meeting = create();
    for (const _ of [1]) crowd(meeting, 10);
    await world.advance(1_000);
    world.bbb.join(meeting, { externalUserId: 'late', name: 'Late' });
    await world.advance(1_000);
    expect(accounts()).toEqual(Array.from({ length: 10 }, (_, index) => `u${index + 1}`));
    expect(assembly().ejected).toEqual([
      expect.objectContaining({ reasonCode: 'system_requested_eject_reason' }),
    ]);
    expect(chat()).toEqual([
      expect.stringMatching(/^This meeting has places for 10 people .* · [2-9A-Z]{3}-[2-9A-Z]{3}$/),
    ]);
    expect(await decisions()).toEqual([expect.objectContaining({ outcome: 'confirmed' })]);
  });
});

describe('meeting_duration', () => {
  test('three notices, then the end, 15 seconds after the hour', async () => {
    await given();
    crowd(create(), 2);
    await world.advance(60 * MINUTE + 14_000);
    expect(chat().map((line) => line.slice(0, 26))).toEqual([
      'This meeting ends in 10m. ',
      'This meeting ends in 5m. T',
      'This meeting ends in 1m. T',
    ]);
    expect(assembly().running).toBe(true);
    await world.advance(2_000);
    expect(assembly().ended).toMatchObject({ reason: 'ENDED_FROM_API' });
  });
});

describe('recording', () => {
  test('a start that gets through is stopped in the name of who started it', async () => {
    await given();
    const [moderator] = crowd(create(), 3);
    await world.advance(1_000);
    world.bbb.startRecording('assembly', moderator?.internalUserId ?? '');
    await world.advance(1_000);
    expect(assembly().recording.active).toBe(false);
    expect(chat()).toEqual([expect.stringContaining('Recording is not part of the tier Free')]);
  });
});
