/** Markdown of the operator's files as HTML: raw HTML is shown as text, images by their description, links only where they may lead. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Marked } from 'marked';
import { escapeHtml, type Html } from './html';

const LINK = /^(?:https?:\/\/|mailto:|#|\.{0,2}\/)/i;
/** More than any such text needs. */
const MOST_BYTES = 256 * 1_024;
/** The page's own headings come above those of the text. */
const DEEPER_BY = 1;
const DEEPEST = 6;

const marked = new Marked({
  async: false,
  gfm: true,
  renderer: {
    html: ({ text }) => escapeHtml(text),
    image: ({ text }) => escapeHtml(text),
    heading({ tokens, depth }) {
      const level = Math.min(depth + DEEPER_BY, DEEPEST);
      return `<h${level}>${this.parser.parseInline(tokens)}</h${level}>\n`;
    },
    link({ href, tokens }) {
      const inner = this.parser.parseInline(tokens);
      return LINK.test(href) ? `<a href="${escapeHtml(href)}" rel="noreferrer">${inner}</a>` : inner;
    },
  },
});

/** Never throws. */
export function renderMarkdown(text: string): Html {
  return { html: String(marked.parse(text)) };
}

/** Reads `<name>.<language>.md`, else `<name>.md`; kept until the file changes. Undefined: there is none that can be read. */
export function markdownFiles(dir: string): (name: string, language: string) => Html | undefined {
  const known = new Map<string, { readonly face: string; readonly html: Html }>();
  function read(file: string): Html | undefined {
    try {
      const { mtimeMs, size } = statSync(file);
      if (size > MOST_BYTES) return undefined;
      const face = `${mtimeMs} ${size}`;
      const found = known.get(file);
      if (found?.face === face) return found.html;
      const rendered = renderMarkdown(readFileSync(file, 'utf8'));
      known.set(file, { face, html: rendered });
      return rendered;
    } catch {
      return undefined;
    }
  }
  return (name, language) => read(join(dir, `${name}.${language}.md`)) ?? read(join(dir, `${name}.md`));
}
