/** `/m/<code>`: shows a member why the meeting was stopped, what would have allowed it and whom to ask; shows nothing of any person. */
import { Router } from 'express';
import { Refusal } from '../api/problem';
import type { DecisionView } from '../api/schemas';
import type { ConfigSource } from '../config-source';
import type { Config } from '../core/config';
import { parseDecisionCode } from '../core/decision-code';
import { isSwitch, limitNamed } from '../core/limits/index';
import type { Tier } from '../core/tier';
import { allowanceOf, cheapestAllowing, type Passed } from './allowing-tier';
import { brandOf, helpUrlOf } from './brand';
import { type CodeGuesses, GUESSES_WINDOW_SECONDS } from './code-guesses';
import { sendPage } from './frame';
import { type Html, html } from './html';
import { languageOf } from './language';
import { priceInWords } from './price';
import { amountInWords, sentenceOf } from './sentence';
import { type Language, TEXTS } from './texts';

/** A code has seven characters; nobody types more than some blanks around it. */
const LONGEST_TYPED = 64;
const AWAY_SECONDS = 60;

export interface MemberPageOptions {
  readonly config: Pick<ConfigSource, 'current'>;
  /** The newest decision with this code; undefined when none is kept. Throws Refusal when it cannot be looked up now. */
  readonly decisionOf: (code: string) => Promise<DecisionView | undefined>;
  readonly guesses: CodeGuesses;
}

function titleOf(tier: Tier | undefined, decision: DecisionView): string | undefined {
  return tier?.title ?? decision.tier ?? undefined;
}

function ruleOf(decision: DecisionView, tierTitle: string | undefined, language: Language): string {
  const { member, sentence } = TEXTS[language];
  if (decision.limit === null) return member.noRule;
  const tier = tierTitle === undefined ? sentence.itsTier : sentence.tierNamed(tierTitle);
  return member.rules[decision.limit](tier, amountInWords(decision.limit, decision.allowed, language));
}

/** The decision's own tier may have been changed since: then it is no answer to say that it would have allowed it. */
function allowedByNow(tier: Tier, passed: Passed, language: Language): string | undefined {
  const texts = TEXTS[language].member;
  const { limit } = passed;
  const allowance = allowanceOf(tier, passed);
  if (allowance === undefined) return undefined;
  if (allowance === 'not-held') return texts.notHeld(tier.title);
  if (allowance !== 'unlimited')
    return texts.nowAllows[limit](tier.title, amountInWords(limit, allowance, language));
  const known = limitNamed(limit);
  const isIncluded = known !== undefined && isSwitch(known);
  return isIncluded ? texts.nowAllows[limit](tier.title, '') : texts.nowUnlimited(tier.title);
}

function allowedByTier(passed: Passed, { tiers }: Config, language: Language): string {
  const texts = TEXTS[language].member;
  const tier = cheapestAllowing(tiers.tiers.values(), passed);
  if (tier === undefined) return texts.nobodyAllows;
  const fee = tier.monthlyFee;
  const words = priceInWords(fee, tiers.currency, language);
  const price = fee === 'on-request' ? words : fee === 0 ? texts.free : texts.perMonth(words);
  return texts.tier(tier.title, price);
}

function allowedBy(decision: DecisionView, config: Config, language: Language): Html | undefined {
  const { limit, value, allowed } = decision;
  if (limit === null) return undefined;
  const passed = { limit, value, allowed };
  const own = config.tiers.tiers.get(decision.tier ?? '');
  const now = own === undefined ? undefined : allowedByNow(own, passed, language);
  const answer = now ?? allowedByTier(passed, config, language);
  return html`<dt>${TEXTS[language].member.allowedBy}</dt><dd>${answer}</dd>`;
}

function whomToAsk(decision: DecisionView, config: Config, language: Language): Html {
  const texts = TEXTS[language].member;
  const tenant = config.tenants.get(decision.tenant ?? '');
  const email = tenant?.email;
  const help = helpUrlOf(config, tenant);
  const ways = [
    email &&
      html`<a href="mailto:${encodeURI(email.from)}?subject=${decision.code}"><bdi>${email.name ?? email.from}</bdi></a>`,
    help !== undefined && html`<a href="${help}" rel="noreferrer">${texts.helpPage}</a>`,
  ].filter((way) => way !== undefined && way !== false);
  const answer =
    ways.length === 0
      ? html`${texts.askOwner}`
      : html`${texts.askTenant} ${ways.map((way, index) => html`${index > 0 && ' · '}${way}`)}`;
  return html`<dt>${texts.whomToAsk}</dt><dd>${answer}</dd>`;
}

function content(decision: DecisionView, config: Config, language: Language): Html {
  const texts = TEXTS[language].member;
  const title = titleOf(config.tiers.tiers.get(decision.tier ?? ''), decision);
  const at = new Date(decision.at);
  const when = new Intl.DateTimeFormat(language, {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone: 'UTC',
  }).format(at);
  return html`<h1>${texts.title}</h1>
<p class="lead">${sentenceOf(decision, title, language)}</p>
<dl class="facts">
<dt>${texts.code}</dt><dd><code>${decision.code}</code></dd>
<dt>${texts.rule}</dt><dd>${ruleOf(decision, title, language)}</dd>
${allowedBy(decision, config, language)}
${whomToAsk(decision, config, language)}
<dt>${texts.when}</dt><dd><time datetime="${at.toISOString()}">${when} UTC</time></dd>
</dl>
<p><a href="../service-levels?lang=${language}">${texts.seeLevels}</a></p>`;
}

function notice(title: string, text: string, language: Language): Html {
  return html`<h1>${title}</h1>
<p class="lead">${text}</p>
<p><a href="../service-levels?lang=${language}">${TEXTS[language].member.seeLevels}</a></p>`;
}

/** The decision behind a code as it was typed; `away` when it cannot be looked up now. */
async function lookUp(typed: string, options: MemberPageOptions): Promise<DecisionView | 'away' | undefined> {
  const code = parseDecisionCode(typed.slice(0, LONGEST_TYPED));
  if (code === undefined) return undefined;
  try {
    return await options.decisionOf(code);
  } catch (error) {
    if (error instanceof Refusal) return 'away';
    throw error;
  }
}

/** The page of a decision, or a friendly one that says why there is none. */
export function memberPageRoutes(options: MemberPageOptions): Router {
  const { config, guesses } = options;
  const router = Router({ strict: true });
  router.get('/m/:code', async (request, response) => {
    const language = languageOf(request);
    const texts = TEXTS[language].member;
    const send = (status: number, title: string, what: Html): void => {
      response.set('X-Robots-Tag', 'noindex');
      sendPage(response, status, {
        language,
        brand: brandOf(config.current(), request),
        title,
        up: '../',
        content: what,
        localTimes: status === 200,
      });
    };
    const sendNotice = (status: number, title: string, text: string): void =>
      send(status, title, notice(title, text, language));
    if (await guesses.tooMany(request)) {
      response.set('Retry-After', String(GUESSES_WINDOW_SECONDS));
      return sendNotice(429, texts.tooOftenTitle, texts.tooOften);
    }
    const decision = await lookUp(request.params.code, options);
    if (decision === 'away') {
      response.set('Retry-After', String(AWAY_SECONDS));
      return sendNotice(503, texts.awayTitle, texts.away);
    }
    if (decision === undefined) {
      await guesses.unknown(request);
      return sendNotice(404, texts.unknownTitle, texts.unknown);
    }
    return send(200, texts.title, content(decision, config.current(), language));
  });
  return router;
}
