/** What is broken at the moment, switchable while the simulator runs: bus, commands, API, analytics, webhooks; it breaks nothing by itself. */
import type { BusMessage } from './bus/messages';

/** Which messages: a BBB name, several, or a question asked of each. */
export type Matching = string | readonly string[] | ((message: BusMessage) => boolean);

export interface BusRule {
  /** Left out: every message. */
  readonly match?: Matching;
  /** Chance from 0 to 1, drawn from the seed; left out: always. */
  readonly probability?: number;
  /** How often it strikes before it is spent; left out: until removed. */
  readonly times?: number;
  /** `reorder`: the message goes out after the next one (or 1 s later, if none comes). */
  readonly effect: 'lose' | 'duplicate' | 'reorder' | { readonly delayMs: number };
}

export interface CommandRule {
  /** Names of commands; left out: all. */
  readonly match?: string | readonly string[];
  readonly probability?: number;
  readonly times?: number;
}

/**
 * `down`: connection refused. `slow`: answers `delayMs` of the clock late. `wrong-checksum`: every call is refused, as after a change of BBB's
 * secret. `redirect`: nginx sends every call to `to`. The others answer at once with what they say.
 */
export type HttpFault =
  | { readonly kind: 'down' }
  | { readonly kind: 'slow'; readonly delayMs: number }
  | { readonly kind: 'error-500' }
  | { readonly kind: 'html' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'truncated' }
  | { readonly kind: 'wrong-checksum' }
  | { readonly kind: 'redirect'; readonly to: string }
  | { readonly kind: 'hang' };

/** `down`: connection refused. `stale`: keeps telling what it told when this was set. */
export type AnalyticsFault = 'down' | 'stale' | 'error-500' | 'garbage';

export interface FaultState {
  readonly busRules: Strike<BusRule>[];
  readonly commandRules: Strike<CommandRule>[];
  busPaused: boolean;
  webhooksOff: boolean;
  readonly random: () => number;
}

interface Strike<Rule> {
  readonly rule: Rule;
  left: number;
}

export function noFaults(seed: string): FaultState {
  return { busRules: [], commandRules: [], busPaused: false, webhooksOff: false, random: seededRandom(seed) };
}

/** Adds a rule; returns its removal. */
export function addRule<Rule extends { readonly times?: number }>(
  rules: Strike<Rule>[],
  rule: Rule,
): () => void {
  const strike = { rule, left: rule.times ?? Number.POSITIVE_INFINITY };
  rules.push(strike);
  return () => {
    const index = rules.indexOf(strike);
    if (index >= 0) rules.splice(index, 1);
  };
}

/** The first rule that strikes this message. */
export function busEffect(faults: FaultState, message: BusMessage): BusRule['effect'] | undefined {
  return strikes(faults, faults.busRules, ({ match }) => matches(match, message))?.effect;
}

export function losesCommand(faults: FaultState, name: string): boolean {
  const fits = ({ match }: CommandRule): boolean => match === undefined || [match].flat().includes(name);
  return strikes(faults, faults.commandRules, fits) !== undefined;
}

function strikes<Rule extends { readonly probability?: number }>(
  faults: FaultState,
  rules: Strike<Rule>[],
  fits: (rule: Rule) => boolean,
): Rule | undefined {
  for (const strike of rules) {
    if (strike.left <= 0 || !fits(strike.rule)) continue;
    if (strike.rule.probability !== undefined && faults.random() >= strike.rule.probability) continue;
    strike.left -= 1;
    return strike.rule;
  }
  return undefined;
}

function matches(match: Matching | undefined, message: BusMessage): boolean {
  if (match === undefined) return true;
  return typeof match === 'function' ? match(message) : [match].flat().includes(message.name);
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function seededRandom(seed: string): () => number {
  let state = [...seed].reduce((hash, character) => (Math.imul(hash, 31) + character.charCodeAt(0)) | 0, 7);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
