import supertest from 'supertest';
import { type ApiWorld, startApiWorld } from '../api/api-world';

let world: ApiWorld;
beforeAll(async () => {
  world = await startApiWorld({ env: { WEBHOOKS: 'off' } });
});
afterAll(() => world.stop());

const ask = () => supertest(world.app.url);

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

  test('every limit has its column, in the order of the file and in the reader’s words', async () => {
    const cells = async (language: string) => {
      const { text } = await ask().get('/service-levels').set('accept-language', language);
      const inner = (tag: string, html: string) =>
        [...html.matchAll(new RegExp(`<${tag}[ >].*?</${tag}>`, 'gs'))].map((match) =>
          match[0].replaceAll(/<span class="cell-label".*?<\/span>|<[^>]+>/g, '').replaceAll('\u00ad', ''),
        );
      const row = inner('tr', text).findIndex((each) => each.startsWith('Level 1'));
      const html = [...text.matchAll(/<tr.*?<\/tr>/gs)][row]?.[0] ?? '';
      return { heads: inner('th', text).slice(1, 4), limits: inner('td', html).slice(0, 3) };
    };
    await world.editTiers((text) =>
      text.replace('participants: 20', 'participants: {max: 1200, enforce: soft}'),
    );
    expect(await cells('en')).toEqual({
      heads: ['Length of a meeting', 'Participants', 'Recording'],
      limits: ['3 hours', '1,200 (recommended: beyond it a chat message says so, nobody is removed)', 'no'],
    });
    expect(await cells('de')).toEqual({
      heads: ['Dauer einer Besprechung', 'Teilnehmende', 'Aufzeichnung'],
      limits: [
        '3 Stunden',
        '1.200 (empfohlen: darüber wird die Besprechung hingewiesen, niemand wird entfernt)',
        'nein',
      ],
    });
    await world.editTiers((text) =>
      text.replace('participants: {max: 1200, enforce: soft}', 'participants: 20'),
    );
  });

  test.each([
    ['application/json', 'json'],
    ['application/json;q=0.9, text/html;q=0.8', 'json'],
    ['text/html,application/xhtml+xml,*/*;q=0.8', 'html'],
    ['*/*', 'html'],
    ['nonsense', 'html'],
  ])('Accept: %s gives %s; the JSON is the same as the API', async (accept, kind) => {
    const answer = await ask().get('/service-levels').set('accept', accept).expect(200);
    expect(answer.type).toBe(kind === 'json' ? 'application/json' : 'text/html');
    expect(answer.headers).toMatchObject({
      'cache-control': 'no-cache',
      vary: expect.stringMatching(/Accept, Accept-Language, Host/),
    });
    if (kind === 'json') expect(answer.body).toEqual((await world.call('/tiers')).body);
  });

  test('a tenant with branding by its host, however it is written: name, logo, colour, links', async () => {
    for (const host of ['meet.acme.example', 'MEET.Acme.example:443']) {
      const page = await ask().get('/service-levels').set('host', host);
      expect(page.text).toContain('src="https://meet.acme.example/branding/logo.svg" alt="Acme"');
      expect(page.text).toContain('<title>Service levels · Acme</title>');
      expect(page.text).toContain(
        '<a href="https://www.acme.example/terms" rel="noreferrer">Terms of use</a>',
      );
      expect(page.text).toContain('<a href="https://www.acme.example/privacy" rel="noreferrer">Privacy</a>');
      expect(page.text).toContain(
        '<a href="https://www.acme.example/help/meetings" rel="noreferrer">Help</a>',
      );
      const colour = await ask().get('/assets/brand.css').set('host', host);
      expect(colour.text).toBe(':root { --brand: #0a7d55; }\n');
      expect(colour.headers.vary).toContain('Host');
    }
  });

  test.each(['demo.meet.example', 'nobody.example', '127.0.0.1', '[::1]', 'constructor'])(
    'the host %s has no branding: nothing of any tenant is shown',
    async (host) => {
      const page = await ask().get('/service-levels').set('host', host).expect(200);
      expect(page.text).toContain('<title>Service levels · bbb-tiers</title>');
      expect(page.text).not.toMatch(/acme|<img|<footer/i);
      expect((await ask().get('/assets/brand.css').set('host', host)).text).toBe('');
    },
  );

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
