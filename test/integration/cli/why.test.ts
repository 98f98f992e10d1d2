/** `why`: what an operator learns of a decision, by the code that people were told and by the meeting. */
import { sign } from 'jsonwebtoken';
import { Client } from 'pg';
import { deriveClaimSecret } from '../../../sidecar/tier-claim/derive-secret';
import type { MeetingView } from '../../bbb-simulator';
import { startWorld, type World } from '../../support/world';
import { cliOf, json, meetingWith, ONE_LINE } from './run-cli';

const OWNER_UNKNOWN =
  'The owner of this meeting is unknown (unknown_owner: protect-moderators): no moderator is removed when it is full.\n';

let world: World;
let cli: ReturnType<typeof cliOf>;

beforeAll(async () => {
  world = await startWorld();
  cli = cliOf(world);
});
afterAll(() => world.stop());
afterEach(async () => {
  for (const meeting of world.bbb.meetings())
    if (meeting.running) world.bbb.endMeeting(meeting.internalMeetingId);
  await world.advance(2_000);
});

/** An eleventh person came; the code is taken from what the moderators and that person read in the chat. */
async function elevenCame(): Promise<{ code: string; meeting: MeetingView }> {
  const meeting = await meetingWith(world, 10);
  world.bbb.join(meeting, { externalUserId: 'eleventh', name: 'Person 11' });
  await world.advance(10_000);
  await world.app.journal.flush(5_000);
  const said = JSON.stringify(world.bbb.meeting('assembly'));
  const code = /\b([2-9A-Z]{3}-[2-9A-Z]{3})\b/.exec(said)?.[1];
  if (code === undefined) throw new Error(`no code was said: ${said}`);
  return { code, meeting };
}

test('by the code as the chat shows it, however it is typed', async () => {
  const { code, meeting } = await elevenCame();
  const bare = code.replace('-', '');
  const ways = [
    code,
    code.toLowerCase(),
    bare,
    bare.toLowerCase(),
    ` ${code} `,
    `${bare.slice(0, 3)} ${bare.slice(3)}`,
  ];
  const told = await cli(['why', code]);
  expect(told).toMatchObject({ err: '', code: 0 });
  expect(told.out).toContain(code);
  expect(told.out).toContain(meeting.internalMeetingId);
  expect(told.out).toContain('rule participants (hard): 11 seen, 10 allowed');
  expect(told.out).toContain('about eleventh');
  expect(told.out).toMatch(/^ {2}sent \S+, 1 attempt$/m);
  for (const way of ways) expect((await cli(['why', way])).out).toBe(told.out);
});

describe('of a running meeting whose owner is unknown, who keeps their seat', () => {
  const FROM_DEMO = { 'meta_bbb-origin-server-name': 'demo.meet.example' };
  const setRule = (rule: string): Promise<void> =>
    world.editTenants((text) =>
      text.replace(
        /^( +)host: demo\.meet\.example.*$(\n +unknown_owner: .*)?/m,
        `$1host: demo.meet.example\n$1unknown_owner: ${rule}`,
      ),
    );

  test.each([
    ['protect-moderators', 'no moderator is removed when it is full'],
    ['protect-first-moderator', 'only the moderator who came first is never removed when it is full'],
    ['protect-nobody', 'anybody, the owner too, may be removed when it is full'],
  ])('unknown_owner: %s', async (rule, text) => {
    await setRule(rule);
    await meetingWith(world, 3, FROM_DEMO);
    const shown = await cli(['why', 'assembly']);
    expect(shown).toMatchObject({ err: '', code: 0 });
    expect(shown.out).toContain(`The owner of this meeting is unknown (unknown_owner: ${rule}): ${text}.\n`);
  });

  test('the owner is known by a claim → no line', async () => {
    const iat = Math.floor(world.clock.now() / 1_000);
    const claim = { iss: 'greenlight', aud: 'bbb-tiers', tenant: 'demo', tier: 'free', owner: 'u1' };
    const token = sign(
      { ...claim, room: 'owned', iat, exp: iat + 600 },
      deriveClaimSecret('claim-secret-for-tests-only-0123456789', 'demo'),
    );
    await meetingWith(world, 3, { meetingID: 'owned', ...FROM_DEMO, 'meta_tier-claim': token });
    expect((await cli(['why', 'owned'])).out).toBe('owned is running; nothing was decided about it.\n');
  });
});

