import { type ApiWorld, startApiWorld } from './api-world';
import { type Contract, contractOf, type Documented } from './contract';

const MINUTE = 60_000;
let world: ApiWorld;
let contract: Contract;

afterEach(() => world.stop());

async function given(options: Parameters<typeof startApiWorld>[0] = {}): Promise<void> {
  world = await startApiWorld(options);
  contract = contractOf((await world.call('/openapi.json')).body);
}

async function written(): Promise<void> {
  await world.settle();
  await world.app.journal.flush(5_000);
}

const operation = (id: string): Documented => {
  const found = contract.operations.find(({ operationId }) => operationId === id);
  if (found === undefined) throw new Error(`no operation ${id}`);
  return found;
};

test('every operation answers as its document says, on a service that has seen something', async () => {
  await given();
  const meeting = world.create();
  const [moderator] = world.crowd(meeting, 11);
  await world.advance(5_000);
  world.bbb.startRecording('assembly', moderator?.internalUserId ?? '');
  await world.advance(10 * MINUTE);
  await written();
  const [decision] = (await world.call('/decisions')).body.items;
  const filled: Record<string, string> = {
    getMeeting: '/meetings/assembly',
    getDecision: `/decisions/${decision.code}`,
    endMeeting: '/meetings/assembly/end',
  };
  const answered: string[] = [];
  for (const each of [...contract.operations].sort((a, b) => (a.method < b.method ? -1 : 1))) {
    if (each.operationId === 'stream') continue;
    const path = filled[each.operationId] ?? each.path;
    const answer = await (each.method === 'post' ? world.post(path) : world.call(path));
    const type = answer.headers.get('content-type') ?? '';
    expect([each.operationId, answer.status]).toEqual([
      each.operationId,
      each.operationId === 'endMeeting' ? 202 : 200,
    ]);
    expect(contract.problems(each, answer.status, type, answer.body)).toEqual([]);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('x-request-id')).toMatch(/^[\w-]{36}$/);
    answered.push(each.operationId);
  }
  expect(answered).toHaveLength(contract.operations.length - 1);
});

describe('meetings', () => {
  test('people, places, what is next; found by both ids; gone when it has ended', async () => {
    await given();
    world.crowd(world.create({ name: 'Assembly' }), 3);
    await world.advance(2_000);
    const [meeting] = (await world.call('/meetings')).body.items;
    expect(meeting).toMatchObject({
      name: 'Assembly',
      people: 3,
      places: 10,
      tier: 'free',
      tier_source: 'default',
      ends_at: meeting.created_at + 60 * MINUTE,
      remaining_seconds: 60 * 60 - 2,
      next: { action: 'send-notice', at: meeting.created_at + 50 * MINUTE },
    });
    for (const id of [meeting.internal_meeting_id, 'assembly'])
      expect((await world.call(`/meetings/${id}`)).body).toEqual(meeting);
    world.bbb.endMeeting('assembly');
    await world.advance(1_000);
    expect((await world.call('/meetings')).body).toEqual({ items: [] });
    expect((await world.call('/meetings/assembly')).status).toBe(404);
    expect((await world.post(`/meetings/${meeting.internal_meeting_id}/end`)).status).toBe(409);
  });

  test('a recording that is not in the tier is shown as marked', async () => {
    await given();
    const [moderator] = world.crowd(world.create(), 2);
    await world.advance(1_000);
    world.bbb.startRecording('assembly', moderator?.internalUserId ?? '');
    await world.advance(2_000);
    expect((await world.call('/meetings/assembly')).body).toMatchObject({
      recording: 'off',
      recording_allowed: false,
      recording_marked: true,
    });
  });
});

