/** `/m/<code>`: tells a member why the meeting was stopped, what would have allowed it and whom to ask; shows nothing of any person. */
import { type Request, type Response, Router } from 'express';
import type { RateLimitRequestHandler } from 'express-rate-limit';
import { Refusal } from '../api/problem';
import type { DecisionView } from '../api/schemas';
import type { ConfigSource } from '../config-source';
import type { Config } from '../core/config';
import { parseDecisionCode } from '../core/decision-code';
import type { Tier } from '../core/tier';
import { cheapestAllowing } from './allowing-tier';
import { type Brand, brandOf } from './brand';
import { sendPage } from './frame';
import { type Html, html } from './html';
import { languageOf } from './language';
import { priceInWords } from './price';
import { amountInWords, sentenceOf } from './sentence';
import { type Language, TEXTS } from './texts';

export interface MemberPageOptions {
  readonly config: Pick<ConfigSource, 'current'>;
  /** The newest decision with this code; undefined when none is kept. Throws Refusal when it cannot be looked up now. */
  readonly decisionOf: (code: string) => Promise<DecisionView | undefined>;
  readonly limit: RateLimitRequestHandler;
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

function allowedBy(decision: DecisionView, { tiers }: Config, language: Language): Html | undefined {
  if (decision.limit === null) return undefined;
  const texts = TEXTS[language].member;
  const { limit, value, allowed } = decision;
  const tier = cheapestAllowing(tiers.tiers.values(), { limit, value, allowed });
  if (tier === undefined) return html`<dt>${texts.allowedBy}</dt><dd>${texts.nobodyAllows}</dd>`;
  const fee = tier.monthlyFee;
  const words = priceInWords(fee, tiers.currency, language);
  const price = fee === 'on-request' ? words : fee === 0 ? texts.free : texts.perMonth(words);
  return html`<dt>${texts.allowedBy}</dt><dd>${texts.tier(tier.title, price)}</dd>`;
}

function whomToAsk(decision: DecisionView, config: Config, language: Language): Html {
  const texts = TEXTS[language].member;
  const email = config.tenants.get(decision.tenant ?? '')?.email;
  const answer =
    email === undefined
      ? html`${texts.askOwner}`
      : html`${texts.askTenant} <a href="mailto:${encodeURI(email.from)}?subject=${decision.code}"><bdi>${email.name ?? email.from}</bdi></a>`;
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

/** The page of a decision, or a friendly one that says why there is none. */
export function memberPageRoutes(options: MemberPageOptions): Router {
  const router = Router({ strict: true });
  const send = (request: Request, response: Response, status: number, title: string, what: Html): void => {
    const brand: Brand = brandOf(options.config.current(), request);
    response.set('X-Robots-Tag', 'noindex');
    sendPage(request, response, status, {
      language: languageOf(request),
      brand,
      title,
      up: '../',
      content: what,
    });
  };
  router.get('/m/:code', options.limit, async (request, response) => {
    const language = languageOf(request);
    const texts = TEXTS[language].member;
    if (response.locals.tooOften === true)
      return send(
        request,
        response,
        429,
        texts.tooOftenTitle,
        notice(texts.tooOftenTitle, texts.tooOften, language),
      );
    const code = parseDecisionCode(String(request.params.code).slice(0, 64));
    let decision: DecisionView | undefined;
    try {
      decision = code === undefined ? undefined : await options.decisionOf(code);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      response.set('Retry-After', '60');
      return send(request, response, 503, texts.awayTitle, notice(texts.awayTitle, texts.away, language));
    }
    if (decision === undefined)
      return send(
        request,
        response,
        404,
        texts.unknownTitle,
        notice(texts.unknownTitle, texts.unknown, language),
      );
    return send(request, response, 200, texts.title, content(decision, options.config.current(), language));
  });
  return router;
}
