/** Signed URLs, checked as bbb-web checks them: over the raw query as it arrives. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import {
  bbbRoot,
  CHECKSUM_ALGORITHMS,
  type ChecksumAlgorithm,
  type Params,
  signedUrl,
} from '../../../sidecar/bbb-api/sign';

const SECRET = 's3cr3t-for-docs-only';
const URL_OF_BBB = 'https://bbb.example/bigbluebutton';

function sign(call: string, params: Params = {}, algorithm: ChecksumAlgorithm = 'sha256'): string {
  return signedUrl({ url: URL_OF_BBB, secret: SECRET, algorithm }, call, params);
}

/** bbb-web: the query without its checksum, nothing decoded, nothing sorted. */
function verify(url: string, call: string, algorithm: ChecksumAlgorithm): void {
  expect(url.startsWith(`${URL_OF_BBB}/api/${call}?`)).toBe(true);
  const raw = url.slice(url.indexOf('?') + 1);
  const kept = raw.split('&').filter((part) => !part.startsWith('checksum='));
  const checksum = raw
    .split('&')
    .find((part) => part.startsWith('checksum='))
    ?.slice('checksum='.length);
  expect(checksum).toBe(
    createHash(algorithm)
      .update(call + kept.join('&') + SECRET)
      .digest('hex'),
  );
}

it('has the checksums of the reference', () => {
  expect(sign('getMeetings', {}, 'sha1')).toBe(
    'https://bbb.example/bigbluebutton/api/getMeetings?checksum=9e3efc43b2c1f0453d5242782fd1fe36c306dd32',
  );
  const create = {
    name: 'Math 101',
    meetingID: 'math-101',
    duration: 40,
    maxParticipants: 25,
    record: false,
    meta_tier: 'free',
  };
  expect(sign('create', create)).toMatch(
    /checksum=9df6c8155fa54372deea0df332fbba9cafe619291afc5e3c5b7d89ee6c1e5aeb$/,
  );
  expect(sign('hooks/create', { callbackURL: 'https://sidecar.example/bbb', getRaw: false })).toMatch(
    /checksum=099a0a29ecce2d606a1a1e15459c80945984c9ee726e52f8861249a1dc1ca29b$/,
  );
});

describe('what it sends is what it signed', () => {
  const call = fc.constantFrom(
    'create',
    'join',
    'end',
    'getMeetings',
    'getMeetingInfo',
    'sendChatMessage',
    'hooks/create',
  );
  const text = fc.string({
    unit: fc.oneof(
      fc.constantFrom(...'\'!()*+&=%# ?/äß😀‮　[]{}|^\\"<>~-_.0'),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    ),
  });
  const name = fc.constantFrom('name', 'meetingID', 'fullName', 'meta_tier-code', 'welcome', 'message');
  const value = fc.oneof(text, fc.boolean(), fc.nat(), fc.constant(undefined));

  it.each(CHECKSUM_ALGORITHMS)('%s', (algorithm) => {
    fc.assert(
      fc.property(call, fc.dictionary(name, value), (called, params) => {
        const before = structuredClone(params);
        const url = sign(called, params, algorithm);
        verify(url, called, algorithm);
        // No URL parser on the way may change a byte of it.
        expect(new URL(url).href).toBe(url);
        expect(params).toEqual(before);
        expect(sign(called, params, algorithm)).toBe(url);
        const arrived = new URL(url).searchParams;
        for (const [key, sent] of Object.entries(params)) {
          const expected =
            sent === undefined
              ? null
              : String(sent)
                  .replace(/\p{Surrogate}/gu, '�')
                  .replace(/\p{Cc}/gu, '');
          expect(arrived.get(key)).toBe(expected);
        }
      }),
      { numRuns: 3000 },
    );
  });
});

it("O'Brien may join", () => {
  expect(sign('join', { fullName: "O'Brien (Ada)!*" })).toContain('fullName=O%27Brien%20%28Ada%29%21%2A&');
});

it.each([
  ['half a pair', 'a\ud800b', 'a%EF%BF%BDb'],
  ['control characters', 'a\0b\nc\u007fd\u0085e', 'abcde'],
])('%s', (_what, value, encoded) => {
  expect(sign('create', { name: value })).toContain(`name=${encoded}&`);
});

it.each([1.5, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('%p is no number for BBB', (value) => {
  expect(() => sign('create', { duration: value })).toThrow(/^duration: BBB takes whole numbers from 0/);
});

it('adds the checksum itself', () => {
  expect(() => sign('end', { checksum: 'x' })).toThrow(/^checksum:/);
});

it.each([
  'https://h/bigbluebutton',
  'https://h/bigbluebutton/',
  'https://h/bigbluebutton//',
  'https://h/bigbluebutton/api',
  'https://h/bigbluebutton/api/',
])('%s is the same BBB', (url) => {
  expect(bbbRoot(url)).toBe('https://h/bigbluebutton');
});
