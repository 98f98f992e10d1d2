/** A world behind a proxy with a path prefix, and a real Chromium before it; asserts nothing by itself. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { type ApiWorld, startApiWorld } from '../integration/api/api-world';
import type { WorldOptions } from '../support/world';
import { CHROMIUM, launchBrowser } from './chromium';
import { type CuttableProxy, startProxy } from './proxy';
import { signIn } from './sign-in';

/** Where there is no Chromium the tests are left out and say so; in CI they fail. */
const hasChromium = existsSync(CHROMIUM) || process.env.CI === 'true';
export const describeInBrowser = hasChromium ? describe : describe.skip;
if (!hasChromium)
  process.stderr.write(`No Chromium at ${CHROMIUM}: browser tests are left out; set CHROMIUM_PATH.\n`);

/** Screenshots are build output. */
export function screenshotPath(name: string): string {
  const folder = join(process.cwd(), 'build', 'screenshots');
  mkdirSync(folder, { recursive: true });
  return join(folder, `${name}.png`);
}

export interface WatchedPage {
  readonly page: Page;
  /** What the browser complained of: policy violations, errors, requests to elsewhere. */
  readonly complaints: string[];
}

export interface PageWorld extends ApiWorld {
  readonly proxy: CuttableProxy;
  readonly browser: Browser;
  /** Moves time on, little by little, until this can be seen; throws when it never can. */
  shows(what: Locator): Promise<void>;
  /** A page in a fresh browser profile. */
  open(options?: BrowserContextOptions): Promise<WatchedPage>;
  /** The same, signed in by pasting a token. */
  signedIn(options?: BrowserContextOptions): Promise<WatchedPage>;
}

/** The stream gathers for a quarter of a second and looks around each second of the world's clock. */
const STEP_MS = 500;
const STEPS_TO_SHOW = 40;
const LOOK_MS = 500;
const EXPECTED = /status of (401|404|429|502)|ERR_(CONNECTION|EMPTY|INCOMPLETE|NETWORK)/;

async function watched(
  browser: Browser,
  origin: string,
  options: BrowserContextOptions,
): Promise<WatchedPage> {
  const context = await browser.newContext({ locale: 'en-GB', ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      // biome-ignore lint/suspicious/noConsole: how it reaches the test
      console.error(`policy violation: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  page.on('console', (message) => {
    if (message.type() === 'error' && !EXPECTED.test(message.text())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    if (!request.url().startsWith(origin) && !request.url().startsWith('data:'))
      complaints.push(`request to ${request.url()}`);
  });
  return { page, complaints };
}

/** Starts it all; `stopPageWorld` in the end. */
export async function startPageWorld(options: WorldOptions = {}): Promise<PageWorld> {
  const world = await startApiWorld(options);
  const proxy = await startProxy(() => world.app.url);
  const browser = await launchBrowser();
  const { origin } = new URL(proxy.url);
  const open = (given: BrowserContextOptions = {}) => watched(browser, origin, given);
  const more = {
    proxy,
    browser,
    open,
    async shows(what: Locator) {
      for (let steps = 0; steps < STEPS_TO_SHOW && !(await what.first().isVisible()); steps += 1) {
        await world.advance(STEP_MS);
        await what
          .first()
          .waitFor({ timeout: LOOK_MS })
          .catch(() => undefined);
      }
      await what.first().waitFor({ timeout: LOOK_MS });
    },
    async signedIn(given: BrowserContextOptions = {}) {
      const opened = await open(given);
      await opened.page.goto(proxy.url);
      await signIn(opened.page, world.token('operator'));
      await opened.page.locator('[data-connection=live]').waitFor();
      return opened;
    },
  };
  return Object.defineProperties(world, Object.getOwnPropertyDescriptors(more)) as PageWorld;
}

export async function stopPageWorld(world: PageWorld | undefined): Promise<void> {
  await world?.browser.close();
  await world?.proxy.close();
  await world?.stop();
}
