/** What the command line ends with; the numbers of sysexits.h where there is one. Documented in the README. */

export const EXIT = {
  ok: 0,
  /** The command found something wrong: a broken config, a failed check. */
  failed: 1,
  /** The words were not understood. */
  usage: 64,
  /** What was named does not exist. */
  notFound: 66,
  /** The service cannot be reached. */
  unavailable: 69,
  /** The token is missing, refused, or may not do this. */
  noPermission: 77,
  /** A variable is missing or malformed. */
  config: 78,
} as const;

/** Ends a command with a line on stderr for each thing that is wrong: what was expected, what was found, what to do. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: number;
  readonly lines: readonly string[];
  constructor(what: string | readonly string[], exitCode: number) {
    const lines = typeof what === 'string' ? [what] : what;
    super(lines.join('; '));
    this.exitCode = exitCode;
    this.lines = lines;
  }
}
