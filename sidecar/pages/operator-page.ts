/** `/`: the shell of the operators' page; everything in it is made by its script from the admin API. */
import { Router } from 'express';
import type { ConfigSource } from '../config-source';
import { brandOf } from './brand';
import { contentSecurity } from './content-security';
import { html } from './html';
import { languageOf } from './language';
import { TEXTS } from './texts';

export function operatorPageRoutes(config: Pick<ConfigSource, 'current'>): Router {
  const router = Router();
  router.get('/', (request, response) => {
    const language = languageOf(request);
    const { name } = brandOf(config.current(), request);
    const page = html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${name}</title>
<link rel="icon" href="./assets/icon.svg">
<link rel="stylesheet" href="./assets/dashboard.css">
<link rel="stylesheet" href="./assets/brand.css">
<script type="module" src="./assets/dashboard.js"></script>
</head>
<body>
<div id="page"></div>
<noscript><p>${TEXTS[language].needsScript} <code>bbb-tiers status</code></p></noscript>
</body>
</html>
`;
    response
      .set({
        'Content-Security-Policy': contentSecurity('app'),
        'Cache-Control': 'no-store',
        Vary: 'Accept-Language, Host',
      })
      .type('html')
      .send(page.html);
  });
  return router;
}
