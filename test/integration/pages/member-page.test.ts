import supertest from 'supertest';
import { type ApiWorld, startApiWorld } from '../api/api-world';

let world: ApiWorld;
beforeAll(async () => {
  world = await startApiWorld({ env: { WEBHOOKS: 'off' } });
});
afterAll(() => world.stop());

const ask = () => supertest(world.app.url);

/** Decisions of the log, once it is written. */
async function decisions(query: string) {
  await world.stored();
  const { body } = await world.call(`/decisions?${query}`);
  return body.items;
}

/** What stands under "What would have allowed it"; nobody's page here is of a tenant. */
const ANSWERS = {
  en: ['What would have allowed it', '“Free” now has places for 12.', '“Free” now allows 2 hours a meeting.'],
  de: [
    'Was es erlaubt hätte',
    '„Free“ hat jetzt 12 Plätze.',
    'Mit „Free“ darf eine Besprechung jetzt 2 Stunden dauern.',
  ],
  fr: [
    'Ce qui l’aurait permis',
    '« Free » offre désormais 12 places.',
    '« Free » permet désormais 2 heures par réunion.',
  ],
  es: [
    'Qué lo habría permitido',
    '«Free» tiene ahora 12 plazas.',
    '«Free» permite ahora 2 horas por reunión.',
  ],
} as const;

describe('/m/<code>', () => {
  test('the sentence, the rule, what would have allowed it, whom to ask; nobody named; however it is typed', async () => {
    const meeting = world.create({ name: 'Secret name' });
    world.crowd(meeting, 11);
    await world.advance(90_000);
    const [{ code, subject }] = await decisions('action=eject-user');
    expect(subject).not.toBeNull();
    for (const typed of [code, code.toLowerCase().replace('-', '')]) {
      const page = await ask().get(`/m/${typed}`).expect(200);
      expect(page.text).toContain(
        '11 people were in the meeting and the service level “Free” has places for 10',
      );
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
      expect(page.text).toMatch(
        /<time datetime="2026-11-02T10:\d\d:\d\d\.\d{3}Z">November 2, 2026 at 10:\d\d AM UTC<\/time>/,
      );
      expect(page.text.match(/<script/g)).toHaveLength(1);
      expect(page.text).toContain('<script type="module" src="../assets/local-times.js"></script>');
      expect(page.headers['content-security-policy']).toMatch(/script-src 'self'; .*connect-src 'none'/);
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
    const [{ code, tenant }] = await decisions(`meeting=${meeting.internalMeetingId}&action=end-meeting`);
    expect(tenant).toBe('acme');
    const page = await ask().get(`/m/${code}`).expect(200);
    expect(page.text).toContain(`href="mailto:meet@acme.example?subject=${code}"`);
    expect(page.text).toContain('Acme meetings');
    expect(page.text).toContain(
      '<a href="https://www.acme.example/help/meetings" rel="noreferrer">Help page</a>',
    );
    expect(page.text).not.toContain('a-operator');
  });

  test('what the same tier allows by now is said as that, not as if it had been so', async () => {
    const meeting = world.create({ meetingID: 'raised' });
    world.crowd(meeting, 11);
    await world.advance(51 * 60_000);
    const mine = `meeting=${meeting.internalMeetingId}`;
    const [{ code: crowded }] = await decisions(`${mine}&action=eject-user`);
    const [{ code: long }] = await decisions(`${mine}&action=send-notice&limit=meeting_duration`);
    const answer = async (code: string, language: string): Promise<string> =>
      (await ask().get(`/m/${code}?lang=${language}`).expect(200)).text.replaceAll('\u00a0', ' ');
    await world.editTiers((text) =>
      text.replace('participants: 10 ', 'participants: 12 ').replace('60m', '2h'),
    );
    for (const [language, [head, places, hours]] of Object.entries(ANSWERS)) {
      expect(await answer(crowded, language)).toContain(`<dt>${head}</dt><dd>${places}</dd>`);
      expect(await answer(long, language)).toContain(`<dt>${head}</dt><dd>${hours}</dd>`);
    }
    await world.editTiers((text) => text.replace('participants: 12 ', 'participants: unlimited '));
    expect(await answer(crowded, 'en')).toContain('<dd>“Free” no longer has this limit.</dd>');
    await world.editTiers((text) => text.replace('participants: unlimited ', 'participants: 9 '));
    expect(await answer(crowded, 'en')).toContain('<dd>The service level “Level 1” (€10 a month).</dd>');
    await world.editTiers((text) =>
      text.replace('participants: 9 ', 'participants: {max: 9, enforce: soft} '),
    );
    expect(await answer(crowded, 'en')).toContain(
      '<dd>With “Free” it is only noted, and nothing is stopped.</dd>',
    );
  });

  test('the database is away: says so, and comes back', async () => {
    await world.breakDatabase();
    try {
      expect((await ask().get('/m/333-333').expect(503)).text).toContain('Not to be found right now');
    } finally {
      await world.mendDatabase();
    }
  });

  test('a whole meeting behind one address reads its code; guessing is slowed down, politely', async () => {
    const [{ code }] = await decisions('action=eject-user');
    const crowd = await Promise.all(Array.from({ length: 100 }, () => ask().get(`/m/${code}`)));
    expect(new Set(crowd.map((page) => page.status))).toEqual(new Set([200]));
    let page = await ask().get('/m/222-222');
    for (let count = 0; count < 40 && page.status === 404; count += 1) page = await ask().get('/m/222-222');
    expect(page.status).toBe(429);
    expect(page.text).toContain('Too many questions');
    expect(page.headers['retry-after']).toBe('60');
  });
});
