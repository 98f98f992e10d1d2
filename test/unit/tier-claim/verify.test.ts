import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { sign } from 'jsonwebtoken';
import { deriveClaimSecret } from '../../../sidecar/tier-claim/derive-secret';
import { createClaimVerifier } from '../../../sidecar/tier-claim/verify';

const SECRET = 'claim-secret-for-tests-only-0123456789';
const verify = createClaimVerifier(SECRET);
const key = deriveClaimSecret(SECRET, 'acme');
const payload = {
  iss: 'greenlight',
  aud: 'bbb-tiers',
  tenant: 'acme',
  tier: 'free',
  owner: 'gl-1',
  room: 'room-1',
  iat: 1_760_000_000,
  exp: 1_760_000_600,
};
const read = (token: string) => verify({ 'tier-claim': token });

/** A token put together by hand, so that what jsonwebtoken refuses to make can be tried too. */
function token(header: object, body: object, secret: string, hash = 'sha256'): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part(header)}.${part(body)}`;
  return `${text}.${createHmac(hash, secret).update(text).digest('base64url')}`;
}

test("a tenant's key is the hex of an HMAC over its id", () => {
  expect(key).toBe(createHmac('sha256', SECRET).update('tier-claim:acme').digest('hex'));
  expect(key).toMatch(/^[0-9a-f]{64}$/);
});

test('a claim signed with the key of its tenant is read, long after it ran out', () => {
  expect(read(token({ alg: 'HS256', typ: 'JWT' }, payload, key))).toEqual({
    claim: expect.objectContaining({ tenant: 'acme', owner: 'gl-1' }),
  });
  expect(read(sign(payload, key, { algorithm: 'HS256' }))).toEqual({ claim: expect.anything() });
});

test('no claim is no claim', () => {
  expect(verify({})).toBeUndefined();
  expect(verify({ 'tier-claim': '' })).toBeUndefined();
});

test.each([
  ['signed by another tenant', token({ alg: 'HS256' }, payload, deriveClaimSecret(SECRET, 'other'))],
  ['signed with the master secret', token({ alg: 'HS256' }, payload, SECRET)],
  ['of another algorithm', token({ alg: 'HS512' }, payload, key, 'sha512')],
  ['of no algorithm', `${token({ alg: 'none' }, payload, key).split('.').slice(0, 2).join('.')}.`],
  ['for somebody else', token({ alg: 'HS256' }, { ...payload, aud: 'other' }, key)],
  ['from somebody else', token({ alg: 'HS256' }, { ...payload, iss: 'other' }, key)],
  ['without an end', token({ alg: 'HS256' }, { ...payload, exp: undefined }, key)],
  ['with a tier that is no text', token({ alg: 'HS256' }, { ...payload, tier: ['free'] }, key)],
])('%s: refused', (_case, forged) => {
  expect(read(forged)).toEqual({ refused: 'bad-signature' });
});

test.each([
  ['nonsense'],
  ['a.b.c'],
  ['.'.repeat(10)],
  ['x'.repeat(5_000)],
  [token({ alg: 'HS256' }, { tenant: 7 }, key)],
])('%.20s is malformed', (text) => {
  expect(read(text)).toEqual({ refused: 'malformed' });
});

test('nothing throws and no changed token passes', () => {
  const good = token({ alg: 'HS256', typ: 'JWT' }, payload, key);
  fc.assert(
    fc.property(
      fc.nat(good.length - 1),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 3 }),
      (at, instead) => {
        const changed = good.slice(0, at) + instead + good.slice(at + 1);
        fc.pre(changed !== good);
        const result = read(changed);
        // The last character of base64url may hold bits that do not count.
        if (result !== undefined && 'claim' in result)
          expect(at).toBeGreaterThanOrEqual(good.lastIndexOf('.'));
      },
    ),
    { numRuns: 500 },
  );
});
