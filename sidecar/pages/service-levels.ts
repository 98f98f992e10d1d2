/** `/service-levels`: the tier table of the running configuration with prices and the operator's texts; what is published is what is enforced. */
import { type Request, type Response, Router } from 'express';
import { tiersView } from '../api/views';
import type { ConfigSource } from '../config-source';
import type { TiersConfig } from '../core/config';
import type { LimitSetting } from '../core/limits/define-limit';
import { type AnyLimit, LIMITS } from '../core/limits/index';
import type { Tier } from '../core/tier';
import { brandOf } from './brand';
import { sendPage } from './frame';
import { type Html, html } from './html';
import { languageOf } from './language';
import { priceInWords } from './price';
import { amountInWords, countInWords } from './sentence';
import { type Language, TEXTS } from './texts';

export interface ServiceLevelsOptions {
  readonly config: Pick<ConfigSource, 'current'>;
  /** The operator's Markdown file of that name. */
  readonly markdown: (name: string, language: string) => Html | undefined;
}

interface Row {
  readonly head: string;
  readonly cell: (tier: Tier) => string | Html;
}

function limitRow(limit: AnyLimit, language: Language): Row {
  const texts = TEXTS[language].levels;
  const words = (max: unknown): string => {
    if (max === 'unlimited') return texts.unlimited;
    if (typeof max === 'boolean') return max ? texts.yes : texts.no;
    return amountInWords(limit.name, limit.amount(max), language);
  };
  const cell = ({ limits }: Tier): Html => {
    const { max, enforce }: LimitSetting<unknown> = limits[limit.name];
    const note = enforce === 'hard' ? undefined : html` <small>(${texts[enforce]})</small>`;
    return html`${words(max)}${note}`;
  };
  return { head: texts.limits[limit.name], cell };
}

function rowsOf({ currency }: TiersConfig, language: Language): readonly Row[] {
  const texts = TEXTS[language].levels;
  const count = (most: number | 'unlimited'): string =>
    most === 'unlimited' ? texts.unlimited : countInWords(most, language);
  return [
    ...LIMITS.map((limit) => limitRow(limit, language)),
    { head: texts.accounts, cell: (tier) => count(tier.accounts) },
    { head: texts.rooms, cell: (tier) => count(tier.roomsPerAccount) },
    { head: texts.server, cell: (tier) => texts[tier.server] },
    { head: texts.branding, cell: (tier) => (tier.branding ? texts.yes : texts.no) },
    { head: texts.setupFee, cell: (tier) => priceInWords(tier.setupFee, currency, language) },
    { head: texts.monthlyFee, cell: (tier) => priceInWords(tier.monthlyFee, currency, language) },
  ];
}

/** A level a row: it reads well from top to bottom, and on a narrow screen each becomes a card. */
function table(tiers: TiersConfig, language: Language): Html {
  const texts = TEXTS[language].levels;
  const rows = rowsOf(tiers, language);
  return html`<table class="levels" role="table">
<caption class="unseen">${texts.caption}</caption>
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">${texts.level}</th>${rows.map((row) => html`<th role="columnheader" scope="col">${row.head}</th>`)}</tr></thead>
<tbody role="rowgroup">
${[...tiers.tiers.values()].map(
  (tier) =>
    html`<tr role="row"><th role="rowheader" scope="row"><bdi>${tier.title}</bdi></th>${rows.map((row) => html`<td role="cell"><span class="cell-label" aria-hidden="true">${row.head}</span><span>${row.cell(tier)}</span></td>`)}</tr>
`,
)}</tbody>
</table>`;
}

function section(title: string, text: Html | undefined): Html | undefined {
  return text === undefined ? undefined : html`<section class="prose"><h2>${title}</h2>${text}</section>`;
}

function content(options: ServiceLevelsOptions, language: Language): Html {
  const { tiers, version } = options.config.current();
  const texts = TEXTS[language].levels;
  const months = tiers.setupFeeWaivedFromMonths;
  const usual = tiers.tiers.get(tiers.defaultTier);
  return html`<h1>${texts.title}</h1>
<p class="lead">${texts.intro}</p>
${table(tiers, language)}
<ul class="notes">${months !== undefined && html`<li>${texts.waived(months)}</li>`}${usual !== undefined && html`<li>${texts.byDefault(usual.title)}</li>`}</ul>
${section(texts.fairUse, options.markdown('fair-use', language))}
${section(texts.privacy, options.markdown('privacy', language))}
<p class="version">${texts.version}: <code>${version}</code></p>`;
}

/** Public, as a page or, asked for by Accept, as JSON. */
export function serviceLevelsRoutes(options: ServiceLevelsOptions): Router {
  const router = Router({ strict: true });
  router.get('/service-levels', (request: Request, response: Response) => {
    const config = options.config.current();
    if (request.accepts(['html', 'json']) === 'json') {
      response
        .set({ 'Cache-Control': 'no-cache', Vary: 'Accept, Accept-Language, Host' })
        .json(tiersView(config));
      return;
    }
    const language = languageOf(request);
    const { title } = TEXTS[language].levels;
    const brand = brandOf(config, request);
    sendPage(response, 200, {
      language,
      brand,
      title,
      up: './',
      content: content(options, language),
    });
  });
  return router;
}
