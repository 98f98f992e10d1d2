/** What an answer of akka-apps shows of what it had sent before. */
import pino from 'pino';
import { createRoundTrips, type RoundTrips } from '../../../sidecar/loop/round-trips';
import { type ManualClock, manualClock } from '../../support/clock';

const log = pino({ level: 'silent' });
let clock: ManualClock;
let trips: RoundTrips;
let asked: number[];

beforeEach(() => {
  clock = manualClock(1_760_000_000_000);
  asked = [];
  trips = createRoundTrips({ clock, ask: async (trip) => void asked.push(trip), log });
  trips.received();
});

test('answered at once → back, whoever asked before as well', async () => {
  const woken: string[] = [];
  const [first, second] = [trips.begin(() => woken.push('first')), trips.begin(() => woken.push('second'))];
  expect(asked).toEqual([first, second]);
  await clock.advance(5);
  trips.answered(second);
  expect([trips.isBack(first), trips.isBack(second), woken]).toEqual([true, true, ['first', 'second']]);
  expect(trips.isBack(trips.begin())).toBe(false);
});

test('a question of the same millisecond has a number of its own; one of another process is none of ours', () => {
  const trip = trips.begin();
  expect(trips.begin()).toBeGreaterThan(trip);
  trips.answered(trip + 1_000);
  expect(trips.isBack(trip)).toBe(false);
});

test.each([
  ['akka-apps took long, and the answer came at once', 600, 20, true],
  ['the answer was under way for long', 600, 550, false],
  ['it is not known how long the answer was under way', 600, undefined, false],
  ['not known, but asked just now', 400, undefined, true],
])('%s → back: %s', async (_case, tookMs, ageMs, isBack) => {
  const trip = trips.begin();
  await clock.advance(tookMs);
  trips.answered(trip, ageMs);
  expect(trips.isBack(trip)).toBe(isBack);
  expect(trips.missingSince === undefined).toBe(isBack);
});

test('an answer is old half a second later', async () => {
  const trip = trips.begin();
  trips.answered(trip);
  await clock.advance(501);
  expect(trips.isBack(trip)).toBe(false);
});

test('akka-apps does not answer → how long that has been so; what is kept of the questions has a bound', async () => {
  const since = clock.now();
  for (let second = 0; second < 1_000; second += 1) {
    trips.begin();
    await clock.advance(1_000);
  }
  expect(trips.missingSince).toBe(since);
  trips.answered(asked[0] ?? 0);
  expect(trips.missingSince).toBe(since);
  trips.answered(asked.at(-1) ?? 0, 3);
  expect(trips.missingSince).toBeUndefined();
});

test('nobody receives the question → it is asked again by whoever waits, and does not count as on its way', async () => {
  trips = createRoundTrips({ clock, ask: () => Promise.reject(new Error('nobody listens')), log });
  trips.received();
  const trip = trips.begin();
  expect(trips.sending).toBe(1);
  await clock.advance(0);
  expect(trips.sending).toBe(0);
  trips.answered(trip);
  expect(trips.isBack(trip)).toBe(false);
});

test('nothing has ever come by the bus → there is nothing to wait for', () => {
  trips = createRoundTrips({ clock, ask: async () => undefined, log });
  const trip = trips.begin();
  expect(trips.isBack(trip)).toBe(true);
  trips.received();
  expect(trips.isBack(trip)).toBe(false);
});
