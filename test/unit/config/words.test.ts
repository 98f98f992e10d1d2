/** The small words of an error: suggestions, quoted values, paths, lines. */
import { didYouMean } from '../../../sidecar/config/did-you-mean';
import { showPath } from '../../../sidecar/config/finding';
import { problemsText, problemText, sortProblems } from '../../../sidecar/config/problem-text';
import { onOneLine, showValue } from '../../../sidecar/config/show-value';

it.each([
  ['fre', 'free'],
  ['FREE', 'free'],
  ['levl-1', 'level-1'],
  ['level1', 'level-1'],
  ['Level 1', 'level-1'],
  ['elvel-2', 'level-2'],
  ['maxParticpants', 'participants'],
  ['x', undefined],
  ['', undefined],
  ['recording', undefined],
  ['f'.repeat(100), undefined],
])('%j probably means %j', (word, expected) => {
  expect(didYouMean(word, ['free', 'level-1', 'level-2', 'participants'])).toBe(expected);
});

it.each([
  [undefined, 'nothing'],
  [null, 'nothing'],
  [0, '0'],
  [-1.5, '-1.5'],
  [true, 'true'],
  ['', "''"],
  ["it's", "'it's'"],
  ['a\n\u001b[31mb\u202e', "'a\\u000a\\u001b[31mb\\u202e'"],
  ['🎈'.repeat(61), `'${'🎈'.repeat(60)}…'`],
  ['https://me:pass@word@host/', "'https://…@host/'"],
  [[1], 'a list'],
  [{}, 'a map'],
])('%j is shown as %j', (value, expected) => {
  expect(showValue(value)).toBe(expected);
});

it('leaves no character that moves a cursor', () => {
  expect(onOneLine('a\r\n\u0085\u2028\u2066ä')).toBe('a\\u000d\\u000a\\u0085\\u2028\\u2066ä');
});

it.each([
  [[], ''],
  [['tiers', 'level-1', 'title'], 'tiers.level-1.title'],
  [['notices', 1], 'notices[1]'],
  [['tiers', 'a.b', 'x'], 'tiers."a.b".x'],
  [['', 'x'], '"".x'],
])('the path %j is written %j', (path, expected) => {
  expect(showPath(path)).toBe(expected);
});

it('prints a problem as file, line, column, path and message', () => {
  const problem = {
    file: 'config/tiers.yml',
    line: 12,
    col: 5,
    path: 'tiers.free.meeting_duration',
    message: "expected a duration such as '3h', got 'tree hours'",
  };
  const line =
    "config/tiers.yml:12:5 tiers.free.meeting_duration: expected a duration such as '3h', got 'tree hours'";
  expect(problemText(problem)).toBe(line);
  expect(problemsText([problem, { ...problem, path: '' }])).toBe(
    `${line}\nconfig/tiers.yml:12:5 expected a duration such as '3h', got 'tree hours'\n`,
  );
});

it('sorts problems by file, line and column as numbers', () => {
  const at = (file: string, line: number, col: number) => ({ file, line, col, path: '', message: '' });
  const sorted = [at('a', 2, 10), at('a', 10, 1), at('b', 1, 2), at('b', 1, 10)];
  expect(sortProblems([sorted[3], sorted[1], sorted[2], sorted[0]].flatMap((one) => one ?? []))).toEqual(
    sorted,
  );
});
