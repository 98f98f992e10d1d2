/** The language of the page and everything that is written by it: texts, numbers, times; remembers the choice in this browser alone. */
import { computed, effect, signal } from '@preact/signals';
import { firstKnown, LANGUAGES, type Language } from '../../pages/texts';
import { de } from './texts/de';
import { en } from './texts/en';
import { es } from './texts/es';
import { fr } from './texts/fr';

const KEY = 'bbb-tiers-language';
const TEXTS = { de, en, es, fr };

/** Storage may be forbidden; then the choice lasts as long as the page. */
function remembered(): readonly string[] {
  try {
    return [localStorage.getItem(KEY) ?? ''].filter((text) => text !== '');
  } catch {
    return [];
  }
}

const asked = new URLSearchParams(location.search).get('lang') ?? '';
export const language = signal<Language>(
  firstKnown([...LANGUAGES.filter((each) => each === asked), ...remembered(), ...navigator.languages]),
);
export const texts = computed(() => TEXTS[language.value]);

export function chooseLanguage(chosen: Language): void {
  language.value = chosen;
  try {
    localStorage.setItem(KEY, chosen);
  } catch {
    // Then it lasts as long as the page.
  }
}

effect(() => {
  document.documentElement.lang = language.value;
  document.title = texts.value.title;
});

/** Times as they are written where the reader lives, as far as the browser says. */
const region = computed(
  () =>
    navigator.languages.find(
      (tag) => firstKnown([tag]) === language.value && tag.startsWith(language.value),
    ) ?? language.value,
);

const clockFormat = computed(
  () => new Intl.DateTimeFormat(region.value, { hour: '2-digit', minute: '2-digit' }),
);
const secondFormat = computed(() => new Intl.DateTimeFormat(region.value, { timeStyle: 'medium' }));
const dayFormat = computed(
  () => new Intl.DateTimeFormat(region.value, { dateStyle: 'short', timeStyle: 'short' }),
);
const millisecondFormat = computed(
  () => new Intl.NumberFormat(region.value, { style: 'unit', unit: 'millisecond', maximumFractionDigits: 0 }),
);
const numberFormat = computed(() => new Intl.NumberFormat(language.value, { maximumFractionDigits: 1 }));

export const timeOfDay = (ms: number): string => clockFormat.value.format(ms);
export const timeWithSeconds = (ms: number): string => secondFormat.value.format(ms);
export const dateAndTime = (ms: number): string => dayFormat.value.format(ms);
export const milliseconds = (value: number): string => millisecondFormat.value.format(value);
export const numberText = (value: number): string => numberFormat.value.format(value);

/** `1:02:03` or `4:59`: the same in all our languages, and as short as a column needs. */
export function countdown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1_000));
  const two = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor((seconds % 3_600) / 60);
  const rest = two(seconds % 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}
