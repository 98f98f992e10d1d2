/** Starts a benchmark process and talks to it. */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';

export interface Child {
  /** The next thing it says. */
  next<T>(): Promise<T>;
  send(message: unknown): void;
  stop(): void;
}

/** Runs a TypeScript file of this folder in a process of its own; resolves when it says `ready`. */
export async function startChild(
  file: string,
  args: readonly string[],
  execArgv: readonly string[] = [],
): Promise<Child> {
  const runner = join(__dirname, '..', 'support', 'run-ts.cjs');
  const child: ChildProcess = fork(runner, [join(__dirname, file), ...args], {
    execArgv: [...execArgv],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const said: unknown[] = [];
  const waiting: ((message: unknown) => void)[] = [];
  child.on('message', (message) => {
    const taker = waiting.shift();
    if (taker === undefined) said.push(message);
    else taker(message);
  });
  const result: Child = {
    next: <T>() =>
      new Promise<T>((resolve, reject) => {
        if (said.length > 0) return resolve(said.shift() as T);
        const onExit = (code: number | null): void => reject(new Error(`${file} ended with ${code}`));
        child.once('exit', onExit);
        waiting.push((message) => {
          child.off('exit', onExit);
          resolve(message as T);
        });
        return undefined;
      }),
    send: (message) => void child.send(message as object),
    stop: () => void child.kill('SIGKILL'),
  };
  await result.next();
  return result;
}
