/** The three ways things go wrong here; nothing else is thrown on purpose. */

/** May work next time: back off and try again. */
export class TransientError extends Error {
  override readonly name = 'TransientError';
  /** The request may have reached the other side and taken effect: only its answer is missing. */
  readonly mayHaveHappened: boolean;

  constructor(message: string, options: ErrorOptions & { readonly mayHaveHappened?: boolean } = {}) {
    super(message, options);
    this.mayHaveHappened = options.mayHaveHappened ?? false;
  }
}

/** Will not work by trying again: log, count, wait for the next trigger. */
export class TerminalError extends Error {
  override readonly name = 'TerminalError';
}

/** The operator has to change something; the message names the key, what is expected and what was found. Exit code 78. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** `away`: it may be back any moment. `refused`: somebody has to change something, a secret for one, or the fault is ours. */
export type Fault = 'away' | 'refused';

/** What kind of fault it is, so that a log shows when one becomes another; the wording of errors changes too often for that. */
export function faultOf(error: unknown): Fault {
  return error instanceof TransientError ? 'away' : 'refused';
}

/** Text of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
