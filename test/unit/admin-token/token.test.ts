import * as fc from 'fast-check';
import { sign } from 'jsonwebtoken';
import { issueAdminToken } from '../../../sidecar/admin-token/issue';
import { mayAct } from '../../../sidecar/admin-token/token';
import { verifyAdminToken } from '../../../sidecar/admin-token/verify';

const SECRET = 'a-secret-of-at-least-thirty-two-bytes';
const NOW = Date.parse('2026-11-02T10:00:00Z');
const DAY = 86_400_000;
const SECONDS = NOW / 1_000;

const issue = (change: Partial<Parameters<typeof issueAdminToken>[0]> = {}): string =>
  issueAdminToken({ secret: SECRET, role: 'viewer', subject: 'a-1', lifeMs: DAY, now: NOW, ...change });

const CLAIMS = {
  iss: 'bbb-tiers',
  aud: 'bbb-tiers',
  sub: 'a-1',
  role: 'viewer',
  iat: SECONDS,
  exp: SECONDS + 60,
};

function without(name: string): object {
  return Object.fromEntries(Object.entries(CLAIMS).filter(([key]) => key !== name));
}

function part(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

test('what is issued is believed until its very end', () => {
  const token = issue({ role: 'operator' });
  expect(verifyAdminToken(token, SECRET, NOW)).toEqual({
    admin: { subject: 'a-1', role: 'operator', expiresAt: NOW + DAY },
  });
  expect(verifyAdminToken(token, SECRET, NOW + DAY - 1_000)).toHaveProperty('admin');
  expect(verifyAdminToken(token, SECRET, NOW + DAY)).toEqual({ problem: 'the token has expired' });
});

test.each([
  ['another key', sign(CLAIMS, `${SECRET}!`), 'not signed with the key'],
  ['another algorithm', sign(CLAIMS, SECRET, { algorithm: 'HS512' }), 'HS256'],
  ['alg none', `${part({ alg: 'none', typ: 'JWT' })}.${part(CLAIMS)}.`, 'not signed with the key'],
  ['alg none, signed all the same', `${part({ alg: 'none' })}.${part(CLAIMS)}.abc`, 'HS256'],
  ['another audience', sign({ ...CLAIMS, aud: 'greenlight' }, SECRET), "the audience 'bbb-tiers'"],
  ['two audiences', sign({ ...CLAIMS, aud: ['bbb-tiers', 'x'] }, SECRET), "'aud'"],
  ['another issuer', sign({ ...CLAIMS, iss: 'greenlight' }, SECRET), "the issuer 'bbb-tiers'"],
  ['no end', sign(without('exp'), SECRET), "'exp'"],
  ['a life of more than 30 days', sign({ ...CLAIMS, exp: SECONDS + 30 * 86_400 + 1 }, SECRET), '30d'],
  ['from the future', sign({ ...CLAIMS, iat: SECONDS + 61 }, SECRET), 'from the future'],
  ['not before later', sign({ ...CLAIMS, nbf: SECONDS + 60 }, SECRET), 'malformed'],
  ['another role', sign({ ...CLAIMS, role: 'root' }, SECRET), "'role'"],
  ['no role', sign(without('role'), SECRET), "'role'"],
  ['no subject', sign(without('sub'), SECRET), "'sub'"],
  ['an e-mail address as subject', sign({ ...CLAIMS, sub: 'a@b.example' }, SECRET), "'sub'"],
  ['nothing', '', 'malformed'],
  ['garbage', 'a.b.c', 'malformed'],
  ['10 MB', 'a'.repeat(10_000_000), 'longer than'],
])('refused: %s', (_case, token, expected) => {
  const result = verifyAdminToken(token, SECRET, NOW);
  expect(result).toEqual({ problem: expect.stringContaining(expected) });
});

test('a claim of exactly 30 days stands', () => {
  expect(verifyAdminToken(issue({ lifeMs: 30 * DAY }), SECRET, NOW)).toHaveProperty('admin');
});

test.each([
  [{ lifeMs: 30 * DAY + 1 }, 'expires: expected from 1s to 30d'],
  [{ lifeMs: 999 }, 'expires:'],
  [{ lifeMs: Number.NaN }, 'expires:'],
  [{ lifeMs: Number.POSITIVE_INFINITY }, 'expires:'],
  [{ subject: 'Jane Doe' }, "got 'Jane Doe'"],
  [{ subject: '' }, 'subject:'],
  [{ role: 'admin' as 'viewer' }, 'role: expected one of viewer, operator'],
])('not issued: %j', (change, expected) => {
  expect(() => issue(change)).toThrow(expected);
});

test('no other text is ever believed, and none makes it throw or come back in the answer', () => {
  const token = issue();
  const changed = fc
    .tuple(fc.nat(token.length - 1), fc.string({ minLength: 1, maxLength: 3, unit: 'grapheme-ascii' }))
    .map(([at, text]) => token.slice(0, at) + text + token.slice(at + 1))
    .filter((text) => text !== token);
  void fc.assert(
    fc.property(fc.oneof(changed, fc.string({ unit: 'binary' })), (text) => {
      const result = verifyAdminToken(text, SECRET, NOW);
      // The last letter of base64url carries bits that are not read.
      if ('admin' in result) return text.slice(0, -1) === token.slice(0, -1);
      return text.length < 20 || !result.problem.includes(text);
    }),
    { numRuns: 500 },
  );
});

test('an operator may what a viewer may, and not the other way round', () => {
  expect(mayAct('operator', 'viewer')).toBe(true);
  expect(mayAct('viewer', 'operator')).toBe(false);
});
