/** Prices in a reader's language; knows no tier. */
import type { Language } from './texts';
import { TEXTS } from './texts';

/** `10 €` without cents that are none. */
export function priceInWords(amount: number | 'on-request', currency: string, language: Language): string {
  if (amount === 'on-request') return TEXTS[language].levels.onRequest;
  const minimumFractionDigits = Number.isInteger(amount) ? 0 : 2;
  return new Intl.NumberFormat(language, { style: 'currency', currency, minimumFractionDigits }).format(
    amount,
  );
}
