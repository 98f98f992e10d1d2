import { LANGUAGES } from '../../sidecar/pages/texts';
import { describeInBrowser, type PageWorld, startPageWorld, stopPageWorld } from './page-world';

describeInBrowser('the public pages', () => {
  let world: PageWorld;
  beforeAll(async () => {
    world = await startPageWorld();
  }, 60_000);
  afterAll(() => stopPageWorld(world));

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

  test('on paper: a page without the switch, black on white', async () => {
    const { page } = await world.open({ colorScheme: 'dark' });
    await page.goto(`${world.proxy.url}service-levels`);
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await page.getByRole('navigation').isVisible()).toBe(false);
    expect(await page.evaluate(() => getComputedStyle(document.body).color)).toBe('rgb(0, 0, 0)');
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe(
      'rgb(255, 255, 255)',
    );
    expect((await page.pdf({ format: 'A4' })).subarray(0, 5).toString()).toBe('%PDF-');
  }, 60_000);
});
