/** Starts the command line in this process; nothing else. */
import { createInterface } from 'node:readline/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { collectEnvironment } from '../environment';
import { messageOf } from '../errors';
import { EXIT } from './exit-codes';
import type { CliIo } from './io';
import { runProgram } from './program';

async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const dialogue = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await dialogue.question(`${question} [y/N] `);
  dialogue.close();
  return /^y(es)?$/i.test(answer.trim());
}

/** Ctrl-C while waiting is the way to end it, not a failure. */
async function sleepUnlessStopped(ms: number, signal?: AbortSignal): Promise<boolean> {
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  process.once('SIGINT', onSignal);
  const either = AbortSignal.any([stop.signal, ...(signal === undefined ? [] : [signal])]);
  const slept = await sleep(ms, true, { signal: either }).catch(() => false);
  process.off('SIGINT', onSignal);
  return slept;
}

/** A file that should hold variables and cannot be read ends it as a malformed variable does. */
function environment(): CliIo['env'] {
  try {
    return collectEnvironment(process.env, process.cwd());
  } catch (error) {
    process.stderr.write(`bbb-tiers: ${messageOf(error)}\n`);
    return process.exit(EXIT.config);
  }
}

const io: CliIo = {
  stdout: process.stdout,
  stderr: process.stderr,
  isTTY: process.stdout.isTTY === true,
  env: environment(),
  setExitCode(code) {
    process.exitCode = code;
  },
  now: Date.now,
  confirm,
  sleep: sleepUnlessStopped,
};

// `head` closes the pipe early: that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
void runProgram(process.argv.slice(2), io);
