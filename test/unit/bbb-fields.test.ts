/** What every way in from BBB holds its fields to. */
import { account, id, instant, metadata, name, role, setting } from '../../sidecar/bbb-fields';

test.each([
  ['a number', 7],
  ['nothing', null],
  ['a list', ['a']],
  ['a text', 'tier-code'],
])('metadata that is %s is none', (_what, told) => {
  expect(metadata.parse(told)).toEqual({});
});

test('metadata keys are lower-case, other values than texts and overlong ones are left out', () => {
  const told = {
    'Tier-Code': 'free',
    count: 7,
    nested: { a: 'b' },
    long: 'x'.repeat(4097),
    fits: 'x'.repeat(4096),
  };
  expect(metadata.parse(told)).toEqual({ 'tier-code': 'free', fits: 'x'.repeat(4096) });
});

test('an account of any length is one: a long one by its beginning and its hash', () => {
  expect(account.parse('gl-1')).toBe('gl-1');
  expect(account.parse('x'.repeat(256))).toBe('x'.repeat(256));
  const [one, other] = ['a', 'b'].map((end) => account.parse(`${'x'.repeat(5_000)}${end}`));
  expect(one).toMatch(/^x{191}…[0-9a-f]{64}$/);
  expect(other).not.toBe(one);
  expect(account.safeParse('').success).toBe(false);
});

test.each(['__proto__', '__PROTO__', '__Proto__'])('no metadata is ever called %s', (key) => {
  const read = metadata.parse(JSON.parse(`{"${key}":"x","a":"b"}`));
  expect(Object.entries(read)).toEqual([['a', 'b']]);
  expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
});

test.each([
  [-1, 0],
  [0, 0],
  [25, 25],
])('a setting of %i is %i, none being 0', (told, read) => {
  expect(setting.parse(told)).toBe(read);
});

test('metadata is bounded: 256 entries', () => {
  const many = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`k${index}`, 'v']));
  expect(Object.keys(metadata.parse(many))).toHaveLength(256);
});

test.each([
  [id, ''],
  [id, 'x'.repeat(257)],
  [id, 7],
  [instant, -1],
  [instant, 1.5],
  [instant, 8_640_000_000_000_001],
  [instant, '1760000000000'],
  [setting, 1.5],
  [setting, '3'],
  [role, 7],
])('refuses %#', (schema, told) => {
  expect(schema.safeParse(told).success).toBe(false);
});

test('whoever is no moderator is a viewer; a name may be anything', () => {
  expect(['MODERATOR', 'VIEWER', 'moderator', 'ADMIN'].map((told) => role.parse(told))).toEqual([
    'MODERATOR',
    'VIEWER',
    'VIEWER',
    'VIEWER',
  ]);
  expect([name.parse(7), name.parse('x'.repeat(5000)).length]).toEqual(['', 1024]);
});
