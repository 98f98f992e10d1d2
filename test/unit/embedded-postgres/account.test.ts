/** As whom the server runs and where that account gets. */

import { chmod, mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { canEnter, giveTo, serverAccount } from '../../../sidecar/embedded-postgres/account';

/** A temporary directory of one's own, as macOS has it, is closed to others. */
const OPEN_TO_ALL = '/tmp';
/** Neither root nor nobody, whoever runs the tests. */
const STRANGER = { uid: 61_234, gid: 61_234 };

test('root hands the server to nobody, everyone else runs it', () => {
  expect(serverAccount(0)).toEqual({ uid: 65_534, gid: 65_534 });
  expect(serverAccount(1_000)).toBeUndefined();
});

describe('a directory', () => {
  let outer: string;
  let inner: string;

  beforeEach(async () => {
    outer = await mkdtemp(join(OPEN_TO_ALL, 'account-'));
    inner = join(outer, 'inner');
    await mkdir(inner);
    await chmod(outer, 0o755);
    await chmod(inner, 0o755);
  });

  afterEach(() => rm(outer, { recursive: true }));

  test('with every door open is entered', async () => {
    expect(await canEnter(STRANGER, inner)).toBe(true);
  });

  test.each([0o700, 0o750, 0o744])('closed itself (%o) is not', async (mode) => {
    await chmod(inner, mode);
    expect(await canEnter(STRANGER, inner)).toBe(false);
  });

  test('below a closed one is not', async () => {
    await chmod(outer, 0o700);
    expect(await canEnter(STRANGER, inner)).toBe(false);
  });

  test('that is closed to others is entered by its owner', async () => {
    await chmod(inner, 0o700);
    expect(await canEnter({ uid: process.getuid?.() ?? 0, gid: 0 }, inner)).toBe(true);
  });

  test('is no question when the server runs as ourselves', async () => {
    await chmod(outer, 0o700);
    expect(await canEnter(undefined, inner)).toBe(true);
  });

  test('stays with us when there is no other account', async () => {
    await giveTo(undefined, inner);
    expect((await stat(inner)).uid).toBe(process.getuid?.());
  });
});
