/** Which language a visitor reads: by the switch, else by the browser's own list; remembers nothing. */
import type { Request } from 'express';
import { firstKnown, LANGUAGES, type Language } from './texts';

/** `?lang=` wins over Accept-Language; what is not known counts as not said. */
export function languageOf(request: Request): Language {
  const { lang } = request.query;
  const chosen = LANGUAGES.find((language) => language === lang);
  return chosen ?? firstKnown(request.acceptsLanguages());
}
