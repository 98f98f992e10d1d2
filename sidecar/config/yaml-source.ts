/** Reads one YAML file into plain data that remembers its lines; never follows more aliases than a person would write. */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
} from 'yaml';
import type { ConfigProblem } from '../core/config';
import { decodeUtf8 } from './decode-utf8';
import { type Finding, type Path, showPath } from './finding';

const MAX_BYTES = 1024 * 1024;
const MAX_ALIASES = 1000;
/** One slip makes a parser stumble many times; the first ones tell. */
const MAX_SYNTAX_PROBLEMS = 20;
/** Also what a handful of aliases of aliases of aliases comes to. */
const TOO_MANY_ALIASES: Finding = {
  path: [],
  at: 'value',
  message: `expected at most ${MAX_ALIASES} uses of aliases (*name), got more`,
};

/** A file that is well-formed YAML. `value` is undefined when it could not be made plain data; `problems` then say why. */
export interface YamlSource {
  readonly value: unknown;
  readonly problems: readonly ConfigProblem[];
  readonly locate: (finding: Finding) => ConfigProblem;
}

/** Reads UTF-8 bytes (or text, for what is already decoded). Never throws. */
export function readYaml(file: string, bytes: Uint8Array | string): YamlSource {
  const whole = (message: string, line = 1, col = 1): YamlSource => {
    const problem = { file, line, col, path: '', message };
    return {
      value: undefined,
      problems: [problem],
      locate: (finding) => ({ ...problem, message: finding.message }),
    };
  };
  if (bytes.length > MAX_BYTES) return whole(`expected a file of at most 1 MiB, got ${bytes.length} bytes`);
  const decoded = typeof bytes === 'string' ? { text: bytes.replace(/^\uFEFF/, '') } : decodeUtf8(bytes);
  if (!('text' in decoded)) {
    const byte = `0x${decoded.byte.toString(16).padStart(2, '0')}`;
    return whole(
      `expected UTF-8 text, got the byte ${byte} (save the file as UTF-8)`,
      decoded.line,
      decoded.col,
    );
  }
  try {
    return parse(file, decoded.text);
  } catch (error) {
    // The parser is recursive: text that is nested ten thousand deep ends its stack, not ours.
    return whole(
      `expected YAML, got text that cannot be parsed: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function parse(file: string, text: string): YamlSource {
  const lineCounter = new LineCounter();
  const doc = parseDocument(text, {
    lineCounter,
    version: '1.2',
    // Named here, it also holds for a file that declares %YAML 1.1, where `no` and `12:30` would change type.
    schema: 'core',
    strict: true,
    stringKeys: true,
    uniqueKeys: false,
    merge: false,
    prettyErrors: false,
  });
  const at = (offset: number): { line: number; col: number } => {
    const { line, col } = lineCounter.linePos(offset);
    return { line: Math.max(line, 1), col: Math.max(col, 1) };
  };
  const locate = (finding: Finding): ConfigProblem => ({
    file,
    ...at(offsetOf(doc, finding)),
    path: showPath(finding.path),
    message: finding.message,
  });
  const syntax = [...doc.errors, ...doc.warnings].slice(0, MAX_SYNTAX_PROBLEMS).map((error) => {
    return {
      file,
      ...at(error.pos[0]),
      path: '',
      message: `expected YAML, got a syntax error: ${firstLine(error.message)}`,
    };
  });
  if (syntax.length > 0) return { value: undefined, problems: syntax, locate };
  if (aliasesOf(doc) > MAX_ALIASES) return { value: undefined, problems: [locate(TOO_MANY_ALIASES)], locate };
  const findings: Found[] = [];
  walk(doc, doc.contents, [], findings);
  const problems = findings.map(({ node, ...finding }) => ({
    ...locate(finding),
    ...at(node.range?.[0] ?? 0),
  }));
  if (findings.some((finding) => finding.fatal)) return { value: undefined, problems, locate };
  return { ...plain(doc, problems, locate), locate };
}

function plain(
  doc: Document,
  problems: readonly ConfigProblem[],
  locate: (finding: Finding) => ConfigProblem,
): { value: unknown; problems: readonly ConfigProblem[] } {
  try {
    return { value: doc.toJS({ maxAliasCount: MAX_ALIASES }) ?? null, problems };
  } catch {
    return { value: undefined, problems: [...problems, locate(TOO_MANY_ALIASES)] };
  }
}

function aliasesOf(doc: Document): number {
  let count = 0;
  visit(doc, {
    Alias() {
      count += 1;
    },
  });
  return count;
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? message;
}

interface Found extends Finding {
  readonly node: Node;
  readonly fatal: boolean;
}

/** What zod cannot see in plain data: a key twice, a key that is no name, an alias to nothing or to itself. */
function walk(doc: Document, node: unknown, path: Path, found: Found[]): void {
  if (isAlias(node)) {
    const target = node.resolve(doc);
    const holdsItself =
      target?.range && node.range && target.range[0] < node.range[0] && node.range[0] < target.range[1];
    if (target !== undefined && !holdsItself) return;
    const message =
      target === undefined
        ? `expected an anchor &${node.source} before its alias, got none`
        : 'expected a value, got an alias of the value it is part of';
    found.push({ node, path, at: 'value', fatal: true, message });
  } else if (isSeq(node)) {
    node.items.forEach((item, index) => {
      walk(doc, item, [...path, index], found);
    });
  } else if (isMap(node)) {
    const seen = new Set<string>();
    for (const pair of node.items) {
      const key = keyOf(pair);
      if (key === undefined) continue;
      const here = [...path, key.name];
      const message =
        key.name === '__proto__'
          ? 'unknown key, never allowed'
          : seen.has(key.name)
            ? 'expected each key once, got it a second time'
            : undefined;
      if (message !== undefined)
        found.push({ node: key.node, path: here, at: 'key', fatal: key.name === '__proto__', message });
      seen.add(key.name);
      walk(doc, pair.value, here, found);
    }
  }
}

function keyOf(pair: Pair): { name: string; node: Node } | undefined {
  return isScalar(pair.key) ? { name: String(pair.key.value), node: pair.key } : undefined;
}

/** Where to point: the key, the value, or for what is not there the key of the nearest parent. */
function offsetOf(doc: Document, { path, at }: Finding): number {
  let node: unknown = doc.contents;
  let keyOffset = startOf(node) ?? 0;
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(doc);
    let child: unknown;
    let childKey: unknown;
    if (isMap(node)) {
      const pair = node.items.findLast((item) => keyOf(item)?.name === String(step));
      [child, childKey] = [pair?.value, pair?.key];
    } else if (isSeq(node)) {
      child = node.items[Number(step)];
      childKey = child;
    }
    if (childKey === undefined) return keyOffset;
    keyOffset = startOf(childKey) ?? keyOffset;
    node = child;
  }
  return at === 'key' || isBlank(node) ? keyOffset : (startOf(node) ?? keyOffset);
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}

/** `key:` with nothing behind it: its value stands nowhere, so the key is shown. */
function isBlank(node: unknown): boolean {
  const range = (node as Node | null | undefined)?.range;
  return !range || range[0] === range[1];
}
