/** A world behind a proxy with a path prefix that can be cut, and a real Chromium before it; asserts nothing by itself. */
import { existsSync, mkdirSync } from 'node:fs';
import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { type ApiWorld, startApiWorld } from '../integration/api/api-world';
import type { WorldOptions } from '../support/world';
import { CHROMIUM, launchBrowser } from './chromium';
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

export interface Proxy {
  /** `http://127.0.0.1:…/tiers/` */
  readonly url: string;
  /** Cuts every connection and refuses new ones. */
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

/** Takes the prefix away and says so, as the nginx snippet does. */
export async function startProxy(target: () => string, prefix = '/tiers'): Promise<Proxy> {
  let isCut = false;
  const sockets = new Set<Socket>();
  const server: Server = createServer((request, response) => {
    if (isCut || request.url?.startsWith(`${prefix}/`) !== true) {
      response.writeHead(isCut ? 502 : 404).end();
      return;
    }
    const headers = { ...request.headers, 'x-forwarded-prefix': prefix, 'x-forwarded-for': '127.0.0.1' };
    const options = { method: request.method ?? 'GET', headers, agent: false as const };
    const onward = httpRequest(`${target()}${request.url.slice(prefix.length)}`, options, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const drop = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}/`,
    cut() {
      isCut = true;
      drop();
    },
    mend() {
      isCut = false;
    },
    close() {
      drop();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

export interface WatchedPage {
  readonly page: Page;
  /** What the browser complained of: policy violations, errors, requests to elsewhere. */
  readonly complaints: string[];
}

export interface PageWorld extends ApiWorld {
  readonly proxy: Proxy;
  readonly browser: Browser;
  /** A page in a fresh browser profile. */
  open(options?: BrowserContextOptions): Promise<WatchedPage>;
  /** The same, signed in by pasting a token. */
  signedIn(options?: BrowserContextOptions): Promise<WatchedPage>;
}

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
