/** PostgreSQL's pid file, as it is, half written, and as anything else. */

import fc from 'fast-check';
import { parsePidFile } from '../../../sidecar/embedded-postgres/postmaster';

const READY = '4242\n/srv/data\n1700000000\n54321\n\n127.0.0.1\n  1234567        12\nready   \n';

test('process and port are read', () => {
  expect(parsePidFile(READY)).toEqual({ pid: 4242, port: 54_321 });
});

test.each([
  ['an empty file', ''],
  ['a file that stops after the process', '4242\n'],
  ['a file without its port', '4242\n/srv/data\n1700000000\n\n'],
  ['a process that is no number', 'postgres\n/srv/data\n1700000000\n54321\n'],
  ['a process group', '-4242\n/srv/data\n1700000000\n54321\n'],
  ['process 0, our own group', '0\n/srv/data\n1700000000\n54321\n'],
])('%s names no server', (_what, text) => {
  expect(parsePidFile(text)).toBeUndefined();
});

test('whatever it holds, no process group is ever named', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.integer().map(String), fc.string()), { maxLength: 9 }), (lines) => {
      const found = parsePidFile(lines.join('\n'));
      expect(found === undefined || (found.pid > 0 && found.port > 0)).toBe(true);
    }),
  );
});
