/** Programs of the machine that tests compare us with; absent ones skip their tests, except in CI, where they have to be there. */
import { spawnSync } from 'node:child_process';

/** `it`, or with the reason in its name `it.skip` where the program does not run. */
export function itWith(program: string, args: readonly string[]): jest.It {
  const { status, error } = spawnSync(program, args, { stdio: 'ignore' });
  if (status === 0) return it;
  const reason = error === undefined ? `ends with ${status}` : 'is not installed';
  if (process.env.CI === 'true') throw new Error(`${program} ${args.join(' ')} ${reason}, and CI needs it`);
  const skipped = (name: string, ...rest: unknown[]): void => {
    (it.skip as (name: string, ...rest: unknown[]) => void)(
      `${name} (skipped: ${program} ${reason})`,
      ...rest,
    );
  };
  const each = (table: readonly unknown[]) => (name: string, run: () => void) =>
    it.skip.each(table)(`${name} (skipped: ${program} ${reason})`, run);
  return Object.assign(skipped, { skip: it.skip, only: it.only, each }) as unknown as jest.It;
}
