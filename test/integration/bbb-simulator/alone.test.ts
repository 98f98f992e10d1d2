/** `npm run simulator` as a process of its own: driven by its control API, ended by a signal, and never hanging on what it cannot have. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { killHard } from '../../support/separate-process';

const PROGRAM = [resolve('test/support/run-ts.cjs'), resolve('test/bbb-simulator/main.ts')];
const FREE_PORTS = { PORT: '0', CONTROL_PORT: '0', ANALYTICS_PORT: '0' };

let child: ChildProcess;

afterEach(() => killHard(child));

interface Run {
  readonly ended: Promise<{ readonly code: number | null; readonly errors: string }>;
  /** What the first line that fits captures. */
  line(pattern: RegExp): Promise<string>;
}

function run(env: Readonly<Record<string, string>>): Run {
  const { PATH = '', TEST_REDIS_URL = '' } = process.env;
  child = spawn(process.execPath, PROGRAM, { env: { PATH, REDIS_URL: TEST_REDIS_URL, ...env } });
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk.toString('utf8');
  });
  const lines = createInterface(child.stdout as NonNullable<ChildProcess['stdout']>)[Symbol.asyncIterator]();
  return {
    ended: once(child, 'close').then(([code]) => ({ code: code as number | null, errors })),
    async line(pattern) {
      for (let next = await lines.next(); !next.done; next = await lines.next()) {
        const found = pattern.exec(next.value);
        if (found) return found[1] ?? '';
      }
      throw new Error(`it ended without a line like ${pattern}: ${errors}`);
    },
  };
}

test('people come by curl, and a signal ends it with 0', async () => {
  const { line, ended } = run(FREE_PORTS);
  const control = await line(/curl (\S+)\)/);
  const post = async (action: string, body: object): Promise<number> => {
    const headers = { 'content-type': 'application/json' };
    const { status } = await fetch(`${control}/${action}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    return status;
  };
  expect(await post('create', { meetingID: 'math-101', duration: 60 })).toBe(200);
  expect(await post('join', { meeting: 'math-101', name: 'Ada', role: 'MODERATOR' })).toBe(200);
  expect(await (await fetch(`${control}/meetings`)).json()).toMatchObject([
    { externalMeetingId: 'math-101', running: true, people: [{ name: 'Ada' }] },
  ]);
  child.kill('SIGTERM');
  expect(await ended).toEqual({ code: 0, errors: '' });
});

test.each(['PORT', 'CONTROL_PORT', 'ANALYTICS_PORT'])(
  '%s that is taken is told, and it ends',
  async (name) => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    try {
      expect(await run({ ...FREE_PORTS, [name]: String(port) }).ended).toEqual({
        code: 78,
        errors: `listen EADDRINUSE: address already in use 127.0.0.1:${port}: set PORT, CONTROL_PORT or ANALYTICS_PORT to another one\n`,
      });
    } finally {
      other.close();
    }
  },
);

test.each([
  ['PORT', '99999', 'a whole number from 0 to 65535'],
  ['PORT', 'http', 'a whole number from 0 to 65535'],
  ['SPEED', '0', 'a whole number from 1 to 10000'],
  ['BBB_VERSION', '2.9', '2.6, 2.7, 3.0, 4.0'],
])('%s=%s: 78, in one line', async (name, value, expected) => {
  expect(await run({ ...FREE_PORTS, [name]: value }).ended).toEqual({
    code: 78,
    errors: `${name}: expected ${expected}, got '${value}'\n`,
  });
});
