import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { createLiveMeetings } from '../../../sidecar/api/live-meetings';
import { createHub, type Hub } from '../../../sidecar/api/stream/hub';
import { reduce } from '../../../sidecar/core/reduce';
import { aConfig, joined, MINUTE, T0 } from '../../support/builders';
import { type ManualClock, manualClock } from '../../support/clock';
import { loopMemory } from '../../support/loop-memory';
import { until } from '../../support/until';
import { type EventReader, readEvents } from './event-reader';

const MANY = 500;
const CONFIG = { version: 'v1', loaded_at: T0, problems: [] };
const READINESS = { status: 'ready', checks: {} } as const;

let clock: ManualClock;
let hub: Hub;
let server: Server;
let url: string;
let everybodyChanges: (round: number) => void;
const readers: EventReader[] = [];

/** The loop's own memory with 500 meetings in it, and nothing but the stream before it. */
beforeEach(async () => {
  clock = manualClock(T0 + MINUTE);
  const { meetings, tiers, ids } = loopMemory(MANY, aConfig(), clock);
  const state = { meetings, tiers, now: () => clock.now() };
  const live = createLiveMeetings({
    state: () => state,
    noticesMs: () => [],
    dryRun: false,
    hasMarked: () => false,
  });
  hub = createHub({ clock, live, configNow: () => CONFIG, readinessNow: () => READINESS, mostStreams: 4 });
  everybodyChanges = (round) => {
    for (const id of ids) {
      const before = meetings.get(id);
      if (before === undefined) continue;
      const after = reduce(before, joined(`p${round}`, clock.now(), { internalMeetingId: id }));
      meetings.set(after);
      hub.onChange(before, after);
    }
  };
  const app = express().get('/', async (request, response) => {
    await hub.open(request, response, { subject: 'a-1', role: 'viewer', expiresAt: T0 + 1e10 });
  });
  server = createServer(app).listen(0, '127.0.0.1');
  await until('it listens', () => server.listening);
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});

afterEach(async () => {
  for (const reader of readers.splice(0)) reader.close();
  hub.close();
  await new Promise((resolve) => server.close(resolve));
});

async function listen(): Promise<EventReader> {
  const reader = await readEvents(url, {});
  readers.push(reader);
  return reader;
}

const peopleOf = (reader: EventReader, people: number): number =>
  reader.events.filter(({ data }) => data.meeting?.people === people).length;

test('all 500 in one snapshot; all change at once: every change is told within a second, nobody is cut off', async () => {
  const [one, two] = [await listen(), await listen()];
  for (const reader of [one, two]) {
    const { data } = await reader.find('a snapshot', ({ event }) => event === 'snapshot');
    expect(data.meetings).toHaveLength(MANY);
  }
  everybodyChanges(1);
  await clock.advance(1_000);
  for (const reader of [one, two]) await until('all changes', () => peopleOf(reader, 1) === MANY);
  expect([one.isOver(), two.isOver()]).toEqual([false, false]);
});

test('who reads nothing is cut off, whoever reads goes on and misses nothing', async () => {
  const [slow, quick] = [await listen(), await listen()];
  await quick.find('a snapshot', ({ event }) => event === 'snapshot');
  slow.pause();
  let sockets = 2;
  let round = 0;
  for (; round < 100 && sockets === 2; round += 1) {
    everybodyChanges(round);
    await clock.advance(1_000);
    const people = round + 1;
    await until(`round ${round} is read`, () => peopleOf(quick, people) === MANY);
    sockets = await new Promise((resolve) => server.getConnections((_error, count) => resolve(count)));
  }
  expect(sockets).toBe(1);
  everybodyChanges(round);
  await clock.advance(1_000);
  await until('the last change', () => peopleOf(quick, round + 1) === MANY);
  expect(quick.isOver()).toBe(false);
});
