/** The command line `bbb-tiers`: puts the commands together; each lives in a file of its own. */
import { Command, CommanderError } from 'commander';
import { collectEnvironment } from '../environment';
import { messageOf } from '../errors';
import { type CheckIo, registerCheck } from './commands/check';

/** For words that commander does not know; sysexits.h. */
const EX_USAGE = 64;

const io: CheckIo = {
  stdout: process.stdout,
  stderr: process.stderr,
  isTTY: process.stdout.isTTY === true,
  env: collectEnvironment(process.env, process.cwd()),
  setExitCode(code) {
    process.exitCode = code;
  },
};

function buildProgram(): Command {
  const program = new Command('bbb-tiers');
  program.description('Service tiers for BigBlueButton and Greenlight.').showHelpAfterError(false).exitOverride();
  registerCheck(program, io);
  return program;
}

async function main(): Promise<void> {
  try {
    await buildProgram().parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : EX_USAGE;
      return;
    }
    process.stderr.write(`bbb-tiers: ${messageOf(error)}\n`);
    process.exitCode = 1;
  }
}

void main();
