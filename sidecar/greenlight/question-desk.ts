/** Asks tenants' databases one thing after the other: few at a time, none of a database that is failing; knows nothing of the questions. */
import type { Clock, Scheduled } from '../core/clock';

export interface DeskLimits {
  /** At the same time: one silent database must not take the places of all the others. */
  readonly perTenant: number;
  readonly overall: number;
  /** Per tenant; beyond it the oldest question is given up. */
  readonly waiting: number;
}

export interface QuestionDeskOptions<Answer> {
  readonly clock: Clock;
  readonly limits: DeskLimits;
  readonly ask: (tenant: string, question: string) => Promise<Answer>;
  readonly onAnswer: (tenant: string, question: string, answer: Answer) => void;
  /** The first failure of a row, and its end. */
  readonly onTrouble: (tenant: string, error: unknown) => void;
  readonly onRecovery: (tenant: string) => void;
}

export interface QuestionDesk {
  /** A question that waits or is being asked is not put a second time. It is asked until there is an answer. */
  put(tenant: string, question: string): void;
  /** Nothing is asked and no answer told any more. */
  close(): void;
}

const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 60_000;
const MOST_DOUBLINGS = 16;

interface Line {
  readonly tenant: string;
  /** In the order they were put. */
  readonly waiting: Set<string>;
  readonly asking: Set<string>;
  failures: number;
  /** Set while a database that failed is left alone. */
  pause: Scheduled | undefined;
}

/** A desk without questions. */
export function createQuestionDesk<Answer>(options: QuestionDeskOptions<Answer>): QuestionDesk {
  const { limits } = options;
  const lines = new Map<string, Line>();
  let asking = 0;
  let closed = false;

  /** Whoever was served goes to the end, so that no tenant waits for ever behind a busy one. */
  function pump(): void {
    for (const line of [...lines.values()]) {
      while (!closed && asking < limits.overall && line.pause === undefined) {
        const question = nextOf(line, limits);
        if (question === undefined) break;
        lines.delete(line.tenant);
        lines.set(line.tenant, line);
        asking += 1;
        void serve(line, question, options).then((settle) => {
          asking -= 1;
          if (!closed) settle(pump);
          pump();
        });
      }
    }
  }

  return {
    put(tenant, question) {
      if (closed || lines.get(tenant)?.asking.has(question) === true) return;
      const line = lines.get(tenant) ?? newLine(tenant);
      lines.set(tenant, line);
      line.waiting.add(question);
      const [oldest] = line.waiting;
      if (line.waiting.size > limits.waiting && oldest !== undefined) line.waiting.delete(oldest);
      pump();
    },
    close() {
      closed = true;
      for (const line of lines.values()) line.pause?.cancel();
    },
  };
}

function newLine(tenant: string): Line {
  return { tenant, waiting: new Set(), asking: new Set(), failures: 0, pause: undefined };
}

/** Moves it from those that wait to those that are being asked. */
function nextOf(line: Line, limits: DeskLimits): string | undefined {
  if (line.asking.size >= limits.perTenant) return undefined;
  const [question] = line.waiting;
  if (question === undefined) return undefined;
  line.waiting.delete(question);
  line.asking.add(question);
  return question;
}

/** Never rejects; what comes of it is done by the function it resolves to, if anybody still wants to know. */
async function serve<Answer>(
  line: Line,
  question: string,
  options: QuestionDeskOptions<Answer>,
): Promise<(wake: () => void) => void> {
  try {
    const answer = await options.ask(line.tenant, question);
    return () => {
      if (line.failures > 0) options.onRecovery(line.tenant);
      line.failures = 0;
      options.onAnswer(line.tenant, question, answer);
    };
  } catch (error) {
    return (wake) => {
      // Back in line: whoever asked has gone on with what there was, and will not ask again.
      line.waiting.add(question);
      if (line.pause !== undefined) return;
      if (line.failures === 0) options.onTrouble(line.tenant, error);
      const pauseMs = Math.min(
        LONGEST_PAUSE_MS,
        FIRST_PAUSE_MS * 2 ** Math.min(line.failures, MOST_DOUBLINGS),
      );
      line.failures += 1;
      line.pause = options.clock.schedule(pauseMs, () => {
        line.pause = undefined;
        wake();
      });
    };
  } finally {
    line.asking.delete(question);
  }
}
