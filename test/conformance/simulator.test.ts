/** The simulator against recordings of a real akka-apps 2.6.14 and bbb-webhooks 3.5.0. */
import { answerFindings, orderFindings, shapeFindings, webhookFindings } from './compare';
import { constantFindings } from './constants';
import { playOnSimulator } from './play-on-simulator';
import { readRecording, SCENARIOS } from './recording';

test.each(SCENARIOS)('%s: the same is published about everybody, in order and in time', async (scenario) => {
  const recording = readRecording(scenario);
  expect(orderFindings(recording, await playOnSimulator(recording))).toEqual([]);
});

test.each(SCENARIOS)('%s: /analytics and /healthz answer alike', async (scenario) => {
  const recording = readRecording(scenario);
  expect(answerFindings(recording, await playOnSimulator(recording))).toEqual([]);
});

const WITH_WEBHOOKS = SCENARIOS.filter((scenario) => readRecording(scenario).webhooks !== undefined);

test.each(WITH_WEBHOOKS)('%s: bbb-webhooks delivers alike', async (scenario) => {
  const recording = readRecording(scenario);
  expect(webhookFindings(recording, await playOnSimulator(recording))).toEqual([]);
});

test('names, channels, routing, headers, bodies and what always has one value are the same in all scenarios together', async () => {
  const recordings = SCENARIOS.map(readRecording);
  const played = await Promise.all(recordings.map((recording) => playOnSimulator(recording)));
  const recorded = recordings.flatMap(({ published }) => published);
  const published = played.flatMap((each) => each.published);
  expect([...shapeFindings(recorded, published), ...constantFindings(recorded, published)]).toEqual([]);
});
