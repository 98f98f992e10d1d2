/** `status`, `meetings`, `end`: what an operator sees of a running service, and does to it. */
import { issueAdminToken } from '../../../sidecar/admin-token/issue';
import { until } from '../../support/until';
import { startWorld, type World } from '../../support/world';
import { ADMIN_SECRET, cliOf, json, meetingWith, ONE_LINE } from './run-cli';

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

describe('status', () => {
  test('without a meeting it says so, and how each dependency is', async () => {
    const { out, err, code } = await cli(['status']);
    expect({ err, code }).toEqual({ err: '', code: 0 });
    expect(out).toMatch(/^No meeting is running\.\n\nok {3}\w+: /);
    for (const name of ['bus', 'bbb-api', 'bbb-analytics', 'database', 'config', 'policy-file', 'clock'])
      expect(out).toMatch(new RegExp(`^ok   ${name}: `, 'm'));
  });

  test('a meeting is a row: time left, people and places, recording, what is next; no colours into a pipe', async () => {
    await meetingWith(world, 3);
    const { out } = await cli(['status']);
    const row = out.split('\n').find((line) => line.includes('Assembly'));
    expect(row?.split('│').map((cell) => cell.trim())).toEqual(
      expect.arrayContaining(['Assembly', 'assembly', '–', 'free', '59m58s', '3/10', 'off']),
    );
    expect(row).toMatch(/send-notice \d\d:\d\d:\d\dZ/);
    expect(out).not.toContain('\u001b');
    expect((await cli(['status'], { isTTY: true })).out).toContain('\u001b[1mmeeting\u001b[22m');
    expect((await cli(['status'], { isTTY: true, env: { NO_COLOR: '1' } })).out).not.toContain('\u001b');
  });

  test('--json has meetings and readiness; 1 when something is not ready', async () => {
    await meetingWith(world, 2);
    const well = await cli(['status', '--json']);
    expect(well.code).toBe(0);
    expect(json(well)).toMatchObject({
      meetings: [{ external_meeting_id: 'assembly', people: 2 }],
      readiness: { status: 'ready' },
    });
    await world.breakDatabase();
    try {
      // A decision has to be written before anybody notices that the database is away.
      world.bbb.endMeeting('assembly');
      await world.advance(60_000);
      await until('the journal to notice', () => !world.app.journal.state().connected);
      const ill = await cli(['status', '--json']);
      expect([ill.code, json(ill).readiness.status]).toEqual([1, 'not ready']);
      const shown = await cli(['status']);
      expect(shown.out).toMatch(/^FAIL database: /m);
      expect(shown.code).toBe(1);
    } finally {
      await world.mendDatabase();
      await world.advance(30_000);
      await world.app.journal.flush(10_000);
    }
  });

  test('a broken config: that the last good one holds, and what says where', async () => {
    await world.editTiers((text) => text.replace('participants: 10', 'participants: twelve'));
    await cli(['reload']);
    try {
      const { out, code } = await cli(['status']);
      expect(out).toMatch(
        /^FAIL config: 1 problem in the files, version \S+ stays in force; 'bbb-tiers check' says where$/m,
      );
      expect(code).toBe(1);
    } finally {
      await world.editTiers((text) => text.replace('participants: twelve', 'participants: 10'));
      await cli(['reload']);
    }
    expect((await cli(['status'])).out).toMatch(/^ok {3}config: version \S+$/m);
  });

  test('--watch draws anew until it is stopped, and clears the screen only of a terminal', async () => {
    for (const isTTY of [true, false]) {
      const drawn: string[] = [];
      const { code } = await cli(['status', '--watch'], {
        isTTY,
        onOut: (text) => drawn.push(text),
        async sleep() {
          return drawn.length < 3;
        },
      });
      expect(drawn).toHaveLength(3);
      for (const text of drawn) expect(text.startsWith('\u001b[2J\u001b[H')).toBe(isTTY);
      expect(code).toBe(0);
    }
  });

  test('--watch outlives a service that is away for a while', async () => {
    const drawn: string[] = [];
    let round = 0;
    const { port } = new URL(world.app.url);
    await cli(['status', '--watch'], {
      isTTY: true,
      onOut: (text) => drawn.push(text),
      async sleep() {
        round += 1;
        if (round === 1) await world.stopService();
        if (round === 2) await world.startService({ PORT: port });
        return round < 3;
      },
    });
    expect(drawn).toHaveLength(3);
    expect(drawn[1]).toContain('got no answer');
    expect(drawn[2]).toContain('ok   config');
  });
});

