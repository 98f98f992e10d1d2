/** Checksums over the raw query: published vectors, every algorithm, every way to be wrong. */
import fc from 'fast-check';
import { apiChecksum, CHECKSUM_ALGORITHMS, isChecksumRight } from '../../../bbb-simulator/http/checksum';

const SECRET = 's3cr3t-for-docs-only';
const CREATE =
  'name=Math%20101&meetingID=math-101&duration=40&maxParticipants=25&record=false&meta_tier=free';
const RULE = { secret: SECRET, supported: CHECKSUM_ALGORITHMS };

test.each([
  ['sha256', 'create', CREATE, '9df6c8155fa54372deea0df332fbba9cafe619291afc5e3c5b7d89ee6c1e5aeb'],
  ['sha1', 'getMeetings', '', '9e3efc43b2c1f0453d5242782fd1fe36c306dd32'],
  [
    'sha256',
    'hooks/create',
    'callbackURL=https%3A%2F%2Fsidecar.example%2Fbbb&getRaw=false',
    '099a0a29ecce2d606a1a1e15459c80945984c9ee726e52f8861249a1dc1ca29b',
  ],
] as const)('%s of %s', (algorithm, call, query, expected) => {
  expect(apiChecksum(algorithm, call, query, SECRET)).toBe(expected);
  expect(isChecksumRight(call, `${query}&checksum=${expected}`, RULE)).toBe(true);
});

test("the vector of BBB's own documentation", () => {
  const query = 'name=Test+Meeting&meetingID=abc123&attendeePW=111222&moderatorPW=333444';
  const secret = '639259d4-9dd8-4b25-bf01-95f9567eaf4b';
  expect(apiChecksum('sha1', 'create', query, secret)).toBe('1fcbb0c4fc1f039f73aa6d697d2db9ba7f803f17');
});

test('any algorithm, any place in the query, either case of the hex', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...CHECKSUM_ALGORITHMS),
      fc.nat({ max: 6 }),
      fc.boolean(),
      (algorithm, place, upper) => {
        const sum = apiChecksum(algorithm, 'create', CREATE, SECRET);
        const parts = CREATE.split('&');
        parts.splice(place, 0, `checksum=${upper ? sum.toUpperCase() : sum}`);
        expect(isChecksumRight('create', parts.join('&'), RULE)).toBe(true);
      },
    ),
  );
});

test.each([
  ['none', CREATE],
  ['an empty one', `${CREATE}&checksum=`],
  ['of another length', `${CREATE}&checksum=abc`],
  ['of another call', `${CREATE}&checksum=${apiChecksum('sha256', 'end', CREATE, SECRET)}`],
  ['of another secret', `${CREATE}&checksum=${apiChecksum('sha256', 'create', CREATE, 'x')}`],
  [
    'of the same query encoded otherwise',
    `${CREATE.replace('%20', '+')}&checksum=${apiChecksum('sha256', 'create', CREATE, SECRET)}`,
  ],
  [
    'of the same query in another order',
    `b=1&a=1&checksum=${apiChecksum('sha256', 'create', 'a=1&b=1', SECRET)}`,
  ],
  ['of characters that are no hex', `${CREATE}&checksum=${'é'.repeat(64)}`],
])('a checksum is wrong: %s', (_, query) => {
  expect(isChecksumRight('create', query, RULE)).toBe(false);
});

test('an algorithm that the server does not list is refused', () => {
  const query = `${CREATE}&checksum=${apiChecksum('sha1', 'create', CREATE, SECRET)}`;
  expect(isChecksumRight('create', query, { secret: SECRET, supported: ['sha512'] })).toBe(false);
});
