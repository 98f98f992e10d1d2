import { LANGUAGES } from '../../sidecar/pages/texts';
import { describeInBrowser, type PageWorld, startPageWorld, stopPageWorld } from './page-world';

describeInBrowser('the public pages', () => {
  let world: PageWorld;
  beforeAll(async () => {
    world = await startPageWorld();
  }, 60_000);
  afterAll(() => stopPageWorld(world));

  /** Somebody is removed, once for all tests. */
  let ejection: Promise<string> | undefined;
  function codeOfAnEjection(): Promise<string> {
    ejection ??= (async () => {
      world.crowd(world.create(), 11);
      await world.advance(90_000);
      await world.stored();
      const { body } = await world.call('/decisions?action=eject-user');
      return String(body.items[0].code);
    })();
    return ejection;
  }

  test('every language fits from 320 px to 4K, with nothing refused and nothing from elsewhere', async () => {
    const { page, complaints } = await world.open({ colorScheme: 'dark' });
    for (const language of LANGUAGES) {
      for (const path of ['service-levels', 'm/222-222', '']) {
        await page.goto(`${world.proxy.url}${path}?lang=${language}`);
        await page.getByRole('heading', { level: 1 }).waitFor();
        expect(await page.evaluate(() => document.documentElement.lang)).toBe(language);
        for (const width of [320, 1_000, 1_250, 3_840]) {
          await page.setViewportSize({ width, height: 800 });
          const scrolled = await page.evaluate(() => document.documentElement.scrollWidth);
          expect([language, path, width, scrolled <= width]).toEqual([language, path, width, true]);
        }
      }
    }
    expect(complaints).toEqual([]);
  }, 90_000);

  test.each([
    ['de-AT', 'Europe/Vienna', true, /^2\. November 2026 um 11:\d\d MEZ$/],
    ['en-GB', 'America/New_York', true, /^2 November 2026 at 05:\d\d (GMT-5|EST)$/],
    ['en-GB', 'America/New_York', false, /^November 2, 2026 at 10:\d\d AM UTC$/],
  ] as const)(
    '%s in %s, with scripts: %j',
    async (locale, timezoneId, javaScriptEnabled, written) => {
      const { page, complaints } = await world.open({ locale, timezoneId, javaScriptEnabled });
      await page.goto(`${world.proxy.url}m/${await codeOfAnEjection()}`);
      const time = page.locator('time');
      await time.waitFor();
      expect(await time.innerText()).toMatch(written);
      expect(await time.getAttribute('datetime')).toMatch(/^2026-11-02T10:\d\d:\d\d\.\d{3}Z$/);
      if (javaScriptEnabled) expect(await time.getAttribute('title')).toMatch(/UTC$/);
      expect(complaints).toEqual([]);
    },
    60_000,
  );

  test('on paper: a page without the switch, black on white, its table a table', async () => {
    const { page } = await world.open({ colorScheme: 'dark' });
    await page.goto(`${world.proxy.url}service-levels`);
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await page.getByRole('navigation').isVisible()).toBe(false);
    expect(await page.evaluate(() => getComputedStyle(document.body).color)).toBe('rgb(0, 0, 0)');
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe(
      'rgb(255, 255, 255)',
    );
    // The width of an A4 sheet between its margins.
    await page.setViewportSize({ width: 688, height: 1_000 });
    for (const language of LANGUAGES) {
      await page.goto(`${world.proxy.url}service-levels?lang=${language}`);
      const table = await page.evaluate(() => {
        const levels = document.querySelector('.levels') as HTMLElement;
        return { display: getComputedStyle(levels).display, width: levels.scrollWidth };
      });
      expect([language, table.display, table.width <= 688]).toEqual([language, 'table', true]);
    }
    expect((await page.pdf({ format: 'A4' })).subarray(0, 5).toString()).toBe('%PDF-');
  }, 60_000);
});
