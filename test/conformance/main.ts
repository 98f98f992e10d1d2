/**
 * `npm run conformance`: plays the recorded scenarios on the simulator, or, with `--akka`, on a running akka-apps, and prints what differs from the
 * recordings. `--histories` and `--lively` play with the service beside it.
 */
import { parseArgs } from 'node:util';
import { readAkkaArguments } from '../bbb-simulator/akka/arguments';
import { startFront } from '../bbb-simulator/akka/front';
import { startTestPostgres, testPostgresEnvironment } from '../support/postgres';
import { runHistories } from './histories/run';
import { playLivelyRoom } from './lively-room';
import { playScenarios } from './scenarios';

/** sysexits.h */
const EX_USAGE = 64;
/** A join over the API comes to akka-apps at once: a browser that loads is no part of what is measured. */
const CLIENT_LOAD_MS = 0;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function count(value: string | undefined, name: string): number {
  if (value === undefined) return 0;
  if (/^\d{1,5}$/.test(value)) return Number(value);
  throw new Error(`--${name}: expected a whole number, got '${value}'`);
}

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  const { values } = parseArgs({
    args,
    options: {
      akka: { type: 'string' },
      analytics: { type: 'string' },
      histories: { type: 'string' },
      lively: { type: 'boolean' },
      seed: { type: 'string' },
      verbose: { type: 'boolean' },
    },
  });
  const akka = readAkkaArguments(args);
  const histories = count(values.histories, 'histories');
  const isLively = values.lively === true;
  const needing = [histories > 0 ? 'random histories' : '', isLively ? 'the lively room' : ''].filter(
    Boolean,
  );
  if (akka === undefined && needing.length > 0) {
    const need = histories > 0 ? 'need' : 'needs';
    say(
      `skipped: ${needing.join(' and ')} ${need} a running akka-apps, given by --akka redis://… --analytics http://…`,
    );
    return;
  }
  const seed = values.seed ?? Date.now().toString(36);
  say(`seed ${seed}`);
  if (akka === undefined || needing.length === 0) {
    const differ = await playScenarios(akka?.redisUrl, seed, say);
    process.exitCode = differ === 0 ? 0 : 1;
    return;
  }
  const front = await startFront({ ...akka, clientLoadMs: CLIENT_LOAD_MS });
  const postgres = await startTestPostgres();
  Object.assign(process.env, testPostgresEnvironment(postgres));
  try {
    let isGood = true;
    if (histories > 0) {
      const verbose = values.verbose === true;
      isGood = await runHistories({ front, count: histories, seed, say, verbose });
    }
    if (isLively) isGood = (await playLivelyRoom({ front, seed, say })) && isGood;
    process.exitCode = isGood ? 0 : 1;
  } finally {
    await front.stop();
    await postgres.stop();
  }
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = EX_USAGE;
});