describe('ending a meeting', () => {
  test("it is BBB's end, on record with who asked, and confirmed by BBB", async () => {
    await given();
    world.crowd(world.create(), 2);
    await world.advance(2_000);
    const { status, body } = await world.post('/meetings/assembly/end');
    expect(status).toBe(202);
    expect(body).toMatchObject({
      action: 'end-meeting',
      limit: null,
      tier: 'free',
      detail: 'operator a-operator',
    });
    await world.advance(2_000);
    expect(world.bbb.meeting('assembly').running).toBe(false);
    await written();
    const logged = (await world.call(`/decisions?code=${body.code}`)).body.items;
    expect(logged).toEqual([expect.objectContaining({ code: body.code, outcome: 'confirmed', attempts: 1 })]);
    expect(logged[0].sentence).toContain("because the operator 'a-operator' asked for it");
    expect(logged[0].sent).toBe('api:end-meeting');
  });

  test("BBB's API is down and the bus loses the command: tried again until BBB shows it", async () => {
    await given();
    world.crowd(world.create(), 2);
    await world.advance(2_000);
    await world.bbb.faults.api({ kind: 'down' });
    world.bbb.faults.loseCommands({ match: 'EndMeetingSysCmdMsg', times: 2 });
    const { body } = await world.post('/meetings/assembly/end');
    expect(body.outcome).toBe('sent');
    const again = await world.post('/meetings/assembly/end');
    expect(again.body.code).toBe(body.code);
    await world.advance(20_000);
    expect(world.bbb.meeting('assembly').running).toBe(false);
    expect((await world.call(`/decisions/${body.code}`)).body).toMatchObject({
      outcome: 'confirmed',
      attempts: 3,
    });
  });

  test('in a dry run it is on record, and nothing is done', async () => {
    await given({ env: { DRY_RUN: 'true' } });
    world.crowd(world.create(), 2);
    await world.advance(2_000);
    const { body } = await world.post('/meetings/assembly/end');
    expect(body).toMatchObject({ dry_run: true, outcome: 'dry-run' });
    await world.advance(MINUTE);
    expect(world.bbb.meeting('assembly').running).toBe(true);
  });
});

describe('decisions', () => {
  test('pages do not shift while decisions are added, and each is seen once', async () => {
    await given();
    const meeting = world.create();
    world.crowd(meeting, 10);
    await world.advance(1_000);
    const late = async (name: string): Promise<void> => {
      world.bbb.join(meeting, { externalUserId: name, name });
      await world.advance(2_000);
    };
    for (let index = 0; index < 6; index += 1) await late(`before-${index}`);
    await written();
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await world.call(`/decisions?size=2${cursor === null ? '' : `&cursor=${cursor}`}`);
      expect(page.status).toBe(200);
      seen.push(...page.body.items.map((item: { subject: string }) => item.subject));
      cursor = page.body.next_cursor;
      await late(`after-${seen.length}`);
      await written();
    } while (cursor !== null);
    expect(seen).toEqual(['before-5', 'before-4', 'before-3', 'before-2', 'before-1', 'before-0']);
  });

  test('each filter leaves what fits, and only that', async () => {
    await given();
    const meeting = world.create();
    const [moderator] = world.crowd(meeting, 11);
    await world.advance(5_000);
    world.bbb.startRecording('assembly', moderator?.internalUserId ?? '');
    await world.advance(51 * MINUTE);
    await written();
    const all = (await world.call('/decisions?size=500')).body.items;
    expect(new Set(all.map((item: { limit: string }) => item.limit)).size).toBe(3);
    const [newest] = all;
    for (const [query, fits] of [
      ['limit=participants', (item: typeof newest) => item.limit === 'participants'],
      ['action=send-notice', (item: typeof newest) => item.action === 'send-notice'],
      ['outcome=confirmed', (item: typeof newest) => item.outcome === 'confirmed'],
      ['tier=free', () => true],
      ['tier=level-1', () => false],
      ['tenant=acme', () => false],
      ['meeting=assembly', () => true],
      [`meeting=${newest.internal_meeting_id}`, () => true],
      ['meeting=other', () => false],
      [
        `code=${newest.code.toLowerCase().replace('-', '')}`,
        (item: typeof newest) => item.code === newest.code,
      ],
      [`since=${newest.at}`, (item: typeof newest) => item.at >= newest.at],
      [
        `until=${encodeURIComponent(new Date(newest.at).toISOString())}`,
        (item: typeof newest) => item.at < newest.at,
      ],
    ] as const) {
      const { body } = await world.call(`/decisions?${query}`);
      expect([query, body.items]).toEqual([query, all.filter(fits)]);
    }
  });

  test('one is known by its code before the database has it, and when the database is away', async () => {
    await given();
    const meeting = world.create();
    world.crowd(meeting, 10);
    await world.advance(1_000);
    await world.breakDatabase();
    world.bbb.join(meeting, { externalUserId: 'late', name: 'Late' });
    await world.advance(2_000);
    const code = /· (\S+)$/.exec(world.bbb.meeting('assembly').chat[0]?.message ?? '')?.[1] ?? '';
    expect((await world.call(`/decisions/${code}`)).body).toMatchObject({
      id: 0,
      code,
      outcome: 'confirmed',
    });
    const away = await world.call('/decisions');
    expect(away.status).toBe(503);
    expect(away.headers.get('retry-after')).toBe('5');
    expect(contract.problems(operation('listDecisions'), 503, 'application/problem+json', away.body)).toEqual(
      [],
    );
    expect((await world.call('/meetings')).status).toBe(200);
    await world.mendDatabase();
  });
});

