/** Turns a file's bytes into text, or says where they stop being UTF-8; never guesses another encoding. */

export type Decoded =
  | { readonly text: string }
  | { readonly line: number; readonly col: number; readonly byte: number };

const NEWLINE = 0x0a;

/** The text without a byte order mark; else line and column (from 1) of the first byte that is not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): Decoded {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return firstBadByte(bytes);
  }
}

function firstBadByte(bytes: Uint8Array): { line: number; col: number; byte: number } {
  // A lenient decoder writes U+FFFD over what it cannot read: where the two differ first, the trouble begins.
  const repaired = Buffer.from(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes));
  let at = 0;
  while (at < bytes.length && bytes[at] === repaired[at]) at += 1;
  const lineStart = bytes.lastIndexOf(NEWLINE, at - 1) + 1;
  const before = bytes.subarray(0, at);
  const line = before.reduce((count, byte) => (byte === NEWLINE ? count + 1 : count), 1);
  const col = new TextDecoder('utf-8').decode(bytes.subarray(lineStart, at)).length + 1;
  return { line, col, byte: bytes[Math.min(at, bytes.length - 1)] ?? 0 };
}
