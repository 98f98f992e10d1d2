/** The three ways things go wrong here; nothing else is thrown on purpose. */

/** May work next time: back off and try again. */
export class TransientError extends Error {
  override readonly name = 'TransientError';
}

/** Will not work by trying again: log, count, wait for the next trigger. */
export class TerminalError extends Error {
  override readonly name = 'TerminalError';
}

/** The operator has to change something; the message names the key, what is expected and what was found. Exit code 78. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Text of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
