/** What a command may touch of the process that it runs in. */
export interface CliIo {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  /** True when a person reads stdout. */
  readonly isTTY: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly setExitCode: (code: number) => void;
  /** Epoch ms. */
  readonly now: () => number;
  /** Asks a yes-or-no question; false where nobody can answer. */
  readonly confirm: (question: string) => Promise<boolean>;
  /** Resolves to true after so many ms, to false on Ctrl-C or when `signal` aborts; never rejects. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<boolean>;
}

/** Two spaces, and a line end. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
