import { readFileSync } from 'node:fs';
import { FROM_AKKA_APPS } from '../../sidecar/bus/protocol';
import { busFixture } from '../fixtures/bus';
import {
  describeInBrowser,
  type PageWorld,
  screenshotPath,
  startPageWorld,
  stopPageWorld,
} from './page-world';
import { signIn } from './sign-in';

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const HOSTILE = `<script>alert(1)</script><img src=x onerror=alert(1)> \u202egnp.exe\u2066\u0007${'x'.repeat(2_000)}`;
const MINUTE = 60_000;

/** Runs in the page. */
function isInView(element: Element): boolean {
  const { top, bottom } = element.getBoundingClientRect();
  return top >= 0 && bottom <= window.innerHeight;
}

describeInBrowser("the operators' page", () => {
  let world: PageWorld;
  beforeAll(async () => {
    world = await startPageWorld();
  }, 60_000);
  afterAll(() => stopPageWorld(world));
  afterEach(async () => {
    world.proxy.mend();
    for (const context of world.browser.contexts()) await context.close();
    for (const meeting of world.bbb.meetings()) if (meeting.running) world.bbb.endMeeting(meeting);
    await world.advance(1_000);
  });

  test('a day in the life: a meeting appears, fills, somebody is removed, the code leads to its page', async () => {
    const { page, complaints } = await world.signedIn();
    await page.getByText('No meeting is running.').waitFor();
    const meeting = world.create({ name: 'Assembly of all members' });
    const row = page.locator('tbody tr', { hasText: 'Assembly of all members' });
    await world.shows(row.getByText('Free'));
    world.crowd(meeting, 10);
    await world.shows(row.locator('[data-people="10"]'));
    world.bbb.join(meeting, { externalUserId: 'u11', name: 'Eleventh', role: 'VIEWER' });
    await world.advance(90_000);
    const decision = page.locator('.decisions li[data-action="eject-user"]').first();
    await world.shows(decision.getByText('removed'));
    await world.stored();
    const code = await decision.getAttribute('data-code');
    const [leaf] = await Promise.all([
      page.context().waitForEvent('page'),
      decision.getByRole('link').click(),
    ]);
    await leaf.getByRole('heading', { level: 1 }).waitFor();
    const said = await leaf.locator('main').innerText();
    expect(said).toContain(String(code));
    expect(said).toContain('removed');
    expect(said).toContain('The service level “Level 1”');
    expect(said).not.toMatch(/u11|Eleventh/);
    await world.shows(row.locator('[data-people="10"]'));
    await row.getByRole('button', { name: /^End / }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    await row.getByRole('button', { name: /^End / }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'End the meeting' }).click();
    await world.shows(page.getByText('No meeting is running.'));
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('meetings');
    expect(complaints).toEqual([]);
  }, 60_000);

  test('offline and back: says that it is stale, and shows what happened meanwhile', async () => {
    const { page, complaints } = await world.signedIn();
    world.proxy.cut();
    await page.locator('[data-connection=stale]').waitFor();
    await page.getByText(/No connection: what you see is from/).waitFor();
    world.create({ meetingID: 'meanwhile', name: 'Meanwhile' });
    await world.advance(1_000);
    await page.setViewportSize({ width: 320, height: 700 });
    await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
    expect(await page.locator('[data-connection=stale]').evaluate(isInView)).toBe(true);
    world.proxy.mend();
    await world.shows(page.getByRole('rowheader', { name: 'Meanwhile' }));
    await page.locator('[data-connection=live]').waitFor();
    expect(complaints).toEqual([]);
  }, 60_000);

  test('a stream that something in between forgot is opened anew after a minute of silence', async () => {
    const { page, complaints } = await world.open();
    await page.clock.install();
    await page.goto(world.proxy.url);
    await signIn(page, world.token('operator'));
    await page.locator('[data-connection=live]').waitFor();
    world.proxy.forget();
    world.create({ meetingID: 'unheard', name: 'Unheard' });
    await world.advance(2_000);
    await page.clock.fastForward(30_000);
    expect(await page.getByRole('rowheader').count()).toBe(0);
    await page.clock.fastForward(45_000);
    await page.clock.runFor(1_000);
    await page.getByRole('rowheader', { name: 'Unheard' }).waitFor();
    expect(complaints).toEqual([]);
  }, 60_000);

  test('a name of tags, direction marks and 2,000 characters is cut, isolated and harmless', async () => {
    const { page, complaints } = await world.signedIn({ viewport: { width: 320, height: 700 } });
    // bbb-web takes no such name, so it comes by the bus, where anything may.
    const created = String(busFixture('3.0', 'MeetingCreatedEvtMsg'))
      .replaceAll(/17600000000\d\d/g, String(world.clock.now()))
      .replace('"Math 101"', () => JSON.stringify(HOSTILE));
    await world.bbb.publishRaw(FROM_AKKA_APPS, created);
    const name = page.locator('tbody bdi.name').first();
    await world.shows(name);
    const text = await name.innerText();
    expect(text).toContain('<script>alert(1)</script>');
    expect([...text].length).toBeLessThanOrEqual(80);
    expect(text).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(320);
    expect(complaints).toEqual([]);
  }, 60_000);

  test('a session that ends in the middle of work leads back to sign-in, and the page stays', async () => {
    const { page } = await world.open();
    await page.goto(world.proxy.url);
    await signIn(page, world.token('operator', 10 * MINUTE));
    await page.locator('[data-connection=live]').waitFor();
    world.crowd(world.create({ meetingID: 'stays', name: 'Stays here' }), 1);
    await page.getByRole('searchbox').fill('stays');
    await world.shows(page.getByRole('rowheader', { name: 'Stays here' }));
    await page.getByRole('button', { name: 'End Stays here' }).click();
    await world.advance(11 * MINUTE);
    await page.getByRole('button', { name: 'End the meeting' }).click();
    await page.getByText('Your session has ended.').waitFor();
    for (const key of ['Escape', 'Escape']) await page.keyboard.press(key);
    await page.getByText('Your session has ended.').waitFor({ timeout: 5_000 });
    expect(await page.locator('tbody tr', { hasText: 'Stays here' }).isVisible()).toBe(true);
    await signIn(page, world.token('operator'));
    await page.locator('[data-connection=live]').waitFor();
    expect(await page.getByRole('searchbox').inputValue()).toBe('stays');
    // The question that was open is still open, and now it has an answer.
    expect(await page.getByRole('dialog').getByRole('alert').innerText()).toBe('');
    await page.getByRole('button', { name: 'End the meeting' }).click();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await world.shows(page.getByText('No meeting is running.'));
  }, 60_000);

  test('a one-time link signs in once, and leaves the address bar', async () => {
    const response = await fetch(`${world.app.url}/session/links`, {
      method: 'POST',
      headers: { authorization: `Bearer ${world.token('operator')}`, 'x-requested-with': 'bbb-tiers' },
    });
    const hash = new URL(((await response.json()) as { url: string }).url).hash;
    const { page } = await world.open();
    await page.goto(`${world.proxy.url}${hash}`);
    await page.locator('[data-connection=live]').waitFor();
    expect(page.url()).toBe(world.proxy.url);
    const [cookie] = await page.context().cookies();
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/tiers' });
    const { page: second } = await world.open();
    await second.goto(`${world.proxy.url}${hash}`);
    await second.getByText('The link was used before').waitFor();
    const another = await fetch(`${world.app.url}/session/links`, {
      method: 'POST',
      headers: { authorization: `Bearer ${world.token('operator')}`, 'x-requested-with': 'bbb-tiers' },
    });
    // Pasted where the page already is: nothing is loaded, only what is behind the # changes.
    await second.goto(`${world.proxy.url}${new URL(((await another.json()) as { url: string }).url).hash}`);
    await second.locator('[data-connection=live]').waitFor();
    expect(second.url()).toBe(world.proxy.url);
  }, 60_000);

  test('by keyboard alone: filter, end, cancel', async () => {
    const { page } = await world.signedIn();
    world.create({ meetingID: 'keys', name: 'Keys' });
    await world.shows(page.getByRole('rowheader', { name: 'Keys' }));
    const isAt = (name: string) =>
      page.evaluate((wanted) => document.activeElement?.getAttribute('aria-label') === wanted, name);
    for (let presses = 0; presses < 30 && !(await isAt('End Keys')); presses += 1)
      await page.keyboard.press('Tab');
    expect(await isAt('End Keys')).toBe(true);
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    expect(await isAt('End Keys')).toBe(true);
  }, 60_000);

  test('mistakes in the files are shown with file, line and column', async () => {
    const { page } = await world.signedIn();
    await world.editTiers((text) => text.replace('participants: 10 ', 'participants: ten '));
    await world.shows(page.locator('.panel.alarm .problems code', { hasText: /^tiers\.yml:\d+:\d+$/ }));
    await world.editTiers((text) => text.replace('participants: ten ', 'participants: 10 '));
    await world.shows(page.getByText('The files are what runs.'));
  }, 60_000);

  test.each(['light', 'dark'] as const)(
    'axe finds nothing serious in %s; screenshots',
    async (colorScheme) => {
      const meeting = world.create({ meetingID: 'seen', name: 'Annual general meeting' });
      world.crowd(world.create({ meetingID: 'seen-2', name: 'Board, weekly' }), 3);
      world.crowd(meeting, 10);
      await world.advance(52 * MINUTE);
      world.bbb.join(meeting, { externalUserId: 'u11', name: 'Eleventh', role: 'VIEWER' });
      await world.advance(90_000);
      const { page, complaints } = await world.signedIn({ colorScheme });
      await page.getByRole('rowheader', { name: 'Annual general meeting' }).waitFor();
      await world.shows(page.locator('.decisions li[data-action="eject-user"]'));
      const code = await page
        .locator('.decisions li[data-action="eject-user"]')
        .first()
        .getAttribute('data-code');
      for (const [name, path] of [
        ['operator', ''],
        ['levels', 'service-levels'],
        ['member', `m/${code}`],
      ] as const) {
        if (path !== '') await page.goto(`${world.proxy.url}${path}`);
        for (const width of [320, 1_280, 2_560]) {
          await page.setViewportSize({ width, height: width === 320 ? 720 : 900 });
          expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
          await page.screenshot({
            path: screenshotPath(`${name}-${colorScheme}-${width}`),
            fullPage: width === 320,
          });
          const found = await page.evaluate(
            `(() => { const module = undefined; const exports = undefined; ${AXE}; return axe.run().then((r) => r.violations.filter((v) => ['serious', 'critical'].includes(v.impact)).map((v) => v.id + ': ' + v.nodes.map((n) => n.html).slice(0, 3).join(' | '))); })()`,
          );
          expect([name, width, found]).toEqual([name, width, []]);
        }
        await page.setViewportSize({ width: 1_280, height: 900 });
      }
      expect(complaints).toEqual([]);
    },
    120_000,
  );
});
