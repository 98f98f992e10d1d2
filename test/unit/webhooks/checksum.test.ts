/** Who a delivery comes from. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import {
  HOOK_CHECKSUM_ALGORITHMS,
  isGenuineBearer,
  isGenuineChecksum,
} from '../../../sidecar/webhooks/checksum';

const hook = {
  callbackUrl: 'https://sidecar.example/bbb',
  secret: 's3cr3t-for-docs-only',
  algorithms: HOOK_CHECKSUM_ALGORITHMS,
};
const BODY = Buffer.from(
  'domain=bbb.example&event=%5B%7B%22data%22%3A%7B%22type%22%3A%22event%22%2C%22id%22%3A%22meeting-ended%22%2C%22attributes%22%3A%7B%22meeting%22%3A%7B%22internal-meeting-id%22%3A%22ab12-1%22%2C%22external-meeting-id%22%3A%22math-101%22%7D%7D%2C%22event%22%3A%7B%22ts%22%3A1760000000000%7D%7D%7D%5D&timestamp=1760000000123',
);

it('has the checksum of the reference, in either case of letters', () => {
  const checksum = '05169a236c21eededa2daf076d47f11597956ecd';
  expect(isGenuineChecksum(hook, BODY, checksum)).toBe(true);
  expect(isGenuineChecksum(hook, BODY, checksum.toUpperCase())).toBe(true);
});

it.each([
  '',
  'x',
  '05169a',
  'g'.repeat(40),
  '0'.repeat(40),
  '0'.repeat(41),
  '05169a236c21eededa2daf076d47f11597956ecd ',
])('forged: %j', (checksum) => {
  expect(isGenuineChecksum(hook, BODY, checksum)).toBe(false);
});

it('covers URL, body and secret, each to the last byte', () => {
  const byte = fc.uint8Array({ maxLength: 50 });
  fc.assert(
    fc.property(
      fc.constantFrom(...HOOK_CHECKSUM_ALGORITHMS),
      fc.string(),
      byte,
      fc.string(),
      (algorithm, url, body, secret) => {
        const raw = Buffer.from(body);
        const of = (u: string, b: Buffer, s: string): string =>
          createHash(algorithm).update(u, 'utf8').update(b).update(s, 'utf8').digest('hex');
        const checksum = of(url, raw, secret);
        const mine = { callbackUrl: url, secret, algorithms: [algorithm] };
        expect(isGenuineChecksum(mine, raw, checksum)).toBe(true);
        expect(isGenuineChecksum({ ...mine, callbackUrl: `${url}x` }, raw, checksum)).toBe(false);
        expect(isGenuineChecksum({ ...mine, secret: `${secret}x` }, raw, checksum)).toBe(false);
        expect(isGenuineChecksum(mine, Buffer.concat([raw, Buffer.from([0])]), checksum)).toBe(false);
        const others = HOOK_CHECKSUM_ALGORITHMS.filter((other) => other !== algorithm);
        expect(isGenuineChecksum({ ...mine, algorithms: others }, raw, checksum)).toBe(false);
      },
    ),
    { numRuns: 500 },
  );
});

it.each([
  ['Bearer s3cr3t-for-docs-only', true],
  ['bearer s3cr3t-for-docs-only', true],
  ['Bearer s3cr3t-for-docs-onl', false],
  ['Bearer s3cr3t-for-docs-only2', false],
  ['Bearer ', false],
  ['Basic s3cr3t-for-docs-only', false],
  ['s3cr3t-for-docs-only', false],
  ['', false],
])('%j is genuine: %p', (authorization, genuine) => {
  expect(isGenuineBearer(hook, authorization)).toBe(genuine);
});

it('an empty secret opens nothing', () => {
  expect(isGenuineBearer({ ...hook, secret: '' }, 'Bearer ')).toBe(false);
});
