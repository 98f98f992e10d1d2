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

async function rows(sql: string): Promise<Record<string, unknown>[]> {
  await world.app.journal.flush(5_000);
  const client = new Client({ connectionString: world.database.databaseUrl });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Acts on limits only; marks and notices are left out where a test is about something else. */
const decisions = (): Promise<Record<string, unknown>[]> =>
  rows('select * from bbb_tiers.decisions order by id');

async function readyz(): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${world.app.url}/readyz`);
  return { status: response.status, body: await response.json() };
}

/** Waits in real time, for what happens on real sockets. */
async function untilReal(condition: () => boolean | Promise<boolean>): Promise<void> {
  const giveUpAt = Date.now() + 20_000;
  while (!(await condition())) {
    if (Date.now() > giveUpAt) throw new Error('waited 20 s in vain');
    await new Promise((resume) => setTimeout(resume, 20));
  }
}

function isConnected(): boolean {
  return world.app.busConnected();
}

/** Changes the free tier's values in the text of tiers.yml. */
function freeTier(change: Readonly<Record<string, string>>): (text: string) => string {
  return (text) => {
    const at = text.indexOf('\n  free:');
    let tier = text.slice(at);
    for (const [key, value] of Object.entries(change))
      tier = tier.replace(new RegExp(`${key}: .*`), `${key}: ${value}`);
    return text.slice(0, at) + tier;
  };
}

describe('participants', () => {
  test('the eleventh is told and removed; the ten stay', async () => {
    await given();
    const meeting = create();
    crowd(meeting, 10);
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

describe('participants, with BBB holding the same limit', () => {
  /** Nine are in and a tenth has a link; somebody calls in by phone, and the tenth comes: bbb-web leaves them out of its own map. */
  async function uncounted(): Promise<MeetingView> {
    await given();
    const meeting = create({ maxParticipants: 10 });
    crowd(meeting, 9);
    const tenth = world.bbb.register(meeting, { externalUserId: 'tenth', name: 'Tenth' });
    await world.advance(1_000);
    world.bbb.dialIn(meeting);
    await world.advance(1_000);
    world.bbb.enter(meeting, tenth.internalUserId);
    return meeting;
  }

  test('whom bbb-web leaves out of its list is removed once akka-apps names them', async () => {
    await uncounted();
    await world.advance(5_000);
    expect(accounts()).toContain('tenth');
    await world.advance(10_000);
    expect(assembly().people).toHaveLength(10);
    expect(accounts()).not.toContain('tenth');
  });

  test('and stays when somebody else has closed the tab before that, though BBB still lists both', async () => {
    const meeting = await uncounted();
    await world.advance(1_000);
    world.bbb.leave(meeting, assembly().people[3]?.internalUserId ?? '');
    await world.advance(120_000);
    expect(accounts()).toContain('tenth');
    expect(assembly().ejected).toEqual([]);
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
    const [row] = await rows('select recording_marked_at, recording_mark_code from bbb_tiers.meetings');
    expect(row).toEqual({
      recording_marked_at: expect.any(Date),
      recording_mark_code: expect.stringMatching(/^...-...$/),
    });
  });

  test('one that starts by itself is stopped in the name of a moderator who is there', async () => {
    await given();
    const meeting = create({ autoStartRecording: true });
    world.bbb.join(meeting, { externalUserId: 'viewer', name: 'V' });
    await world.advance(2_000);
    expect(assembly().recording.active).toBe(true);
    world.bbb.join(meeting, { externalUserId: 'mod', name: 'M', role: 'MODERATOR' });
    await world.advance(2_000);
    expect(assembly().recording.active).toBe(false);
  });

  test('one that BBB lets nobody stop is marked, and nothing is tried', async () => {
    await given();
    crowd(create({ autoStartRecording: true, allowStartStopRecording: false }), 2);
    await world.advance(90_000);
    expect(assembly().recording.active).toBe(true);
    expect(world.bbb.commands.map((command) => command.name)).not.toContain('SetRecordingStatusCmdMsg');
    expect(await rows('select recording_marked_at from bbb_tiers.meetings')).toEqual([
      { recording_marked_at: expect.any(Date) },
    ]);
  });

  test('pressed again after the stop, it is stopped again', async () => {
    await given();
    const [moderator] = crowd(create(), 2);
    for (let round = 0; round < 3; round += 1) {
      await world.advance(5_000);
      world.bbb.startRecording('assembly', moderator?.internalUserId ?? '');
      await world.advance(5_000);
      expect(assembly().recording.active).toBe(false);
    }
  });
});

describe('what cannot be seen on the bus', () => {
  test('a lost join is found by the resync; it may be a bot, so the next to come is removed', async () => {
    await given();
    const meeting = create();
    crowd(meeting, 10);
    await world.advance(60_000);
    const found = world.bbb.faults.bus({ match: 'UserJoinedMeetingEvtMsg', effect: 'lose' });
    world.bbb.join(meeting, { externalUserId: 'late', name: 'Late' });
    await world.advance(5_000);
    found();
    expect(accounts()).toContain('late');
    await world.advance(90_000);
    world.bbb.join(meeting, { externalUserId: 'later', name: 'Later' });
    await world.advance(5_000);
    expect(accounts()).toHaveLength(11);
    expect(accounts()).not.toContain('later');
  });

  test("a lost leave is found in akka-apps' list: who fits then stays", async () => {
    await given();
    const meeting = create();
    const people = crowd(meeting, 10);
    await world.advance(60_000);
    const lost = world.bbb.faults.bus({
      match: ['UserLeftMeetingEvtMsg', 'UserLeftFlagUpdatedEvtMsg'],
      effect: 'lose',
    });
    world.bbb.leave(meeting, people[4]?.internalUserId ?? '');
    // akka-apps' next list no longer has them: 20 s until it drops a closed tab, 30 s until it publishes.
    await world.advance(50_000);
    world.bbb.join(meeting, { externalUserId: 'new', name: 'New' });
    await world.advance(120_000);
    lost();
    expect(accounts()).toContain('new');
    expect(assembly().ejected).toEqual([]);
  });

  test('every message twice and in the wrong order changes nothing', async () => {
    await given();
    world.bbb.faults.bus({ effect: 'duplicate', probability: 0.5 });
    world.bbb.faults.bus({ effect: 'reorder', probability: 0.3 });
    const meeting = create();
    for (let index = 1; index <= 12; index += 1) {
      world.bbb.join(meeting, { externalUserId: `u${index}`, name: `Person ${index}` });
      await world.advance(1_500);
    }
    await world.advance(60_000);
    expect(accounts()).toEqual(Array.from({ length: 10 }, (_, index) => `u${index + 1}`));
  });

  test('an end that nobody told of is found by the resync', async () => {
    await given();
    crowd(create(), 2);
    await world.advance(31_000);
    world.bbb.restartAkkaApps();
    world.bbb.restartBbbWeb();
    await world.advance(120_000);
    expect([...world.app.watch.meetings.all()].filter((meeting) => meeting.ended === undefined)).toEqual([]);
  });
});

describe('restart', () => {
  test('meetings, tiers, notices and the order of arrival are found again', async () => {
    await given();
    const meeting = create();
    crowd(meeting, 10);
    await world.advance(51 * MINUTE);
    await world.stopService();
    world.bbb.join(meeting, { externalUserId: 'late', name: 'Late' });
    // Longer, and one of the ten might have been away long enough to lose the seat.
    await world.advance(10_000);
    await world.startService();
    await world.advance(MINUTE);
    // Only lists show who came meanwhile, so it may be a bot; the next to come is none.
    world.bbb.join(meeting, { externalUserId: 'later', name: 'Later' });
    await world.advance(5_000);
    expect(accounts()).toEqual([...Array.from({ length: 10 }, (_, index) => `u${index + 1}`), 'late']);
    expect(chat().filter((line) => line.startsWith('This meeting ends in'))).toHaveLength(1);
    await world.advance(8 * MINUTE + 5_000);
    expect(assembly().running).toBe(false);
  });

  test('without what the database kept, nobody is removed whose order is not known', async () => {
    await given();
    const meeting = create();
    await world.stopService();
    crowd(meeting, 11);
    await world.advance(40_000);
    await world.startService();
    await world.advance(90_000);
    expect(accounts()).toHaveLength(11);
    world.bbb.join(meeting, { externalUserId: 'later', name: 'Later' });
    await world.advance(10_000);
    expect(accounts()).toHaveLength(11);
    expect(accounts()).not.toContain('later');
  });
});

describe('what is down', () => {
  test('Redis restarts: the cap holds for whoever comes afterwards', async () => {
    await given();
    const meeting = create();
    crowd(meeting, 10);
    await world.advance(60_000);
    await world.redis.kill();
    await untilReal(() => world.app.watch !== undefined && !isConnected());
    world.bbb.join(meeting, { externalUserId: 'late', name: 'Late' });
    await world.redis.restart();
    await untilReal(isConnected);
    await world.advance(60_000);
    // Where only lists show who came meanwhile, it may be a bot; the next to come is none.
    world.bbb.join(meeting, { externalUserId: 'later', name: 'Later' });
    await untilReal(async () => {
      await world.advance(5_000);
      return !accounts().includes('later');
    });
    expect(accounts().filter((account) => account !== 'late')).toEqual(
      Array.from({ length: 10 }, (_, index) => `u${index + 1}`),
    );
  });

  test('PostgreSQL is away: limits hold, and what happened is written when it is back', async () => {
    await given();
    const meeting = create();
    crowd(meeting, 10);
    await world.advance(1_000);
    await world.breakDatabase();
    world.bbb.join(meeting, { externalUserId: 'late', name: 'Late' });
    await world.advance(5_000);
    expect(accounts()).toHaveLength(10);
    // The write behind it is what finds out.
    await untilReal(async () => (await readyz()).status === 503);
    expect(await readyz()).toMatchObject({
      body: { checks: { database: { ok: false }, bus: { ok: true } } },
    });
    await world.mendDatabase();
    await untilReal(async () => {
      await world.advance(5_000);
      return (await decisions()).length === 1;
    });
  });

  test.each([
    ['down', { kind: 'down' }],
    ['answering 500', { kind: 'error-500' }],
    ['answering HTML', { kind: 'html' }],
    ['answering nothing', { kind: 'empty' }],
    ['answering half', { kind: 'truncated' }],
  ] as const)("BBB's API is %s: what the bus tells is enough, and the bus is used", async (_case, fault) => {
    await given();
    const meeting = create();
    crowd(meeting, 10);
    await world.advance(1_000);
    await world.bbb.faults.api(fault);
    world.bbb.join(meeting, { externalUserId: 'late', name: 'Late' });
    await untilReal(async () => {
      await world.advance(1_000);
      return accounts().length === 10;
    });
    expect(accounts()).not.toContain('late');
    expect(chat()).toEqual([expect.stringContaining('places for 10 people')]);
    await world.advance(60 * MINUTE);
    await untilReal(async () => {
      await world.advance(1_000);
      return !assembly().running;
    });
  });

  test('both lists of BBB are unreadable: no meeting is taken for ended', async () => {
    await given();
    crowd(create(), 2);
    await world.advance(31_000);
    await world.bbb.faults.api({ kind: 'html' });
    await world.bbb.faults.analytics('garbage');
    await world.advance(5 * MINUTE);
    expect([...world.app.watch.meetings.all()].map((meeting) => meeting.ended)).toEqual([undefined]);
    expect(await readyz()).toMatchObject({
      status: 503,
      body: { checks: { 'bbb-api': { ok: false }, 'bbb-analytics': { ok: false } } },
    });
  });

  test('a command that BBB never got is sent again', async () => {
    await given();
    const meeting = create();
    crowd(meeting, 10);
    await world.advance(1_000);
    world.bbb.faults.loseCommands({ match: 'EjectUserFromMeetingSysMsg', times: 2 });
    world.bbb.join(meeting, { externalUserId: 'late', name: 'Late' });
    await world.advance(20_000);
    expect(accounts()).toHaveLength(10);
    expect(await decisions()).toEqual([expect.objectContaining({ outcome: 'confirmed', attempts: 3 })]);
  });
});

describe('a tier that changes', () => {
  test('higher: at once, for a running meeting', async () => {
    await given();
    const meeting = create();
    crowd(meeting, 10);
    await world.advance(1_000);
    await world.editTiers(freeTier({ participants: '12', meeting_duration: '2h' }));
    crowd(meeting, 12);
    await world.advance(100 * MINUTE);
    expect(accounts().length).toBeGreaterThanOrEqual(12);
    expect(assembly().running).toBe(true);
  });

  test('lower: at the next start, even across a restart', async () => {
    await given();
    const meeting = create();
    crowd(meeting, 10);
    await world.advance(31_000);
    await world.editTiers(freeTier({ participants: '5', meeting_duration: '30m' }));
    await world.advance(5_000);
    await world.stopService();
    await world.startService();
    await world.advance(40 * MINUTE);
    expect(accounts()).toHaveLength(10);
    const next = world.bbb.create({ meetingID: 'next' });
    for (let index = 1; index <= 6; index += 1)
      world.bbb.join(next, { externalUserId: `n${index}`, name: `N ${index}` });
    await world.advance(10_000);
    expect(world.bbb.meeting('next').people).toHaveLength(5);
  });

  test('a broken file changes nothing, and says so', async () => {
    await given();
    const meeting = create();
    await world.editTiers((text) => text.replace('participants: 10', 'participants: ten'));
    crowd(meeting, 11);
    await world.advance(10_000);
    expect(accounts()).toHaveLength(10);
    expect(await readyz()).toMatchObject({ status: 503, body: { checks: { config: { ok: false } } } });
  });
});

describe('soft, observe and dry run', () => {
  test('soft tells the meeting and removes nobody', async () => {
    await given();
    await world.editTiers(
      freeTier({ participants: '{max: 3, enforce: soft}', meeting_duration: '{max: 20m, enforce: soft}' }),
    );
    crowd(create(), 5);
    await world.advance(30 * MINUTE);
    expect(accounts()).toHaveLength(5);
    expect(chat()).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^[45] people are in this meeting/),
        expect.stringContaining('has used the 20m'),
      ]),
    );
    expect((await decisions()).map((row) => [row.action, row.limit_name, row.outcome])).toEqual(
      expect.arrayContaining([
        ['record-breach', 'participants', 'noted'],
        ['record-breach', 'meeting_duration', 'noted'],
      ]),
    );
  });

  test('observe only records', async () => {
    await given();
    await world.editTiers(
      freeTier({
        participants: '{max: 3, enforce: observe}',
        meeting_duration: '{max: 20m, enforce: observe}',
      }),
    );
    crowd(create(), 5);
    await world.advance(30 * MINUTE);
    expect(chat()).toEqual([]);
    expect(assembly().running).toBe(true);
    expect(await decisions()).toHaveLength(2);
  });

  test('a dry run decides and does nothing', async () => {
    await given({ env: { DRY_RUN: 'true' } });
    crowd(create(), 12);
    await world.advance(70 * MINUTE);
    expect(accounts()).toHaveLength(12);
    expect(chat()).toEqual([]);
    expect(assembly().running).toBe(true);
    const found = await decisions();
    expect(found.length).toBeGreaterThanOrEqual(6);
    expect(new Set(found.map((row) => row.outcome))).toEqual(new Set(['dry-run']));
  });
});

test('a raised hand of hostile messages costs nothing but a count', async () => {
  await given();
  const channel = 'from-akka-apps-redis-channel';
  const meeting = create();
  for (const text of [
    'garbage',
    '',
    '{"envelope":{"name":"UserJoinedMeetingEvtMsg"',
    '{"envelope":{"name":"UserJoinedMeetingEvtMsg","routing":{},"timestamp":"soon"},"core":{}}',
    '{"envelope":{"name":"MeetingCreatedEvtMsg","routing":{},"timestamp":1},"core":{"header":{"name":"x"},"body":{"props":{"__proto__":{"polluted":true}}}}}',
    `{"envelope":{"name":"MeetingCreatedEvtMsg","x":"${'y'.repeat(1_000_000)}"}}`,
    `{"envelope":{"name":"NobodyKnowsThisEvtMsg","routing":{},"timestamp":1},"core":{}}`,
  ]) {
    await world.bbb.publishRaw(channel, text);
  }
  crowd(meeting, 11);
  await world.advance(10_000);
  expect(accounts()).toHaveLength(10);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  const text = await world.metrics.registry.metrics();
  expect(text).toMatch(/bbb_tiers_bus_messages_total\{result="dropped"\} [1-9]/);
});

test('no secret, password or name is in the log or in the database', async () => {
  await given();
  const [moderator] = crowd(
    world.bbb.create({
      meetingID: 'assembly',
      name: 'Secret Assembly',
      attendeePW: 'apw-1234',
      moderatorPW: 'mpw-1234',
      record: true,
    }),
    12,
  );
  await world.advance(1_000);
  world.bbb.startRecording('assembly', moderator?.internalUserId ?? '');
  await world.advance(61 * MINUTE);
  await world.app.journal.flush(5_000);
  const tables = ['meetings', 'attendance', 'decisions', 'notices', 'recording_intervals'];
  const stored = await Promise.all(tables.map((table) => rows(`select * from bbb_tiers.${table}`)));
  const everything = `${world.logged.join('\n')}\n${JSON.stringify(stored)}`;
  for (const secret of [
    'Secret Assembly',
    'Person 1',
    'apw-1234',
    'mpw-1234',
    world.bbb.secret,
    'claim-secret-for-tests',
  ])
    expect(everything).not.toContain(secret);
  expect(everything).not.toMatch(/checksum=[0-9a-f]/);
});