test('by its code before the database has it, and while the database is away', async () => {
  const meeting = await meetingWith(world, 10);
  await world.breakDatabase();
  try {
    world.bbb.join(meeting, { externalUserId: 'eleventh', name: 'Person 11' });
    await world.advance(2_000);
    const said = JSON.stringify(world.bbb.meeting('assembly').chat);
    const code = /\b([2-9A-Z]{3}-[2-9A-Z]{3})\b/.exec(said)?.[1] ?? '';
    const told = await cli(['why', code]);
    expect(told).toMatchObject({ err: '', code: 0 });
    expect(told.out).toContain('rule participants (hard): 11 seen, 10 allowed');
    expect(json(await cli(['why', code, '--json'])).items).toMatchObject([{ code, subject: 'eleventh' }]);
    // Of others nobody can say that nothing is on record.
    for (const words of ['ZZZ-ZZZ', 'assembly']) {
      const away = await cli(['why', words]);
      expect(away).toMatchObject({ out: '', code: 1 });
      expect(away.err).toMatch(/^bbb-tiers: the service answered 503: The database does not answer[^\n]+\n$/);
    }
  } finally {
    await world.mendDatabase();
    await world.advance(30_000);
    await world.stored();
  }
});

test('more than a page of a meeting: the newest, and that there are older ones', async () => {
  const { internalMeetingId } = await meetingWith(world, 1, { meetingID: 'busy' });
  const client = new Client({ connectionString: world.database.databaseUrl });
  await client.connect();
  await client.query(
    `insert into bbb_tiers.decisions (code, at, internal_meeting_id, external_meeting_id, key, action, config_version, dry_run)
        select 'C' || n, to_timestamp(n), $1, 'busy', 'k', 'end-meeting', 'v', false from generate_series(1, 501) n`,
    [internalMeetingId],
  );
  await client.end();
  const shown = await cli(['why', 'busy']);
  expect(shown).toMatchObject({
    code: 0,
    err: expect.stringMatching(
      /^bbb-tiers: only the newest 500 decisions are shown; the API has the older ones: [^\n]+\n$/,
    ),
  });
  expect(shown.out).toMatch(/^C2 {2}1970-01-01T00:00:02.000Z\n/);
  const { items, next_cursor: next } = json(await cli(['why', 'busy', '--json']));
  expect(items).toHaveLength(500);
  expect(next).toEqual(expect.any(String));
});

test('by both ids of a meeting, everything in the order of time; --json', async () => {
  const { meeting } = await elevenCame();
  await world.advance(51 * 60_000);
  await world.app.journal.flush(5_000);
  const { items } = json(await cli(['why', meeting.internalMeetingId, '--json']));
  expect(items.length).toBeGreaterThan(1);
  const times = items.map(({ at }: { at: number }) => at);
  expect(times).toEqual(times.toSorted((a: number, b: number) => a - b));
  expect((await cli(['why', meeting.internalMeetingId])).out).toContain('rule meeting_duration');
  expect((await cli(['why', 'assembly'])).out).toContain(items[0].code);
});

test('nothing on record: 66, one line that says what is expected', async () => {
  for (const words of ['ZZZ-ZZZ', 'no-such-meeting', "'; drop table x; --", '\u001b[31mred']) {
    const { out, err, code } = await cli(['why', words]);
    expect({ out, code }).toEqual({ out: '', code: 66 });
    expect(err).toMatch(ONE_LINE);
    expect(err).toContain('K7Q-2MX');
    expect(err).not.toContain('\u001b');
  }
});

test('a meeting that runs, about which nothing was decided: that, by both of its ids', async () => {
  const { internalMeetingId } = await meetingWith(world, 1, { meetingID: 'math-101' });
  for (const id of ['math-101', internalMeetingId])
    expect(await cli(['why', id])).toEqual({
      out: `${id} is running; nothing was decided about it.\n${OWNER_UNKNOWN}`,
      err: '',
      code: 0,
    });
  expect(json(await cli(['why', 'math-101', '--json']))).toEqual({ items: [], next_cursor: null });
  world.bbb.endMeeting(internalMeetingId);
  await world.advance(60_000);
  expect(await cli(['why', 'math-101'])).toMatchObject({ out: '', code: 66 });
});

test('a meeting whose id reads like a code is found as a meeting', async () => {
  await meetingWith(world, 11, { meetingID: 'abcdef' });
  await world.advance(10_000);
  await world.app.journal.flush(5_000);
  expect(await cli(['why', 'abcdef'])).toMatchObject({ err: '', code: 0 });
});
