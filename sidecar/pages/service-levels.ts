/** `/service-levels`: the tier table of the running configuration with prices and the operator's texts; what is published is what is enforced. */
import { type Request, type Response, Router } from 'express';
import { tiersView } from '../api/views';
import type { ConfigSource } from '../config-source';
import type { TiersConfig } from '../core/config';
import type { Enforcement, LimitSetting } from '../core/limits/define-limit';
import type { Tier } from '../core/tier';
import { brandOf } from './brand';
import { sendPage } from './frame';
import { type Html, html } from './html';
import { languageOf } from './language';
import { priceInWords } from './price';
import { minutesInWords } from './sentence';
import { type Language, TEXTS } from './texts';

const MINUTE_MS = 60_000;

export interface ServiceLevelsOptions {
  readonly config: Pick<ConfigSource, 'current'>;
  /** The operator's Markdown file of that name. */
  readonly markdown: (name: string, language: string) => Html | undefined;
}

interface Row {
  readonly head: string;
  readonly cell: (tier: Tier) => string | Html;
}

function count(value: number | 'unlimited' | boolean, language: Language): string {
  const { unlimited } = TEXTS[language].levels;
  return typeof value === 'number' ? new Intl.NumberFormat(language).format(value) : unlimited;
}

function rowsOf({ currency }: TiersConfig, language: Language): readonly Row[] {
  const texts = TEXTS[language].levels;
  const note = (enforce: Enforcement): Html | undefined =>
    enforce === 'hard' ? undefined : html` <small>(${texts[enforce]})</small>`;
  const limit = <V>({ max, enforce }: LimitSetting<V>, words: (value: V) => string): Html =>
    html`${max === 'unlimited' ? texts.unlimited : words(max as V)}${note(enforce)}`;
  const yesNo = (yes: boolean): string => (yes ? texts.yes : texts.no);
  return [
    {
      head: texts.duration,
      cell: ({ limits }) =>
        limit(limits.meeting_duration, (ms) => minutesInWords(Number(ms) / MINUTE_MS, language)),
    },
    {
      head: texts.participants,
      cell: ({ limits }) => limit(limits.participants, (max) => count(max, language)),
    },
    { head: texts.recording, cell: ({ limits }) => limit(limits.recording, yesNo) },
    { head: texts.accounts, cell: (tier) => count(tier.accounts, language) },
    { head: texts.rooms, cell: (tier) => count(tier.roomsPerAccount, language) },
    { head: texts.server, cell: (tier) => texts[tier.server] },
    { head: texts.branding, cell: (tier) => yesNo(tier.branding) },
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
