/** Runs the host's real scripts and tells whether their interpreters are here; never replaces one. */

import { type ExecFileOptions, execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';

export const HOOKS = join(__dirname, '..', '..', '..', 'bbb-hooks');

/** What a program did: exit code, both outputs. */
export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

export interface RunOptions extends Pick<ExecFileOptions, 'uid' | 'gid' | 'cwd' | 'env'> {
  input?: string;
}

/** Runs a program to its end; a non-zero exit is an outcome, not an error. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const { input, env, ...rest } = options;
  return new Promise((resolve, reject) => {
    const environment = { ...process.env, LC_ALL: 'C.UTF-8', ...env };
    const child = execFile(
      command,
      args,
      { ...rest, env: environment, maxBuffer: 1 << 24 },
      (error, stdout, stderr) => {
        if (error && typeof error.code !== 'number') reject(error);
        else resolve({ code: Number(error?.code ?? 0), stdout, stderr });
      },
    );
    child.stdin?.end(input ?? '');
  });
}

function isHere(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;
}

/**
 * `describe`, or a skipped one whose title says which program is missing. With CI=true nothing is skipped: a missing
 * program fails there.
 */
export function describeWith(programs: readonly string[], title: string, suite: () => void): void {
  const missing = programs.filter((program) => !isHere(program));
  if (missing.length === 0) describe(title, suite);
  else if (process.env.CI === 'true')
    test(title, () => expect(`programs missing: ${missing.join(', ')}`).toBe(''));
  else describe.skip(`${title} (missing here: ${missing.join(', ')})`, suite);
}
