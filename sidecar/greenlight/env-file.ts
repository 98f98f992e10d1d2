/** The `.env` files that carry what must not stand in the compose file: as samples without secrets, or filled in. */

/** One line of such a file. `value` undefined: for the operator to fill in. */
export interface EnvEntry {
  readonly name: string;
  readonly about: string;
  readonly value?: string | undefined;
  /** Not needed for a start; written commented out. */
  readonly optional?: boolean;
}

/** What both compose and a shell take as it stands. */
const PLAIN = /^[A-Za-z0-9_.:/@{}+=,-]*$/;

/**
 * The text of the file. A value with other characters is put in single quotes, where `$` is only itself.
 * Throws for a value that no `.env` can carry (a line break, a single quote).
 */
export function envFile(comment: string, entries: readonly EnvEntry[]): string {
  const blocks = entries.map(({ name, about, value, optional }) => {
    const line = `${name}=${quoted(name, value ?? '')}`;
    return `${commented(about)}\n${optional === true && value === undefined ? `#${line}` : line}\n`;
  });
  return `${commented(comment)}\n\n${blocks.join('\n')}`;
}

function commented(text: string): string {
  return text
    .split('\n')
    .map((line) => `# ${line}`.trimEnd())
    .join('\n');
}

function quoted(name: string, value: string): string {
  if (PLAIN.test(value)) return value;
  if (/['\n\r\\]/.test(value))
    throw new Error(
      `${name}: expected a value without quotes, backslashes and line breaks, got one with them`,
    );
  return `'${value}'`;
}
