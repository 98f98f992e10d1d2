/** Which machines there is a PostgreSQL for, and what the others are told. */

import { binariesPackage, thisMachine } from '../../../sidecar/embedded-postgres/binaries';
import { ConfigError } from '../../../sidecar/errors';

test.each([
  ['linux', 'x64', 'linux-x64'],
  ['linux', 'arm64', 'linux-arm64'],
  ['darwin', 'x64', 'darwin-x64'],
  ['darwin', 'arm64', 'darwin-arm64'],
  ['win32', 'x64', 'windows-x64'],
])('%s on %s has @embedded-postgres/%s', (platform, arch, target) => {
  expect(binariesPackage({ platform, arch, glibc: platform === 'linux' })).toBe(
    `@embedded-postgres/${target}`,
  );
});

test.each([
  ['freebsd', 'x64', 'freebsd-x64'],
  ['linux', 'riscv64', 'linux-riscv64'],
  ['win32', 'arm64', 'windows-arm64'],
])('%s on %s has none and is told so in one line', (platform, arch, target) => {
  const attempt = () => binariesPackage({ platform, arch, glibc: true });
  expect(attempt).toThrow(ConfigError);
  expect(attempt).toThrow(
    `no embedded PostgreSQL for ${target}, only for linux-x64, linux-arm64, darwin-x64, darwin-arm64, windows-x64: set DATABASE_URL`,
  );
});

test('musl is told apart from a missing package', () => {
  expect(() => binariesPackage({ platform: 'linux', arch: 'x64', glibc: false })).toThrow(
    'no embedded PostgreSQL for musl (Alpine), only for glibc: set DATABASE_URL, or use a Debian image',
  );
});

test('this machine describes itself', () => {
  expect(thisMachine()).toMatchObject({ platform: process.platform, arch: process.arch });
});
