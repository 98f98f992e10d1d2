/** A decision in one sentence of the reader's language; names no person, neither member nor operator. Shared by server and browser. */
import type { LimitName } from '../core/limits/define-limit';
import { type Language, TEXTS } from './texts';
import type { ActName } from './texts/text-keys';

const MINUTE_SECONDS = 60;

/** What the sentence needs of a decision as the API shows it. */
export interface DecisionFacts {
  readonly action: string;
  readonly limit: LimitName | null;
  readonly value: number | null;
  readonly allowed: number | null;
  readonly dry_run: boolean;
  readonly detail: string | null;
}

/** `90` as `1 h 30 min`, in the language's own units. */
export function minutesInWords(minutes: number, language: Language): string {
  const unit = (value: number, name: 'hour' | 'minute'): string =>
    new Intl.NumberFormat(language, {
      style: 'unit',
      unit: name,
      unitDisplay: name === 'hour' ? 'long' : 'short',
    }).format(value);
  const whole = Math.round(minutes);
  const hours = Math.floor(whole / MINUTE_SECONDS);
  const rest = whole % MINUTE_SECONDS;
  if (hours === 0) return unit(rest, 'minute');
  return rest === 0 ? unit(hours, 'hour') : `${unit(hours, 'hour')} ${unit(rest, 'minute')}`;
}

/** A number in the language's own digits and groups. */
export function countInWords(count: number, language: Language): string {
  return new Intl.NumberFormat(language).format(count);
}

/** How each limit's amounts read. Here, and not with the limits, because the browser has this file and not those. */
const AMOUNTS: Readonly<Record<LimitName, (amount: number, language: Language) => string>> = {
  meeting_duration: minutesInWords,
  participants: countInWords,
  recording: countInWords,
};

/** A limit's value or what was seen of it, in words; `null` means more than was counted. */
export function amountInWords(limit: LimitName, value: number | null, language: Language): string {
  return value === null ? TEXTS[language].sentence.more : AMOUNTS[limit](value, language);
}

function becauseOf(decision: DecisionFacts, tierTitle: string | undefined, language: Language): string {
  const { sentence } = TEXTS[language];
  if (decision.action === 'refuse-claim') return sentence.notBelieved;
  if (decision.detail?.startsWith('operator ') === true) return sentence.byOperator;
  if (decision.limit === null) return '';
  const tier = tierTitle === undefined ? sentence.itsTier : sentence.tierNamed(tierTitle);
  const isEarly = decision.action === 'send-notice' && decision.limit === 'meeting_duration';
  const say = isEarly ? sentence.timeNearlyOver : sentence.because[decision.limit];
  return say(
    tier,
    amountInWords(decision.limit, decision.value, language),
    amountInWords(decision.limit, decision.allowed, language),
  );
}

/** With a full stop. `tierTitle`: as people read it. */
export function sentenceOf(
  decision: DecisionFacts,
  tierTitle: string | undefined,
  language: Language,
): string {
  const { sentence } = TEXTS[language];
  const acts = decision.dry_run ? sentence.dryActs : sentence.acts;
  const act = acts[decision.action as ActName] ?? decision.action;
  const because = becauseOf(decision, tierTitle, language);
  const joined = because === '' || because.startsWith(',') ? `${act}${because}` : `${act} ${because}`;
  return `${because === '' ? joined.replace(/,$/, '') : joined}.`;
}
