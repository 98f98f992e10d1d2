/** Plays all recorded scenarios, on the simulator or on a running akka-apps, and says where each differs. */
import { setTimeout as sleep } from 'node:timers/promises';
import { answerFindings, orderFindings, shapeFindings, webhookFindings } from './compare';
import { constantFindings } from './constants';
import { CLOSE_TO_AN_AUDIT, DIFFERENCES } from './differences';
import { NOT_PLAYED, playOnAkka } from './play-on-akka';
import { playOnSimulator } from './play-on-simulator';
import { type Played, type Recording, readRecording, SCENARIOS } from './recording';

/** Many creations at one moment slow akka-apps down by more than the recordings allow for. */
const APART_MS = 2_000;

function findingsOf(recording: Recording, played: Played, isSimulator: boolean): readonly string[] {
  if (!isSimulator) return orderFindings(recording, played, [...DIFFERENCES, ...CLOSE_TO_AN_AUDIT]);
  const order = orderFindings(recording, played);
  return [...order, ...answerFindings(recording, played), ...webhookFindings(recording, played)];
}

/**
 * `akkaRedisUrl`: the bus of a running akka-apps; undefined: the simulator. On akka-apps they overlap and take some two minutes. Returns
 * how many scenarios differ, the shapes of all together and the values being two more.
 */
export async function playScenarios(
  akkaRedisUrl: string | undefined,
  seed: string,
  say: (line: string) => void,
): Promise<number> {
  const isSimulator = akkaRedisUrl === undefined;
  const recordings = SCENARIOS.filter((scenario) => isSimulator || !NOT_PLAYED.has(scenario)).map(
    readRecording,
  );
  if (!isSimulator) for (const [scenario, reason] of NOT_PLAYED) say(`skipped  ${scenario}: ${reason}`);
  const played = await Promise.all(
    recordings.map(async (recording, index) => {
      if (isSimulator) return playOnSimulator(recording, seed);
      await sleep(index * APART_MS);
      return playOnAkka(akkaRedisUrl, recording, seed);
    }),
  );
  let differ = 0;
  const report = (what: string, findings: readonly string[]): void => {
    say(`${findings.length === 0 ? 'same   ' : 'DIFFERS'}  ${what}`);
    for (const finding of findings) say(`         ${finding}`);
    if (findings.length > 0) differ += 1;
  };
  recordings.forEach((recording, index) => {
    const found = played[index];
    if (found !== undefined) report(recording.scenario, findingsOf(recording, found, isSimulator));
  });
  const recorded = recordings.flatMap(({ published }) => published);
  const published = played.flatMap((each) => each.published);
  report('shapes of all messages', shapeFindings(recorded, published));
  report('what always has one value', constantFindings(recorded, published));
  say(`${recordings.length} scenarios, ${differ} differ`);
  return differ;
}
