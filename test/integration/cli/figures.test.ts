/** `usage`, `tiers`, `reload`, and how each failure to reach or to be let in ends. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startWorld, type World } from '../../support/world';
import { cliOf, ONE_LINE, type Run } from './run-cli';

const MINUTE = 60_000;
let world: World;
let cli: ReturnType<typeof cliOf>;

beforeAll(async () => {
  world = await startWorld();
  cli = cliOf(world);
});
afterAll(() => world.stop());

const json = ({ out }: Run) => JSON.parse(out);

describe('usage', () => {
  beforeAll(async () => {
    const meeting = world.bbb.create({
      meetingID: 'counted',
      'meta_bbb-origin-server-name': 'demo.meet.example',
    });
    for (const who of ['a', 'b'])
      world.bbb.join(meeting, { externalUserId: who, name: who, role: 'MODERATOR' });
    await world.advance(30 * MINUTE);
    world.bbb.endMeeting('counted');
    await world.advance(2 * MINUTE);
    await world.stored();
  });

  test('this month as a table, and as JSON in both spellings', async () => {
    const table = await cli(['usage']);
    expect(table).toMatchObject({ err: '', code: 0 });
    expect(table.out).toMatch(/meeting minutes.*participant minutes/);
    const found = json(await cli(['usage', '--json']));
    expect(found).toEqual(json(await cli(['usage', '--format', 'json', '--month', '2026-11'])));
    expect(found.month).toBe('2026-11');
    expect(found.items).toEqual([
      expect.objectContaining({ tenant: 'demo', period: '2026-11', meetings: 1, peak_participants: 2 }),
    ]);
    expect(found.items[0].participant_minutes).toBeCloseTo(60, 0);
  });

  test('CSV of a day each: a head, CRLF, numbers bare', async () => {
    const { out } = await cli(['usage', '--format', 'csv', '--days', '--tenant', 'demo']);
    expect(out).toMatch(
      /^tenant,account,period,meetings,meeting_minutes,participant_minutes,peak_participants,recorded_minutes,dial_in_minutes\r\ndemo,,2026-11-02,1,[\d.]+,[\d.]+,2,0,0\r\n$/,
    );
  });

  test('a month without anything', async () => {
    expect((await cli(['usage', '--month', '2026-01'])).out).toBe('Nothing was used in 2026-01.\n');
    expect((await cli(['usage', '--month', '2026-01', '--format', 'csv'])).out.split('\r\n')).toHaveLength(2);
    expect(json(await cli(['usage', '--tenant', "x' or 1=1 --", '--json'])).items).toEqual([]);
  });

  test.each(['2026-13', '2026', '11-2026', '2026-11-02', "2026-11'; --", '\u001b[31m'])(
    '%j is no month',
    async (month) => {
      const { out, err, code } = await cli(['usage', '--month', month]);
      expect({ out, code }).toEqual({ out: '', code: 64 });
      expect(err).toMatch(ONE_LINE);
      expect(err).toContain('expected a month such as 2026-11');
      expect(err).not.toContain('\u001b');
    },
  );

  test('what the API refuses as malformed is a matter of the words: 64', async () => {
    const { err, code } = await cli(['usage', '--tenant', 'x'.repeat(300)]);
    expect(code).toBe(64);
    expect(err).toMatch(ONE_LINE);
    expect(err).toContain('tenant');
  });
});

describe('tiers', () => {
  test('what is in force, as a table and as JSON', async () => {
    const { out, err, code } = await cli(['tiers']);
    expect({ err, code }).toEqual({ err: '', code: 0 });
    const row = (name: string) =>
      out
        .split('\n')
        .find((line) => line.includes(` ${name} `))
        ?.split('│')
        .map((cell) => cell.trim())
        .slice(1, -1);
    const heads = 'code title accounts rooms duration participants recording set-up monthly';
    expect(row('code')).toEqual(heads.split(' '));
    expect(row('level-1')).toEqual(['level-1', 'Level 1', '1', '3', '3h', '20', 'no', '10', '10']);
    expect(row('custom')).toEqual([
      'custom',
      'Custom',
      'unlimited',
      'unlimited',
      '24h',
      'unlimited',
      'yes',
      '300',
      'on-request',
    ]);
    expect(out).toMatch(/^EUR, config [0-9a-f]{12}$/m);
    const { items } = json(await cli(['tiers', '--json']));
    expect(items).toHaveLength(6);
    expect(items[5]).toMatchObject({ code: 'custom', create_params: { duration: '1440' } });
  });
});

describe('reload', () => {
  test('a good file is in force at once; a broken one is told with its place, and the last good one stays', async () => {
    const before = json(await cli(['tiers', '--json'])).config_version;
    const good = await cli(['reload']);
    expect(good).toEqual({ out: `config ${before} is in force.\n`, err: '', code: 0 });
    await world.editTiers((text) => text.replace('meeting_duration: 60m', 'meeting_duration: 61m'));
    const changed = await cli(['reload']);
    expect(changed.code).toBe(0);
    expect(changed.out).not.toBe(good.out);
    await world.editTiers((text) => text.replace('meeting_duration: 61m', 'meeting_duration: sixty'));
    const broken = await cli(['reload']);
    expect(broken).toMatchObject({ out: '', code: 1 });
    expect(broken.err).toMatch(/tiers\.yml:\d+:\d+ tiers\.free\.meeting_duration: expected .*'sixty'/);
    expect(broken.err).toContain('the last good one stays');
    const asJson = await cli(['reload', '--json']);
    expect([asJson.code, json(asJson).problems.length]).toEqual([1, 1]);
    expect(json(await cli(['tiers', '--json'])).items[0].meeting_duration.max).toBe(61 * MINUTE);
    await world.editTiers((text) => text.replace('meeting_duration: sixty', 'meeting_duration: 60m'));
    expect((await cli(['reload'])).out).toBe(good.out);
  });
});

describe('not reached, not let in', () => {
  const refused = async (code: number, says: RegExp, env: Record<string, string | undefined>) => {
    const run = await cli(['meetings'], { env });
    expect({ out: run.out, code: run.code }).toEqual({ out: '', code });
    expect(run.err).toMatch(ONE_LINE);
    expect(run.err).toMatch(says);
  };

  test('nobody answers: 69 and where it was sought', () =>
    refused(69, /expected the service at http:\/\/127\.0\.0\.1:9, got no answer.*systemctl/, {
      BBB_TIERS_URL: 'http://127.0.0.1:9',
    }));
  test('an address that is none: 78', () =>
    refused(78, /^bbb-tiers: BBB_TIERS_URL: expected a URL/, { BBB_TIERS_URL: 'here' }));
  test('a scheme that is no web address: 78', () =>
    refused(78, /^bbb-tiers: BBB_TIERS_URL: expected a URL/, { BBB_TIERS_URL: 'file:///etc/passwd' }));
  test('no token and no secret: 77', () =>
    refused(77, /BBB_TIERS_TOKEN or ADMIN_JWT_SECRET/, { ADMIN_JWT_SECRET: undefined }));
  test('a token of another key: 77', () =>
    refused(77, /answered 401.*bbb-tiers token/, { ADMIN_JWT_SECRET: 'x'.repeat(40) }));
  test('a token that is none, even with a line end in it: 77', () =>
    refused(77, /BBB_TIERS_TOKEN|answered 401/, { BBB_TIERS_TOKEN: 'a\r\nb: c' }));
  test('something else answers there: 69', () =>
    refused(69, /expected the service at .*, got (no answer|another program)/, {
      BBB_TIERS_URL: world.bbb.url,
    }));
  test('JSON of another program is none of ours: 69', () =>
    refused(69, /got another program/, { BBB_TIERS_URL: `${world.app.url}/nowhere` }));
  test('a page in place of an answer: 69', async () => {
    const server = createServer((_request, response) => void response.end('<html>')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const { port } = server.address() as AddressInfo;
      await refused(69, /got another program or a proxy \(no JSON\)/, {
        BBB_TIERS_URL: `http://127.0.0.1:${port}`,
      });
    } finally {
      server.close();
    }
  });
  test('HOST and PORT say where, as the service itself reads them', async () => {
    const { port } = new URL(world.app.url);
    for (const HOST of [undefined, '', '0.0.0.0', '127.0.0.1']) {
      const env = { BBB_TIERS_URL: undefined, HOST, PORT: port };
      expect((await cli(['meetings'], { env })).code).toBe(0);
    }
    await refused(69, /http:\/\/\[::1\]:1,/, { BBB_TIERS_URL: undefined, HOST: '::', PORT: '1' });
    await refused(78, /PORT/, { BBB_TIERS_URL: undefined, PORT: 'many' });
  });
  test('a token is never written out', async () => {
    const { err } = await cli(['meetings'], { env: { BBB_TIERS_TOKEN: 'eyJ.secret.token' } });
    expect(err).not.toContain('secret.token');
  });
});
