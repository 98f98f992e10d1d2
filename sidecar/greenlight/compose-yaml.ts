/** Writes compose data as YAML that means the same to readers of YAML 1.1 and 1.2; knows nothing of compose. */
import { Document, isScalar, Scalar, visit } from 'yaml';
import type { ComposeFile } from './compose-file';

/** Line breaks, a byte order mark or nothing printable to one of the two versions; every string is quoted, so each can be escaped. */
const ESCAPED = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

const MERGE = 'tag:yaml.org,2002:merge';

/** Every text in double quotes: unquoted, `0o17` is a number in 1.2, `1_000` and `12:30` in 1.1. */
export function composeYaml(content: ComposeFile, comment: string): string {
  const document = new Document(content, {
    version: '1.1',
    // With 1.1's merge keys the library writes the text `<<` bare, whatever quotes are configured for it.
    customTags: (tags) => tags.filter((tag) => typeof tag === 'string' || tag.tag !== MERGE),
    aliasDuplicateObjects: false,
  });
  visit(document, {
    Scalar(key, node) {
      if (key !== 'key' && isScalar(node) && typeof node.value === 'string') node.type = Scalar.QUOTE_DOUBLE;
    },
  });
  document.commentBefore = comment;
  return document
    .toString({ lineWidth: 0, doubleQuotedAsJSON: true, directives: false })
    .replace(ESCAPED, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
