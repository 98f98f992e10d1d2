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
