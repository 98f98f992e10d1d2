/** HTML out of template literals: whatever is filled in is escaped unless it is HTML already; knows no page. */

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text that may stand between tags and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (char) => ESCAPES[char] ?? char);
}

/** HTML that needs no escaping any more. */
export interface Html {
  readonly html: string;
}

type Filling = Html | string | number | false | undefined | readonly Filling[];

function filled(value: Filling): string {
  if (value === false || value === undefined) return '';
  if (typeof value === 'string' || typeof value === 'number') return escapeHtml(String(value));
  return 'html' in value ? value.html : value.map(filled).join('');
}

/** `false` and `undefined` fill in nothing; lists are joined. */
export function html(parts: TemplateStringsArray, ...values: readonly Filling[]): Html {
  return { html: parts.reduce((text, part, index) => `${text}${filled(values[index - 1])}${part}`) };
}
