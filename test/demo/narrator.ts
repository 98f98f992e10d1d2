/** Tells the demo's story on a terminal or into a pipe: what happened, what BBB was told, what the meeting became. */
import { styleText } from 'node:util';

export interface Narrator {
  scene(title: string): void;
  /** What people did. */
  happens(text: string): void;
  /** What went to BBB. `at`: epoch ms. */
  told(at: number, text: string): void;
  /** What the meeting became; a promise that did not hold is remembered for the exit code. */
  expect(text: string, holds: boolean): void;
  /** A line that is rewritten on a terminal, and written once into a pipe. */
  progress(text: string): void;
  readonly failures: readonly string[];
}

type Style = Parameters<typeof styleText>[0];

/** `09:05:00`, UTC. */
function timeOfDay(at: number): string {
  return new Date(at).toISOString().slice(11, 19);
}

/** `now` gives the meeting's own time, shown before each line. */
export function createNarrator(out: NodeJS.WriteStream, now: () => number): Narrator {
  const time = (): string => timeOfDay(now());
  const failures: string[] = [];
  const paint = (style: Style, text: string): string => (out.isTTY ? styleText(style, text) : text);
  let pending = false;

  function line(text: string): void {
    if (pending && out.isTTY) out.write('\r\u001b[K');
    pending = false;
    out.write(`${text}\n`);
  }

  return {
    scene: (title) => line(`\n${paint('bold', title)}`),
    happens: (text) => line(`  ${time()}  ${text}`),
    told: (at, text) => line(`  ${timeOfDay(at)}  ${paint('cyan', `→ BBB: ${text}`)}`),
    expect(text, holds) {
      if (!holds) failures.push(text);
      line(`  ${time()}  ${holds ? paint('green', '✔') : paint('red', '✘ DID NOT HOLD:')} ${text}`);
    },
    progress(text) {
      if (!out.isTTY) {
        out.write(`${text}\n`);
        return;
      }
      out.write(`\r\u001b[K${text}`);
      pending = true;
    },
    failures,
  };
}
