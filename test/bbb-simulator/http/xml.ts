/** Writes the API's XML, everything escaped; it reads none. */

/** An element: its name and its text or children; undefined leaves it out. */
export type XmlElement = readonly [name: string, content: XmlContent];
export type XmlContent = string | number | boolean | undefined | readonly XmlElement[];

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

export function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}

export function writeXml([name, content]: XmlElement): string {
  if (content === undefined) return '';
  const inner = typeof content === 'object' ? content.map(writeXml).join('') : escapeXml(String(content));
  return `<${name}>${inner}</${name}>`;
}

/** `<response>` with SUCCESS. */
export function success(children: readonly XmlElement[]): XmlElement {
  return ['response', [['returncode', 'SUCCESS'], ...children]];
}

/** `<response>` with FAILED: sent with HTTP status 200, as BBB does. */
export function failed(messageKey: string, message: string): XmlElement {
  return [
    'response',
    [
      ['returncode', 'FAILED'],
      ['messageKey', messageKey],
      ['message', message],
    ],
  ];
}
