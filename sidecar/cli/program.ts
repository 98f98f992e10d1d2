/** The command line put together: every command in a file of its own, one place that turns errors into lines and exit codes. */
import { Command, CommanderError } from 'commander';
import { messageOf } from '../errors';
import { registerCheck } from './commands/check';
import { registerCompletion } from './commands/completion';
import { registerDoctor } from './commands/doctor';
import { registerMeetings } from './commands/meetings';
import { registerOpen } from './commands/open';
import { registerRecord } from './commands/record';
import { registerRecordings } from './commands/recordings';
import { registerRender } from './commands/render';
import { registerService } from './commands/service';
import { registerTenants } from './commands/tenants';
import { registerUsage } from './commands/usage';
import { registerWhy } from './commands/why';
import { CliError, EXIT } from './exit-codes';
import type { CliIo } from './io';
import { plain } from './table';

/** What a service, database or file says may be quoted in an error; a screen is enough of it. */
const LONGEST_ERROR = 4_000;

function quietOutput(command: Command, io: CliIo): void {
  command.exitOverride();
  command.configureOutput({
    writeOut: (text) => void io.stdout.write(text),
    writeErr: (text) => void io.stderr.write(text),
    // One line, as every other error; commander quotes what was typed, and puts its guess on a line of its own.
    outputError: (text, write) =>
      write(
        `bbb-tiers: ${plain(
          text
            .trim()
            .replace(/^error: /, '')
            .replaceAll(/\s+/g, ' '),
          LONGEST_ERROR,
        )}\n`,
      ),
  });
  for (const child of command.commands) quietOutput(child, io);
}

/** Every command of `bbb-tiers`. */
export function buildProgram(io: CliIo): Command {
  const program = new Command('bbb-tiers');
  program.description('Service tiers for BigBlueButton and Greenlight.').showSuggestionAfterError(true);
  registerCheck(program, io);
  registerRender(program, io);
  registerTenants(program, io);
  registerMeetings(program, io);
  registerWhy(program, io);
  registerUsage(program, io);
  registerService(program, io);
  registerOpen(program, io);
  registerRecord(program, io);
  registerRecordings(program, io);
  registerDoctor(program, io);
  registerCompletion(program, io);
  quietOutput(program, io);
  return program;
}

/** Runs the words given after the program's name; never throws. */
export async function runProgram(words: readonly string[], io: CliIo): Promise<void> {
  try {
    await buildProgram(io).parseAsync([...words], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      io.setExitCode(error.exitCode === 0 ? EXIT.ok : EXIT.usage);
      return;
    }
    for (const line of error instanceof CliError ? error.lines : [messageOf(error)])
      io.stderr.write(`bbb-tiers: ${plain(line.replaceAll(/\s+/g, ' '), LONGEST_ERROR)}\n`);
    io.setExitCode(error instanceof CliError ? error.exitCode : EXIT.failed);
  }
}
