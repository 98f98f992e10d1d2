/**
 * Free ports for tests: below the range out of which the kernel gives ports by itself, and out of another stretch for each of Jest's processes, so
 * that nobody takes one between the look and its use.
 */
import { createServer } from 'node:net';

const FIRST_PORT = 16_000;
const STRETCHES = 16;
const PORTS_IN_STRETCH = 1_000;

const stretch = FIRST_PORT + (Number(process.env.JEST_WORKER_ID ?? 0) % STRETCHES) * PORTS_IN_STRETCH;
let next = Math.floor(Math.random() * PORTS_IN_STRETCH);

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** A port of 127.0.0.1 nobody listens on; another one each time. Throws when the whole stretch is taken. */
export async function findFreePort(): Promise<number> {
  for (let tried = 0; tried < PORTS_IN_STRETCH; tried += 1) {
    next += 1;
    const port = stretch + (next % PORTS_IN_STRETCH);
    if (await isFree(port)) return port;
  }
  throw new Error(`expected a free port between ${stretch} and ${stretch + PORTS_IN_STRETCH}, found none`);
}