describe('figures', () => {
  test('usage of the month, by tenant and by account, by day', async () => {
    await given();
    world.crowd(world.create({ 'meta_bbb-origin-server-name': 'demo.meet.example' }), 4);
    await world.advance(10 * MINUTE);
    world.bbb.endMeeting('assembly');
    await world.advance(1_000);
    await written();
    // Nobody has counted this meeting's end yet: the reading has it counted.
    const { status, body } = await world.call('/usage?month=2026-11&by=account&granularity=day');
    expect([status, body.month, body.items.length]).toEqual([200, '2026-11', 1]);
    const [row] = body.items;
    expect(row).toMatchObject({ tenant: 'demo', account: null, period: '2026-11-02', meetings: 1 });
    expect([row.meeting_minutes, row.peak_participants]).toEqual([expect.closeTo(10, 0), 4]);
    expect(row.participant_minutes).toBeCloseTo(40, 0);
    const month = (await world.call('/usage')).body;
    expect(month).toEqual({ month: '2026-11', items: [{ ...row, period: '2026-11' }] });
  });

  test('a series tells people at once, meetings and decisions, bucket by bucket', async () => {
    await given();
    const meeting = world.create();
    const people = world.crowd(meeting, 11);
    await world.advance(10 * MINUTE);
    world.bbb.leave(meeting, people[3]?.internalUserId ?? '');
    await world.advance(10 * MINUTE);
    await written();
    const { body } = await world.call('/series?hours=1');
    expect(body.bucket_seconds).toBe(60);
    expect(body.items).toHaveLength(60);
    const now = world.clock.now();
    const figures = (minutesAgo: number) =>
      body.items.find((item: { at: number }) => item.at === now - minutesAgo * MINUTE);
    expect(figures(30)).toMatchObject({ participants: 0, meetings: 0, decisions: 0 });
    expect(figures(15)).toMatchObject({ participants: 10, meetings: 1 });
    expect(figures(5)).toMatchObject({ participants: 9, meetings: 1, decisions: 0 });
    const decisions = body.items.reduce(
      (sum: number, item: { decisions: number }) => sum + item.decisions,
      0,
    );
    expect(decisions).toBe((await world.call('/decisions')).body.items.length);
  });
});

describe('configuration', () => {
  test('a reload tells the new version, or what is wrong and where, without telling where the files lie', async () => {
    await given();
    const before = (await world.call('/config')).body;
    await world.editTiers((text) => text.replace('participants: 10', 'participants: 12'));
    const { body } = await world.post('/reload');
    expect(body.version).not.toBe(before.version);
    await world.editTiers((text) => text.replace('participants: 12', 'participants: twelve'));
    const broken = (await world.post('/reload')).body;
    expect(broken).toMatchObject({
      version: body.version,
      problems: [{ file: 'tiers.yml', line: expect.any(Number), path: 'tiers.free.participants' }],
    });
    expect((await world.call('/readiness')).body).toMatchObject({
      status: 'not ready',
      checks: {
        config: { ok: false, detail: `1 problem in the files, version ${body.version} stays in force` },
      },
    });
    const tier = (await world.call('/tiers')).body.items[0];
    expect(tier.participants).toEqual({ max: 12, enforce: 'hard' });
    expect(tier.create_params).toMatchObject({ duration: '60', maxParticipants: '12', record: 'false' });
  });
});