describe('meetings', () => {
  test('all, one by both of its ids, none by a third', async () => {
    const { internalMeetingId } = await meetingWith(world, 1);
    expect((await cli(['meetings'])).out).toContain('Assembly');
    for (const id of ['assembly', internalMeetingId]) {
      const shown = await cli(['meetings', id]);
      expect(shown).toMatchObject({ err: '', code: 0 });
      expect(shown.out).toContain('1/10');
      expect(json(await cli(['meetings', id, '--json'])).internal_meeting_id).toBe(internalMeetingId);
    }
    expect(json(await cli(['meetings', '--json'])).items).toHaveLength(1);
    const missing = await cli(['meetings', 'other/../..?x=1']);
    expect(missing).toMatchObject({ out: '', code: 66 });
    expect(missing.err).toMatch(ONE_LINE);
    expect(missing.err).toContain('No running meeting has this');
  });

  test('a hostile name can neither move the cursor, nor turn the text, nor break the table', async () => {
    const name = `\u001b[2J\u001b]0;owned\u0007evil\r\n\u009b31m\u202Egnp.exe\u2066`.padEnd(64, 'x');
    await meetingWith(world, 1, { name });
    for (const words of [['meetings'], ['status'], ['meetings', 'assembly']]) {
      const { out } = await cli(words);
      expect(out).toContain('evil');
      expect(out).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u);
      for (const line of out.split('\n')) expect(line.length).toBeLessThan(250);
    }
    const asked: string[] = [];
    await cli(['end', 'assembly'], { isTTY: true, answer: false }, asked);
    expect(asked.join()).not.toMatch(/\p{Cc}|\p{Cf}/u);
    expect(asked.join()).toContain('evil');
  });

  test('a viewer may look and not end', async () => {
    await meetingWith(world, 1);
    const token = issueAdminToken({
      secret: ADMIN_SECRET,
      role: 'viewer',
      subject: 'eve',
      lifeMs: 60_000,
      now: world.clock.now(),
    });
    const env = { BBB_TIERS_TOKEN: token, ADMIN_JWT_SECRET: undefined };
    expect((await cli(['meetings'], { env })).code).toBe(0);
    const refused = await cli(['end', 'assembly', '--yes'], { env });
    expect(refused).toMatchObject({ out: '', code: 77 });
    expect(refused.err).toMatch(ONE_LINE);
    expect(refused.err).toBe(
      "bbb-tiers: the service answered 403: This needs a token of the role 'operator', this one is of 'viewer' ('bbb-tiers token --role operator' makes one).\n",
    );
    expect(world.bbb.meeting('assembly').running).toBe(true);
  });

  test('a token made with another key: what is wrong and how to come by one, each once', async () => {
    const { out, err, code } = await cli(['status'], {
      env: { ADMIN_JWT_SECRET: 'another-secret'.repeat(4) },
    });
    expect({ out, code }).toEqual({ out: '', code: 77 });
    expect(err).toMatch(
      /^bbb-tiers: the service answered 401: The token was not taken: [^\n]+\. 'bbb-tiers token' makes a new one \(with the service's own ADMIN_JWT_SECRET\)\.\n$/,
    );
    expect(err.match(/bbb-tiers token/g)).toHaveLength(1);
  });
});

describe('end', () => {
  test('nobody can be asked, or says no: not ended, exit 1 and how to', async () => {
    await meetingWith(world, 2);
    const asked: string[] = [];
    for (const isTTY of [false, true]) {
      const { out, err, code } = await cli(['end', 'assembly'], { isTTY, answer: false }, asked);
      expect({ out, code }).toEqual({ out: '', code: 1 });
      expect(err).toMatch(ONE_LINE);
      expect(err).toContain('--yes');
    }
    expect(asked[0]).toBe('End “Assembly” (assembly) with 2 people now?');
    await world.advance(2_000);
    expect(world.bbb.meeting('assembly').running).toBe(true);
  });

  test('a yes at the terminal, or --yes, ends it; the code it prints explains it', async () => {
    for (const [words, answer] of [
      [['end', 'assembly'], true],
      [['end', 'assembly', '--yes'], false],
    ] as const) {
      await meetingWith(world, 2);
      const asked: string[] = [];
      const { out, err, code } = await cli(words, { isTTY: true, answer }, asked);
      expect({ err, code }).toEqual({ err: '', code: 0 });
      expect(asked).toHaveLength(answer ? 1 : 0);
      await world.advance(2_000);
      expect(world.bbb.meeting('assembly').running).toBe(false);
      await world.app.journal.flush(5_000);
      const made = /decision (\w{3}-\w{3})\.\n$/.exec(out)?.[1] ?? '';
      expect((await cli(['why', made])).out).toContain("because the operator 'cli' asked for it");
    }
    await meetingWith(world, 1);
    const asked: string[] = [];
    await cli(['end', 'assembly'], { isTTY: true, answer: false }, asked);
    expect(asked).toEqual(['End “Assembly” (assembly) with 1 person now?']);
    expect(json(await cli(['end', 'assembly', '--yes', '--json']))).toMatchObject({ action: 'end-meeting' });
    await world.advance(2_000);
    const gone = await cli(['end', 'assembly', '--yes']);
    expect(gone).toMatchObject({ out: '', code: 66 });
  });
});
