/** Reads one YAML file into plain data that remembers its lines; knows nothing of what should stand in it. */
import { type Document, LineCounter, parseDocument, type YAMLError } from 'yaml';
import type { ConfigProblem } from '../core/config';
import { decodeUtf8 } from './decode-utf8';
import { type Finding, showPath } from './finding';
import { onOneLine } from './show-value';
import { offsetOf } from './yaml-position';
import { plainData, structureOf } from './yaml-structure';

const MAX_BYTES = 1024 * 1024;

/** One file. `value` is undefined when it could not be made plain data; `problems` then say why. */
export interface YamlSource {
  readonly value: unknown;
  readonly problems: readonly ConfigProblem[];
  readonly locate: (finding: Finding) => ConfigProblem;
}

/** Reads UTF-8 bytes, or text that is decoded already. Never throws. */
export function readYaml(file: string, content: Uint8Array | string): YamlSource {
  if (content.length > MAX_BYTES) {
    return unreadable(file, `expected a file of at most 1 MiB, got ${content.length} bytes`);
  }
  const decoded =
    typeof content === 'string' ? { text: content.replace(/^\uFEFF/, '') } : decodeUtf8(content);
  if (!('text' in decoded)) {
    const byte = `0x${decoded.byte.toString(16).padStart(2, '0')}`;
    const message = `expected UTF-8 text, got the byte ${byte} (save the file as UTF-8)`;
    return unreadable(file, message, decoded);
  }
  try {
    return parse(file, decoded.text);
  } catch (error) {
    // A parser that gives up on strange text is a problem of that text; the service goes on with the last good file.
    const reason = error instanceof Error ? error.message : String(error);
    return unreadable(file, `expected YAML, got text that cannot be parsed: ${reason}`);
  }
}

function unreadable(file: string, message: string, { line, col } = { line: 1, col: 1 }): YamlSource {
  const problem = { file, line, col, path: '', message };
  return { value: undefined, problems: [problem], locate: () => problem };
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
  const problemAt = (offset: number, path: string, message: string): ConfigProblem => {
    const { line, col } = lineCounter.linePos(offset);
    return {
      file,
      line: Math.max(line, 1),
      col: Math.max(col, 1),
      path: onOneLine(path),
      message: onOneLine(message),
    };
  };
  const locate = (finding: Finding): ConfigProblem =>
    problemAt(offsetOf(doc, finding), showPath(finding.path), finding.message);
  const syntax = syntaxErrors(doc).map((error) => problemAt(error.pos[0], '', syntaxMessage(error)));
  if (syntax.length > 0) return { value: undefined, problems: syntax, locate };
  const found = structureOf(doc);
  const data = found.some((finding) => finding.fatal) ? { value: undefined } : plainData(doc);
  const all = 'finding' in data ? [...found, data.finding] : found;
  const problems = all.map((finding) => problemAt(finding.offset, showPath(finding.path), finding.message));
  return { value: 'value' in data ? data.value : undefined, problems, locate };
}

/** Without the stumbling that follows the first of them. A tag nobody knows is only a warning to the parser. */
function syntaxErrors(doc: Document): readonly YAMLError[] {
  const errors = [...doc.errors, ...doc.warnings].toSorted((a, b) => a.pos[0] - b.pos[0]);
  return errors.filter((error, index) => {
    const earlier = errors.slice(0, index);
    if (index > 0 && error.code === 'UNEXPECTED_TOKEN') return false;
    return !earlier.some((other) => other.pos[0] === error.pos[0] || other.code === error.code);
  });
}

function syntaxMessage(error: YAMLError): string {
  if (error.code === 'MULTIPLE_DOCS')
    return 'expected one YAML document, got a second one (remove the line ---)';
  if (error.code === 'NON_STRING_KEY') return 'expected a plain word as key, got something else';
  // The parser is recursive, and says so itself when text is nested deeper than its stack.
  if (error.message.includes('call stack')) return 'expected YAML, got something nested too deeply';
  return `expected YAML, got a syntax error: ${error.message.split('\n', 1)[0]}`;
}
