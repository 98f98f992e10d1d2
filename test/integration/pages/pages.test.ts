import supertest from 'supertest';
import { issueAdminToken } from '../../../sidecar/admin-token/issue';
import { ADMIN_SECRET, type ApiWorld, HOUR, startApiWorld } from '../api/api-world';

let world: ApiWorld;
beforeAll(async () => {
  world = await startApiWorld({ env: { WEBHOOKS: 'off' } });
});
afterAll(() => world.stop());

const ask = () => supertest(world.app.url);
const SAME_SITE = { 'x-requested-with': 'bbb-tiers' };

function cookieOf(response: { headers: Record<string, unknown> }): string {
  return String((response.headers['set-cookie'] as readonly string[] | undefined)?.[0] ?? '');
}

describe('sign-in', () => {
  test('a token becomes a cookie that scripts and other sites never see, and lives as long as the token', async () => {
    const signedIn = await ask()
      .post('/session')
      .set(SAME_SITE)
      .send({ token: ` ${world.token('operator', HOUR)} ` })
      .expect(200);
    expect(signedIn.body).toMatchObject({ signed_in: true, role: 'operator', subject: 'a-operator' });
    expect(cookieOf(signedIn)).toMatch(
      /^bbb_tiers_session=[\w.-]+; Path=\/; Max-Age=3600; HttpOnly; SameSite=Strict$/,
    );
    const cookie = cookieOf(signedIn).split(';')[0] ?? '';
    await ask().get('/api/v1/meetings').set('cookie', cookie).expect(200);
    expect((await ask().get('/session').set('cookie', cookie)).body.signed_in).toBe(true);
    expect(cookieOf(await ask().delete('/session').set(SAME_SITE))).toContain('Max-Age=0');
  });

  test('behind https the cookie is Secure, behind a prefix it stays there', async () => {
    const answer = await ask()
      .post('/session')
      .set({ ...SAME_SITE, 'x-forwarded-proto': 'https', 'x-forwarded-prefix': '/bbb-tiers/' })
      .send({ token: world.token() });
    expect(cookieOf(answer)).toMatch(/Path=\/bbb-tiers; .*Secure$/);
  });

  test.each(['/a;Domain=evil.example', '//evil', '/a b', '/\u00e4', 'x'])('no prefix: %j', async (prefix) => {
    const answer = await ask()
      .post('/session')
      .set({ ...SAME_SITE, 'x-forwarded-prefix': encodeURI(prefix).includes('%C3') ? '/%' : prefix })
      .send({ token: world.token() });
    expect(cookieOf(answer)).toContain('; Path=/; ');
  });

  test('nobody without the header, without a token, with an old or a foreign one', async () => {
    await ask().post('/session').send({ token: world.token() }).expect(403);
    const foreign = issueAdminToken({
      secret: `${ADMIN_SECRET}x`,
      role: 'operator',
      subject: 'a',
      lifeMs: HOUR,
      now: world.clock.now(),
    });
    for (const body of [{}, { token: '' }, { token: 7 }, { token: foreign }, { once: 'x' }, []]) {
      const refused = await ask()
        .post('/session')
        .set(SAME_SITE)
        .send(body as object)
        .expect(401);
      expect(cookieOf(refused)).toBe('');
    }
    const old = world.token('operator', 1_000);
    await world.advance(2_000);
    await ask().post('/session').set(SAME_SITE).send({ token: old }).expect(401);
    await ask()
      .post('/session')
      .set({ ...SAME_SITE, 'content-type': 'application/json' })
      .send('{')
      .expect(400);
  });

  test('a link signs in once, within five minutes, with the role of who made it', async () => {
    const make = async (role: 'viewer' | 'operator') => {
      const bearer = { ...SAME_SITE, authorization: `Bearer ${world.token(role)}` };
      const { body } = await ask().post('/session/links').set(bearer).expect(201);
      expect(body.expires_at - world.clock.now()).toBe(300_000);
      return { once: new URL(body.url).hash.replace('#once=', '') };
    };
    const link = await make('viewer');
    expect((await ask().post('/session').set(SAME_SITE).send(link).expect(200)).body.role).toBe('viewer');
    await ask().post('/session').set(SAME_SITE).send(link).expect(401);
    const late = await make('operator');
    await world.advance(300_000);
    await ask().post('/session').set(SAME_SITE).send(late).expect(401);
  });

  test('no link for a cookie or for nobody', async () => {
    await ask().post('/session/links').set(SAME_SITE).expect(401);
    await ask()
      .post('/session/links')
      .set({ ...SAME_SITE, cookie: `bbb_tiers_session=${world.token('operator')}` })
      .expect(401);
  });
});

