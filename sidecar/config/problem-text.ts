/** Writes config problems as the lines operators read and editors can jump to; decides nothing. */
import type { ConfigProblem } from '../core/config';

/** `config/tiers.yml:12:5 tiers.free.meeting_duration: expected a duration such as '3h', got 'tree hours'`. */
export function problemText(problem: ConfigProblem): string {
  const place = `${problem.file}:${problem.line}:${problem.col}`;
  return problem.path === '' ? `${place} ${problem.message}` : `${place} ${problem.path}: ${problem.message}`;
}

/** One line per problem, each ended by a newline. */
export function problemsText(problems: readonly ConfigProblem[]): string {
  return problems.map((problem) => `${problemText(problem)}\n`).join('');
}

/** By file, line and column; a copy. */
export function sortProblems(problems: readonly ConfigProblem[]): readonly ConfigProblem[] {
  const byFile = (a: ConfigProblem, b: ConfigProblem): number =>
    a.file < b.file ? -1 : a.file > b.file ? 1 : 0;
  return problems.toSorted((a, b) => byFile(a, b) || a.line - b.line || a.col - b.col);
}
