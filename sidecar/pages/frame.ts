/** The frame around the public pages: head, brand, switch of languages; holds no content. */
import type { Response } from 'express';
import type { Brand } from './brand';
import { contentSecurity } from './content-security';
import { type Html, html } from './html';
import { LANGUAGES, type Language, TEXTS } from './texts';

export interface Frame {
  readonly language: Language;
  readonly brand: Brand;
  readonly title: string;
  /** From the page up to where the service begins: `./` or `../`. */
  readonly up: './' | '../';
  readonly content: Html;
  /** Writes the page's times as the reader's clock has them. */
  readonly localTimes?: boolean;
}

function brandMark({ name, logoUrl }: Brand): Html {
  return logoUrl === undefined
    ? html`<span class="brand-name"><bdi>${name}</bdi></span>`
    : html`<img class="brand-logo" src="${logoUrl}" alt="${name}" height="40" referrerpolicy="no-referrer">`;
}

function languageSwitch(language: Language): Html {
  return html`<nav class="languages" aria-label="${TEXTS[language].chooseLanguage}"><ul>${LANGUAGES.map(
    (each) =>
      each === language
        ? html`<li><span aria-current="true" lang="${each}">${TEXTS[each].language}</span></li>`
        : html`<li><a href="?lang=${each}" hreflang="${each}" lang="${each}">${TEXTS[each].language}</a></li>`,
  )}</ul></nav>`;
}

/** The tenant's own pages. */
function brandLinks({ links }: Brand, language: Language): Html | undefined {
  if (links.length === 0) return undefined;
  const texts = TEXTS[language].links;
  return html`<footer class="page-foot"><ul>${links.map(
    ({ kind, url }) => html`<li><a href="${url}" rel="noreferrer">${texts[kind]}</a></li>`,
  )}</ul></footer>
`;
}

function page({ language, brand, title, up, content, localTimes }: Frame): Html {
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · ${brand.name}</title>
<link rel="icon" href="${up}assets/icon.svg">
<link rel="stylesheet" href="${up}assets/pages.css">
<link rel="stylesheet" href="${up}assets/brand.css">
${
  localTimes === true &&
  html`<script type="module" src="${up}assets/local-times.js"></script>
`
}</head>
<body>
<a class="skip" href="#content">${TEXTS[language].skipToContent}</a>
<header class="page-head">${brandMark(brand)}${languageSwitch(language)}</header>
<main id="content">
${content}
</main>
${brandLinks(brand, language)}</body>
</html>
`;
}

/** Sends it with its policy; kept by nobody, because it follows the configuration that runs. */
export function sendPage(response: Response, status: number, frame: Frame): void {
  response
    .status(status)
    .set({
      'Content-Security-Policy': contentSecurity(frame.localTimes === true ? 'local' : 'none'),
      'Content-Language': frame.language,
      'Cache-Control': 'no-cache',
      Vary: 'Accept, Accept-Language, Host',
    })
    .type('html')
    .send(page(frame).html);
}