describe('service levels', () => {
  test('the running table with prices, rule and texts; what is edited is published', async () => {
    const page = await ask().get('/service-levels').set('accept-language', 'de').expect(200);
    expect(page.headers['content-language']).toBe('de');
    expect(page.text).toMatch(/mindestens 12 Monaten/);
    expect(page.text).toMatch(/6 Stunden/);
    expect(page.text).toMatch(/200\s€/);
    expect(page.text).toContain('Multi-account');
    expect(page.text).not.toMatch(/<script|style=/);
    await world.editTiers((text) => text.replace('title: Free ', 'title: "<b>Gratis</b>" '));
    expect((await ask().get('/service-levels')).text).toContain('&lt;b&gt;Gratis&lt;/b&gt;');
    await world.editTiers((text) => text.replace('title: "<b>Gratis</b>" ', 'title: Free '));
  });

  test('as JSON by Accept; the same as the API', async () => {
    const { body } = await ask().get('/service-levels').set('accept', 'application/json').expect(200);
    expect(body).toEqual((await world.call('/tiers')).body);
  });

  test('a tenant with branding by its host: name, logo, colour, and its logo alone from elsewhere', async () => {
    const page = await ask().get('/service-levels').set('host', 'meet.acme.example');
    expect(page.text).toContain('src="https://meet.acme.example/branding/logo.svg"');
    expect(page.headers['content-security-policy']).toContain("img-src 'self' https://meet.acme.example;");
    expect((await ask().get('/assets/brand.css').set('host', 'meet.acme.example')).text).toBe(
      ':root { --brand: #0a7d55; }\n',
    );
    const other = await ask().get('/service-levels').set('host', 'demo.meet.example');
    expect(other.headers['content-security-policy']).toContain("img-src 'self';");
    expect(other.text).not.toContain('acme');
  });

  test('the switch wins over the browser; what is no language is none', async () => {
    const lang = async (query: string) =>
      (await ask().get(`/service-levels${query}`).set('accept-language', 'fr')).headers['content-language'];
    expect([
      await lang('?lang=es'),
      await lang('?lang=xx'),
      await lang('?lang=es&lang=de'),
      await lang(''),
    ]).toEqual(['es', 'fr', 'fr', 'fr']);
  });
});

describe('/m/<code>', () => {
  test('the sentence, the rule, what would have allowed it, whom to ask; nobody named; however it is typed', async () => {
    const meeting = world.create({ name: 'Secret name' });
    world.crowd(meeting, 11);
    await world.advance(90_000);
    const { body } = await world.call('/decisions?action=eject-user');
    const [{ code, subject }] = body.items;
    expect(subject).not.toBeNull();
    for (const typed of [code, code.toLowerCase().replace('-', '')]) {
      const page = await ask().get(`/m/${typed}`).expect(200);
      expect(page.text).toContain('11 people were in it and the service level “Free” has places for 10');
      expect(page.text).toContain('The service level “Level 1” (€10 a month).');
      expect(page.text).toContain('Ask the person who opened the meeting');
      for (const secret of [
        subject,
        'Secret name',
        meeting.internalMeetingId,
        meeting.externalMeetingId,
        'Person',
      ])
        expect(page.text.replaceAll('Ask the person', '')).not.toContain(secret);
      expect(page.headers['x-robots-tag']).toBe('noindex');
    }
  });

  test.each(['222-222', 'K7Q', '%3Cscript%3E', "'--", '%00', 'x'.repeat(5_000)])(
    '%s is friendly and unknown',
    async (code) => {
      const page = await ask().get(`/m/${code}`).expect(404);
      expect(page.text).toContain('This code is not known');
      expect(page.text).not.toContain('<script');
    },
  );

  test('a tenant with a mail sender is whom to ask; the operator who ended the meeting is not named', async () => {
    const meeting = world.create({ meetingID: 'acme-1', 'meta_bbb-origin-server-name': 'meet.acme.example' });
    world.crowd(meeting, 1);
    await world.advance(2_000);
    const { status } = await world.post(`/meetings/${meeting.internalMeetingId}/end`);
    expect(status).toBeLessThan(300);
    await world.advance(2_000);
    const { body } = await world.call(`/decisions?meeting=${meeting.internalMeetingId}&action=end-meeting`);
    const [{ code, tenant }] = body.items;
    expect(tenant).toBe('acme');
    const page = await ask().get(`/m/${code}`).expect(200);
    expect(page.text).toContain(`href="mailto:meet@acme.example?subject=${code}"`);
    expect(page.text).toContain('Acme meetings');
    expect(page.text).not.toContain('a-operator');
  });

  test('the database is away: says so, and comes back', async () => {
    await world.breakDatabase();
    try {
      expect((await ask().get('/m/333-333').expect(503)).text).toContain('Not to be found right now');
    } finally {
      await world.mendDatabase();
    }
  });

  test('guessing is slowed down, politely', async () => {
    let page = await ask().get('/m/222-222');
    for (let count = 0; count < 40 && page.status === 404; count += 1) page = await ask().get('/m/222-222');
    expect(page.status).toBe(429);
    expect(page.text).toContain('Too many questions');
  });
});
