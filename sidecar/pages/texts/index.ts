/** The languages of the pages and the choice between them; says nothing by itself. */
import { de } from './de';
import { en } from './en';
import { es } from './es';
import { fr } from './fr';
import type { PageTexts } from './text-keys';

export const LANGUAGES = ['en', 'de', 'fr', 'es'] as const;
export type Language = (typeof LANGUAGES)[number];
export const TEXTS: Readonly<Record<Language, PageTexts>> = { en, de, fr, es };

/** The first language of ours in a list such as `de-AT`, `fr`; English when none is. */
export function firstKnown(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const known = LANGUAGES.find(
      (language) => language === tag.slice(0, 2).toLowerCase() && /^..(-|$)/.test(tag),
    );
    if (known !== undefined) return known;
  }
  return 'en';
}
