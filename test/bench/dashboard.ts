/** The operators' page with 500 live meetings in a real Chromium: from an event in the service to its row, and how long the page is ever busy. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import type { Page } from 'playwright-core';
import { issueAdminToken } from '../../sidecar/admin-token/issue';
import { createLiveMeetings } from '../../sidecar/api/live-meetings';
import { createHub, type Hub } from '../../sidecar/api/stream/hub';
import { reduce } from '../../sidecar/core/reduce';
import { createPages } from '../../sidecar/pages/pages';
import { systemClock } from '../../sidecar/system-clock';
import { launchBrowser } from '../browser/chromium';
import { signIn } from '../browser/sign-in';
import { aConfig, joined } from '../support/builders';
import { loopMemory } from '../support/loop-memory';

const MEETINGS = 500;
const EVENTS = 600;
const PER_SECOND = 50;
const SECRET = 'admin-secret-for-the-benchmark-0123456789';
const READINESS = { status: 'ready', checks: {} } as const;

export interface DashboardFigures {
  readonly meetings: number;
  readonly events: number;
  /** From the event in the service to the row in the document. */
  readonly p50Ms: number;
  readonly p95Ms: number;
  /** Sign-in to the last of the rows. */
  readonly firstRowsMs: number;
  /** The longest time that the page did not answer, the first drawing included; 0: never longer than 50 ms. */
  readonly longestTaskMs: number;
}

interface Seen {
  readonly id: string;
  readonly people: number;
  readonly at: number;
}

interface Bench {
  readonly url: string;
  readonly token: string;
  /** Somebody joins the nth meeting: how many are in it now. */
  join(index: number): { readonly id: string; readonly people: number };
  close(): Promise<void>;
}

/** The real hub and pages over the loop's memory; no database and no BBB, which the page never waits for. */
async function startService(): Promise<Bench> {
  const clock = systemClock();
  const config = aConfig();
  const { meetings, tiers, ids } = loopMemory(MEETINGS, config, clock);
  const state = { meetings, tiers, now: () => clock.now() };
  const live = createLiveMeetings({
    state: () => state,
    noticesMs: () => [],
    dryRun: false,
    hasMarked: () => false,
  });
  const configNow = () => ({ version: config.version, loaded_at: clock.now(), problems: [] });
  const hub: Hub = createHub({ clock, live, configNow, readinessNow: () => READINESS, mostStreams: 4 });
  const pages = createPages({
    secret: SECRET,
    clock,
    config: { current: () => config },
    configDir: 'config',
    publicUrl: undefined,
    decisionOf: async () => undefined,
  });
  const app = express().use(pages.router);
  app.get('/api/v1/stream', (request, response) =>
    hub.open(request, response, { subject: 'bench', role: 'operator', expiresAt: clock.now() + 3_600_000 }),
  );
  app.get('/api/v1/decisions', (_request, response) => void response.json({ items: [], next_cursor: null }));
  app.get(
    '/api/v1/series',
    (_request, response) => void response.json({ from: 0, to: 0, bucket_seconds: 60, items: [] }),
  );
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const people = new Map<string, number>();
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    token: issueAdminToken({
      secret: SECRET,
      role: 'operator',
      subject: 'bench',
      lifeMs: 3_600_000,
      now: clock.now(),
    }),
    join(index) {
      const id = ids[index % MEETINGS] as (typeof ids)[number];
      const before = meetings.get(id);
      const count = (people.get(id) ?? 0) + 1;
      people.set(id, count);
      if (before === undefined) throw new Error(`the meeting ${id} is gone`);
      const after = reduce(before, joined(`p${count}`, clock.now(), { internalMeetingId: id }));
      meetings.set(after);
      hub.onChange(before, after);
      return { id, people: count };
    },
    async close() {
      hub.close();
      pages.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Runs in the page: notes every count that a row shows, and every long task. */
function watchRows(): void {
  const seen: Seen[] = [];
  const tasks: number[] = [];
  Object.assign(window, { benchSeen: seen, benchTasks: tasks });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) tasks.push(entry.duration);
  }).observe({ type: 'longtask', buffered: true });
  new MutationObserver((records) => {
    const at = performance.timeOrigin + performance.now();
    for (const { target } of records) {
      const cell = target as HTMLElement;
      const id = cell.closest<HTMLElement>('[data-meeting]')?.dataset.meeting;
      if (id !== undefined) seen.push({ id, people: Number(cell.dataset.people), at });
    }
  }).observe(document, { subtree: true, attributes: true, attributeFilter: ['data-people'] });
}

async function joinAll(service: Bench): Promise<ReadonlyMap<string, number>> {
  const sent = new Map<string, number>();
  const startedAt = Date.now();
  for (let index = 0; index < EVENTS; index += 1) {
    const dueMs = startedAt + (index * 1_000) / PER_SECOND - Date.now();
    if (dueMs > 0) await new Promise((resolve) => setTimeout(resolve, dueMs));
    // A stride that meets every row, near and far from what can be seen.
    const { id, people } = service.join(index * 7);
    sent.set(`${id} ${people}`, performance.timeOrigin + performance.now());
  }
  return sent;
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

async function measure(page: Page, service: Bench): Promise<DashboardFigures> {
  await page.addInitScript(watchRows);
  await page.goto(service.url);
  const startedAt = performance.now();
  await signIn(page, service.token);
  await page.waitForFunction(
    (count) => document.querySelectorAll('[data-meeting]').length === count,
    MEETINGS,
  );
  const firstRowsMs = performance.now() - startedAt;
  const sent = await joinAll(service);
  // What never comes is missing in the end and fails the benchmark.
  await page.waitForFunction(
    (count) => (window as unknown as { benchSeen: Seen[] }).benchSeen.length >= count,
    EVENTS,
    { timeout: 10_000 },
  );
  const { benchSeen, benchTasks } = await page.evaluate(() => {
    const { benchSeen, benchTasks } = window as unknown as { benchSeen: Seen[]; benchTasks: number[] };
    return { benchSeen, benchTasks };
  });
  const latencies = benchSeen
    .flatMap(({ id, people, at }) => {
      const sentAt = sent.get(`${id} ${people}`);
      return sentAt === undefined ? [] : [at - sentAt];
    })
    .sort((a, b) => a - b);
  return {
    meetings: MEETINGS,
    events: latencies.length,
    p50Ms: percentile(latencies, 0.5),
    p95Ms: percentile(latencies, 0.95),
    firstRowsMs,
    longestTaskMs: Math.max(0, ...benchTasks),
  };
}

/** Needs Chromium (CHROMIUM_PATH) and a built page. */
export async function benchDashboard(): Promise<DashboardFigures> {
  const service = await startService();
  const browser = await launchBrowser();
  try {
    return await measure(
      await browser.newPage({ locale: 'en-GB', viewport: { width: 1_440, height: 900 } }),
      service,
    );
  } finally {
    await browser.close();
    await service.close();
  }
}
