/** A recording of BBB's bus: what was sent to akka-apps, and what it published and answered. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(__dirname, 'recordings');
export const MAIN = 'from-akka-apps-redis-channel';
export const TO_AKKA = 'to-akka-apps-redis-channel';
export const FROM_VOICE = 'from-voice-conf-redis-channel';

/** BBB's envelope, as far as it is the same everywhere. */
export interface BusText {
  readonly envelope: {
    readonly name: string;
    readonly routing: Readonly<Record<string, string>>;
    readonly timestamp: number;
  };
  readonly core: {
    readonly header: Readonly<Record<string, string>>;
    readonly body: Readonly<Record<string, unknown>>;
  };
}

/** One message, `t` ms after the scenario began. */
export interface Observed {
  readonly t: number;
  readonly channel: string;
  readonly message: BusText;
}

/** An answer of akka-apps' HTTP server. */
export interface Answer {
  readonly t: number;
  readonly channel: 'http:/analytics' | 'http:/healthz';
  readonly message: { readonly request: string; readonly status: number; readonly body: unknown };
}

export interface WebhookDelivery {
  readonly t: number;
  readonly event: {
    readonly data: {
      readonly type: string;
      readonly id: string;
      readonly attributes: Readonly<Record<string, unknown>>;
      readonly event: { readonly ts: number };
    };
  };
}

export interface Recording {
  readonly scenario: string;
  /** What happened to akka-apps, in order: what it was sent, and what its HTTP server was asked. */
  readonly moments: readonly (Observed | Answer)[];
  /** What akka-apps was sent, by bbb-web, browsers, components and the telephone switch. */
  readonly causes: readonly Observed[];
  /** What akka-apps published. */
  readonly published: readonly Observed[];
  readonly answers: readonly Answer[];
  /** Undefined: no bbb-webhooks listened. */
  readonly webhooks: readonly WebhookDelivery[] | undefined;
  /** What was done when, in words. */
  readonly steps: readonly (readonly [t: number, what: string])[];
}

function linesOf<T>(file: string): readonly T[] {
  return readFileSync(join(FOLDER, file), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
}

export function isAnswer(line: Observed | Answer): line is Answer {
  return line.channel.startsWith('http:');
}

function isCause({ channel }: Observed | Answer): boolean {
  return channel === TO_AKKA || channel === FROM_VOICE;
}

/** The scenario of that name. */
export function readRecording(scenario: string): Recording {
  const lines = linesOf<Observed | Answer>(`${scenario}.jsonl`);
  const messages = lines.filter((line): line is Observed => !isAnswer(line));
  const webhooks = `webhooks-${scenario}.jsonl`;
  const steps = JSON.parse(readFileSync(join(FOLDER, 'steps.json'), 'utf8')) as Record<
    string,
    [number, string][]
  >;
  return {
    scenario,
    moments: lines.filter((line) => isAnswer(line) || isCause(line)),
    causes: messages.filter(isCause),
    published: messages.filter((line) => !isCause(line)),
    answers: lines.filter(isAnswer),
    webhooks: readdirSync(FOLDER).includes(webhooks) ? linesOf<WebhookDelivery>(webhooks) : undefined,
    steps: steps[scenario] ?? [],
  };
}

/** Names of all scenarios. */
export const SCENARIOS: readonly string[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.jsonl') && !file.startsWith('webhooks-'))
  .map((file) => file.replace('.jsonl', ''));

/** What plays a recording's causes, at their times, and returns what came of them. */
export type Play = (recording: Recording) => Promise<Played>;

export interface Played {
  readonly published: readonly Observed[];
  readonly answers: readonly Answer[];
  readonly webhooks: readonly WebhookDelivery[] | undefined;
}
