/** Where variables come from, and which of two wins. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { collectEnvironment } from '../../sidecar/environment';
import { ConfigError } from '../../sidecar/errors';

let folder: string;
let credentials: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'environment-'));
  credentials = join(folder, 'credentials');
  mkdirSync(credentials);
});

afterEach(() => rmSync(folder, { recursive: true }));

test('without .env and credentials it is what the process has', () => {
  expect(collectEnvironment({ PORT: '1' }, folder)).toEqual({ PORT: '1' });
});

test('the process wins over credentials, these over .env', () => {
  writeFileSync(join(folder, '.env'), 'BBB_SECRET=dotenv\nCLAIM_SECRET=dotenv\nPORT="3021" # ours\n');
  writeFileSync(join(credentials, 'BBB_SECRET'), 'credential\n');
  writeFileSync(join(credentials, 'CLAIM_SECRET'), 'credential\r\n');
  const own = { CREDENTIALS_DIRECTORY: credentials, CLAIM_SECRET: 'own' };
  expect(collectEnvironment(own, folder)).toEqual({
    ...own,
    BBB_SECRET: 'credential',
    CLAIM_SECRET: 'own',
    PORT: '3021',
  });
});

test('.env saved with a byte order mark and CRLF → read as without them', () => {
  writeFileSync(
    join(folder, '.env'),
    '\uFEFFREDIS_URL=redis://127.0.0.1:6379\r\n# ours\r\nBBB_SECRET="quoted # secret"\r\nPORT=3021\r\n',
  );
  expect(collectEnvironment({}, folder)).toEqual({
    REDIS_URL: 'redis://127.0.0.1:6379',
    BBB_SECRET: 'quoted # secret',
    PORT: '3021',
  });
});

test('credential with a byte order mark → read without it', () => {
  writeFileSync(join(credentials, 'BBB_SECRET'), '\uFEFFcredential\r\n');
  expect(collectEnvironment({ CREDENTIALS_DIRECTORY: credentials }, folder).BBB_SECRET).toBe('credential');
});

test('an empty one counts as unset: it hides nothing that is set elsewhere', () => {
  writeFileSync(join(folder, '.env'), 'BBB_SECRET=dotenv\n');
  writeFileSync(join(credentials, 'BBB_SECRET'), '\n');
  const own = { CREDENTIALS_DIRECTORY: credentials, BBB_SECRET: '' };
  expect(collectEnvironment(own, folder).BBB_SECRET).toBe('dotenv');
});

test('credentials that are no setting of ours are left alone', () => {
  writeFileSync(join(credentials, 'PATH'), '/evil');
  expect(collectEnvironment({ CREDENTIALS_DIRECTORY: credentials }, folder).PATH).toBeUndefined();
});

test.each([
  ['.env', () => join(folder, '.env')],
  ['a credential', () => join(credentials, 'BBB_SECRET')],
])('%s that cannot be read is named in one line', (_what, fileOf) => {
  mkdirSync(fileOf());
  const collect = (): unknown => collectEnvironment({ CREDENTIALS_DIRECTORY: credentials }, folder);
  expect(collect).toThrow(ConfigError);
  expect(collect).toThrow(
    `${fileOf()}: expected a readable file, got an error (EISDIR: illegal operation on a directory)`,
  );
});
