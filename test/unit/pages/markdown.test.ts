import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { markdownFiles, renderMarkdown } from '../../../sidecar/pages/markdown';

test('headings go below those of the page, links lead where they may', () => {
  expect(renderMarkdown('# A\n\n[b](https://b.example) [c](mailto:c@b.example)').html).toBe(
    '<h2>A</h2>\n<p><a href="https://b.example" rel="noreferrer">b</a> <a href="mailto:c@b.example" rel="noreferrer">c</a></p>\n',
  );
});

test.each([
  '<script>alert(1)</script>',
  'a <img src=x onerror=y> b',
  '[x](javascript:alert(1))',
  '[x](data:text/html,y)',
  '![d](https://elsewhere.example/p.png)',
])('%s is text', (text) => {
  expect(renderMarkdown(text).html).not.toMatch(/<script|<img|javascript:|data:|elsewhere/);
});

test('no text makes a tag that Markdown has none of', () => {
  void fc.assert(
    fc.property(
      fc.string({
        unit: fc.constantFrom('<', '>', '"', '&', '[', ']', '(', ')', '`', 'a', ' ', '\n', '/', '!', '='),
        maxLength: 60,
      }),
      (text) => {
        expect(
          renderMarkdown(text).html.replaceAll(
            /<\/?(p|h\d|code|pre|blockquote|a|em|strong|br|del|ul|ol|li|hr)( (href|rel)="[^"<>]*")*>/g,
            '',
          ),
        ).not.toMatch(/<\w/);
      },
    ),
  );
});

test('the file of the language, else the one without; read anew when it changes; none is none', () => {
  const dir = mkdtempSync(join(tmpdir(), 'bbb-tiers-markdown-'));
  try {
    const read = markdownFiles(dir);
    expect(read('fair-use', 'de')).toBeUndefined();
    writeFileSync(join(dir, 'fair-use.md'), 'one');
    expect(read('fair-use', 'de')?.html).toBe('<p>one</p>\n');
    writeFileSync(join(dir, 'fair-use.md'), 'second');
    expect(read('fair-use', 'de')?.html).toBe('<p>second</p>\n');
    writeFileSync(join(dir, 'fair-use.de.md'), 'drei');
    expect([read('fair-use', 'de')?.html, read('fair-use', 'fr')?.html]).toEqual([
      '<p>drei</p>\n',
      '<p>second</p>\n',
    ]);
  } finally {
    rmSync(dir, { recursive: true });
  }
});
