import type { Page } from 'playwright-core';
import { until } from '../support/until';
import { describeInBrowser, type PageWorld, startPageWorld, stopPageWorld } from './page-world';

describeInBrowser('the rows of the operators’ page', () => {
  let world: PageWorld;
  beforeAll(async () => {
    world = await startPageWorld();
  }, 60_000);
  afterAll(() => stopPageWorld(world));

  /** Waits until the rows stand like this, from top to bottom. */
  async function rowsAre(page: Page, ...names: string[]): Promise<void> {
    let seen: string[] = [];
    await until(`rows ${names.join(', ')}`, async () => {
      await world.advance(250);
      seen = await page.locator('tbody .name').allInnerTexts();
      return seen.join() === names.join();
    }).catch((error: unknown) => {
      throw new Error(`${String(error)}; seen: ${seen.join(', ')}`);
    });
  }

  test('sorted by their heads, by keyboard too, and kept sorted while people come and go; filtered by words', async () => {
    const { page, complaints } = await world.signedIn();
    const room = (name: string, people: number, host?: string) => {
      const meeting = world.create({
        meetingID: name,
        name,
        ...(host === undefined ? {} : { 'meta_bbb-origin-server-name': host }),
      });
      world.crowd(meeting, people);
      return meeting;
    };
    room('Room 10', 2);
    await world.advance(2_000);
    const ninth = room('room 9', 1, 'meet.acme.example');
    await world.advance(2_000);
    room('Ärzte', 3);
    await rowsAre(page, 'Ärzte', 'room 9', 'Room 10');

    const head = (name: string) => page.getByRole('columnheader', { name });
    const press = (name: string) => head(name).getByRole('button').click();
    await head('Meeting').getByRole('button').focus();
    await page.keyboard.press('Enter');
    expect(await head('Meeting').getAttribute('aria-sort')).toBe('ascending');
    await rowsAre(page, 'Ärzte', 'room 9', 'Room 10');
    await page.keyboard.press('Space');
    await rowsAre(page, 'Room 10', 'room 9', 'Ärzte');
    expect(await head('Meeting').getAttribute('aria-sort')).toBe('descending');

    await press('Time left');
    expect(await head('Meeting').getAttribute('aria-sort')).toBe('none');
    await rowsAre(page, 'Room 10', 'Ärzte', 'room 9');
    await press('Places');
    expect(await head('Places').getAttribute('aria-sort')).toBe('descending');
    await rowsAre(page, 'Ärzte', 'Room 10', 'room 9');
    for (let guest = 0; guest < 4; guest += 1)
      world.bbb.join(ninth, { externalUserId: `guest-${guest}`, name: 'Guest', role: 'VIEWER' });
    await rowsAre(page, 'room 9', 'Ärzte', 'Room 10');
    await press('Places');
    await rowsAre(page, 'Room 10', 'Ärzte', 'room 9');
    await press('Places');
    expect(await head('Places').getAttribute('aria-sort')).toBe('none');
    await rowsAre(page, 'Ärzte', 'room 9', 'Room 10');

    await page.getByRole('searchbox').fill('ROOM acme');
    await rowsAre(page, 'room 9');
    await page.getByText('1 of 3').waitFor();
    await page.getByRole('searchbox').fill('nowhere');
    await rowsAre(page);
    await page.setViewportSize({ width: 320, height: 700 });
    await page.getByRole('searchbox').fill('');
    await press('Meeting');
    await rowsAre(page, 'Ärzte', 'room 9', 'Room 10');
    expect(complaints).toEqual([]);
  }, 60_000);

  test('a decision reads alike here and on its own page, in the language of the reader', async () => {
    const { page } = await world.signedIn();
    const meeting = world.create({ meetingID: 'full', name: 'Full house' });
    world.crowd(meeting, 11);
    const decision = page.locator('.decision[data-action="eject-user"]', { hasText: 'Full house' });
    await world.advance(90_000);
    await world.shows(decision);
    const code = await decision.first().getAttribute('data-code');
    for (const [language, words] of [
      [
        'en',
        'The last to arrive was removed because 11 people were in the meeting and the service level “Free”',
      ],
      ['de', 'Die zuletzt hinzugekommene Person wurde entfernt, weil 11 Personen in der Besprechung waren'],
      ['fr', 'La dernière personne arrivée a été retirée parce que 11 personnes étaient dans la réunion'],
      ['es', 'Se retiró a la última persona en llegar porque había 11 personas en la reunión'],
    ] as const) {
      await page.locator('.language select').selectOption(language);
      const sentence = page.locator(`.decision[data-code="${code}"] > p`, { hasText: words });
      await sentence.waitFor();
      const itsPage = await fetch(`${world.app.url}/m/${code}?lang=${language}`);
      expect((await itsPage.text()).replaceAll('&#39;', "'")).toContain(await sentence.innerText());
    }
  }, 60_000);
});
