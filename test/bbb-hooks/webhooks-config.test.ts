/** The merge into bbb-webhooks' production.yml: our entry is in the list, all else means what it meant, and nothing is left of it later. */

import fc from 'fast-check';
import { Document, parse, visit } from 'yaml';
import { describeWith, HOOKS, run } from './support/programs';

const OURS = 'https://bbb.example.org/bbb-tiers/webhooks/bbb';
const ENTRY = { url: OURS, getRaw: false };

/** The real merge over many texts in one Ruby; `restored` is what taking it out again leaves. */
const DRIVER = `
require 'json'
require '${HOOKS}/ruby/bbb_tiers/webhooks_config'
answers = JSON.parse($stdin.read).map do |text|
  merged = BbbTiers::WebhooksConfig.new('${OURS}').add(text)
  { merged: merged, again: BbbTiers::WebhooksConfig.new('${OURS}').add(merged), restored: BbbTiers::MarkedBlock.remove(merged) }
rescue BbbTiers::WebhooksConfig::Unmergeable => e
  { refused: e.message }
end
puts JSON.generate(answers)
`;

const SAMPLES = Number(process.env.FUZZ_SAMPLES ?? 200);

interface Answer {
  merged?: string;
  again?: string;
  restored?: string;
  refused?: string;
}

async function merge(texts: readonly string[]): Promise<Answer[]> {
  const { code, stdout, stderr } = await run('ruby', ['-e', DRIVER], { input: JSON.stringify(texts) });
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

type Tree = { [key: string]: unknown };

function withEntry(data: Tree): Tree {
  const copy = structuredClone(data ?? {}) as {
    modules?: Record<string, { config?: { permanentURLs?: unknown[] } }>;
  };
  copy.modules ??= {};
  copy.modules['../out/webhooks/index.js'] ??= {};
  const webhooks = copy.modules['../out/webhooks/index.js'];
  webhooks.config ??= {};
  webhooks.config.permanentURLs = [ENTRY, ...(webhooks.config.permanentURLs ?? [])];
  return copy as Tree;
}

const word = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9 _#:'"äß-]{0,12}$/);
const value = fc.oneof(
  word,
  fc.integer(),
  fc.boolean(),
  fc.constantFrom('', 'yes', '~x', '# no comment', 'a: b', 'two\nlines\n'),
);
const extra = fc.dictionary(
  word,
  fc.oneof(value, fc.array(value, { maxLength: 2 }), fc.dictionary(word, value, { maxKeys: 2 })),
  { maxKeys: 2 },
);
const hook = fc.record({ url: fc.webUrl(), getRaw: fc.boolean() });
const maybe = (key: string, inner: fc.Arbitrary<unknown>) =>
  fc.tuple(extra, fc.option(inner, { nil: undefined }), extra).map(([before, own, after]) => ({
    ...before,
    ...(own === undefined ? {} : { [key]: own }),
    ...after,
  }));
const tree = maybe(
  'modules',
  maybe(
    '../out/webhooks/index.js',
    maybe('config', maybe('permanentURLs', fc.array(hook, { maxLength: 3 }))),
  ),
);

/** The same data in many hands: indentation, flow or block, comments, quotes, line ends. */
const text = fc
  .record({
    data: tree,
    indent: fc.constantFrom(2, 4),
    indentSeq: fc.boolean(),
    flowAt: fc.integer({ min: 0, max: 12 }),
    comments: fc.boolean(),
    ending: fc.constantFrom('\n', '\r\n'),
    lastLine: fc.boolean(),
    start: fc.boolean(),
  })
  .map(({ data, indent, indentSeq, flowAt, comments, ending, lastLine, start }) => {
    const document = new Document(data, { version: '1.1' });
    let seen = 0;
    visit(document, {
      Collection(_key, node) {
        seen += 1;
        if (seen === flowAt) node.flow = true;
      },
      Pair(_key, pair) {
        if (comments && typeof pair.key === 'object' && pair.key !== null)
          (pair.key as { commentBefore?: string }).commentBefore = ' noted';
      },
    });
    let written = document.toString({ indent, indentSeq, lineWidth: 0, directives: false });
    if (start) written = `---\n${written}`;
    if (!lastLine) written = written.replace(/\n$/, '');
    return written.replaceAll('\n', ending);
  });

describeWith(['ruby'], 'production.yml of bbb-webhooks', () => {
  test('whatever it says: merged it says one thing more, taken out again it is the same bytes', async () => {
    const texts = fc.sample(text, SAMPLES);
    const answers = await merge(texts);
    const wrong = answers.flatMap((answer, index) => {
      const before = String(texts[index]);
      if (answer.refused !== undefined) return [];
      const problems = [];
      try {
        const after = parse(String(answer.merged), { version: '1.1' });
        expect(after).toEqual(withEntry(parse(before, { version: '1.1' }) as Tree));
      } catch (error) {
        problems.push(String(error));
      }
      if (answer.restored !== before) problems.push('not restored');
      if (answer.again !== answer.merged) problems.push('not idempotent');
      return problems.length > 0 ? [{ before, ...answer, problems }] : [];
    });
    expect(wrong).toEqual([]);
    // It may refuse what it does not understand, but that must be rare in what people write.
    const refused = answers.filter((answer) => answer.refused !== undefined).length;
    expect(refused).toBeLessThan(answers.length / 10);
  });

  test('the forms in which people have it', async () => {
    const of = (config: string) => `modules:\n  ../out/webhooks/index.js:\n    config:\n${config}`;
    const texts = [
      '',
      '# nothing yet\n',
      'bbb:\n  serverDomain: x',
      'modules:\n',
      'modules: {}\n',
      of('      permanentURLs: [] # none\n      queueSize: 1\n'),
      of(
        "      permanentURLs:\n      # the LMS\n      - url: 'https://lms.example/hook'\n        getRaw: true\n",
      ),
      of("      permanentURLs: [{url: 'https://ü.example/'}]"),
      of('      permanentURLs: [\n        {url: x},\n        {url: y}\n      ]\n'),
      of('      permanentURLs:\n      queueSize: 1\n'),
    ];
    const answers = await merge(texts);
    for (const [index, answer] of answers.entries()) {
      const before = String(texts[index]);
      expect({ before, restored: answer.restored }).toEqual({ before, restored: before });
      const data = (parse(before) ?? {}) as Tree;
      const filled = JSON.parse(JSON.stringify(data, (_key, item) => (item === null ? undefined : item)));
      expect(parse(String(answer.merged))).toEqual(withEntry(filled));
      const lines = before
        .split(/\r?\n/)
        .filter((line) => line.includes('#') && !line.includes('permanentURLs'));
      for (const line of lines) expect(answer.merged).toContain(line);
    }
  });

  test('an entry that is there already is not added again', async () => {
    const there = `modules:\n  ../out/webhooks/index.js:\n    config:\n      permanentURLs:\n        - url: ${OURS}\n          getRaw: true\n`;
    expect(await merge([there])).toEqual([{ merged: there, again: there, restored: there }]);
  });

  test('what leaves no safe place is refused, with the reason', async () => {
    const answers = await merge([
      'modules: ~\n',
      'a: 1\n---\nb: 2\n',
      '- a\n',
      'a: [\n',
      'a: 1\n...\n',
      'modules: &m\n  x: 1\nother: *m\n',
      'modules: text\n',
      '\ta: 1\n',
    ]);
    expect(answers.map(({ refused }) => typeof refused)).toEqual(answers.map(() => 'string'));
  });
});
