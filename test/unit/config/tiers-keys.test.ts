/** Every wrong key and name in tiers.yml with the exact line that it is answered with. */
import { edited, problemLines, TENANTS, TIERS } from './valid-files';

const UNLIMITED = "(for no limit write 'unlimited')";
const COUNT = 'expected a whole number of at least 1, got';
const TIER_KEYS =
  'title, server, branding, accounts, rooms_per_account, meeting_duration, participants, recording, recording_retention, recording_grace, setup_fee, monthly_fee';

describe('tiers.yml', () => {
  const values: readonly (readonly [string, string, string])[] = [
    // The long form.
    [
      'participants: 10',
      'participants: {max: 0, enforce: soft}',
      `15:25 tiers.free.participants.max: ${COUNT} 0 ${UNLIMITED}`,
    ],
    [
      'participants: 10',
      'participants: {max: 9, enforce: hrad}',
      "15:37 tiers.free.participants.enforce: expected 'hard', 'soft' or 'observe', got 'hrad' (did you mean 'hard'?)",
    ],
    [
      'participants: 10',
      'participants: {enforce: soft}',
      `15:5 tiers.free.participants.max: ${COUNT} nothing: the key is missing`,
    ],
    [
      'participants: 10',
      'participants: {max: 9, enforced: soft}',
      "15:28 tiers.free.participants.enforced: unknown key, did you mean 'enforce'?",
    ],
    [
      'participants: 10',
      'participants: {max: 9, why: x}',
      '15:28 tiers.free.participants.why: unknown key, expected one of max, enforce',
    ],
    [
      'recording: false',
      'recording: {max: 0}',
      '16:22 tiers.free.recording.max: expected true or false, got 0',
    ],
    ['accounts: 1', 'accounts: {max: 1, enforce: soft}', `12:15 tiers.free.accounts: ${COUNT} a map`],
    // Keys.
    [
      'participants: 10',
      'participants: 10\n    maxParticpants: 5',
      "16:5 tiers.free.maxParticpants: unknown key, did you mean 'participants'?",
    ],
    [
      'participants: 10',
      'participants: 10\n    roomsPerAccount: 5',
      "16:5 tiers.free.roomsPerAccount: unknown key, did you mean 'rooms_per_account'?",
    ],
    [
      'participants: 10',
      'participants: 10\n    webcams: 5',
      `16:5 tiers.free.webcams: unknown key, expected one of ${TIER_KEYS}`,
    ],
    ['    participants: 10\n', '', `8:3 tiers.free.participants: ${COUNT} nothing: the key is missing`],
    [
      'currency: EUR\n',
      '',
      "1:1 currency: expected a currency code such as 'EUR', got nothing: the key is missing",
    ],
    [
      'participants: 10',
      'participants: 10\n    participants: 11',
      '16:5 tiers.free.participants: expected each key once, got it a second time',
    ],
    [
      'participants: 10',
      'participants: 10\n    __proto__: {a: 1}',
      '16:5 tiers.free.__proto__: unknown key, never allowed',
    ],
    ['  free:', '  __proto__: {a: 1}\n  free:', '8:3 tiers.__proto__: unknown key, never allowed'],
    [
      'participants: 10',
      'participants: 10\n    "a b\\e": 1',
      `16:5 tiers.free."a b\\u001b": unknown key, expected one of ${TIER_KEYS}`,
    ],
    // What belongs together.
    [
      'default_tier: free',
      'default_tier: fre',
      "3:15 default_tier: expected the code of a tier (free), got 'fre' (did you mean 'free'?)",
    ],
    [
      'default_tier: free',
      'default_tier: 5',
      '3:15 default_tier: expected the code of a tier, got 5 (put it in quotes)',
    ],
  ];

  it.each(values)('%j → %j', (from, to, expected) => {
    expect(problemLines(edited(TIERS, from, to))).toEqual([`config/tiers.yml:${expected}`]);
  });

  it.each([
    ['Free-1', "expected a code of lower-case letters, digits and hyphens such as 'level-1', got 'Free-1'"],
    ['-free', "expected a code of lower-case letters, digits and hyphens such as 'level-1', got '-free'"],
    ['fr_ee', "expected a code of lower-case letters, digits and hyphens such as 'level-1', got 'fr_ee'"],
    ['', "expected a code of lower-case letters, digits and hyphens such as 'level-1', got ''"],
  ])('refuses the tier code %j, and still looks into that tier', (code, message) => {
    const text = edited(
      edited(TIERS, '  free:', `  ${JSON.stringify(code)}:`),
      'default_tier: free',
      `default_tier: ${JSON.stringify(code)}`,
    );
    const path = /^[\w-]+$/.test(code) ? code : JSON.stringify(code);
    expect(problemLines(edited(text, 'participants: 10', 'participants: 0'))).toEqual([
      `config/tiers.yml:8:3 tiers.${path}: ${message}`,
      `config/tiers.yml:15:19 tiers.${path}.participants: ${COUNT} 0 ${UNLIMITED}`,
    ]);
  });

  const SECOND = TIERS.slice(TIERS.indexOf('    title:')).replace('    title: Free\n', '');
  it.each([
    [
      'two titles alike',
      'other',
      'FREE',
      "20:12 tiers.other.title: expected a code and a title that no other tier has, upper and lower case alike, got 'FREE', which is tier 'free' too",
    ],
    [
      'a title like a code',
      'other',
      ' free ',
      "20:12 tiers.other.title: expected a code and a title that no other tier has, upper and lower case alike, got ' free ', which is tier 'free' too",
    ],
  ])('refuses %s', (_name, code, title, expected) => {
    const text = `${TIERS}  ${code}:\n    title: ${JSON.stringify(title)}\n${SECOND}`;
    expect(problemLines(text)).toEqual([`config/tiers.yml:${expected}`]);
  });

  it('refuses a code like the title of another tier', () => {
    const text = `${edited(TIERS, 'title: Free', 'title: Gold')}  gold:\n    title: Golden\n${SECOND}`;
    expect(problemLines(text)).toEqual([
      "config/tiers.yml:19:3 tiers.gold: expected a code and a title that no other tier has, upper and lower case alike, got 'gold', which is tier 'free' too",
    ]);
  });

  it('names a wrong word and an unknown key in one long form', () => {
    expect(
      problemLines(edited(TIERS, 'participants: 10', 'participants: {max: 9, enforce: hrad, why: x}')),
    ).toEqual([
      "config/tiers.yml:15:37 tiers.free.participants.enforce: expected 'hard', 'soft' or 'observe', got 'hrad' (did you mean 'hard'?)",
      'config/tiers.yml:15:43 tiers.free.participants.why: unknown key, expected one of max, enforce',
    ]);
  });

  it('points at the second of two values, which is the one that would count', () => {
    expect(
      problemLines(edited(TIERS, 'participants: 10', 'participants: 10\n    participants: ten')),
    ).toEqual([
      'config/tiers.yml:16:5 tiers.free.participants: expected each key once, got it a second time',
      `config/tiers.yml:16:19 tiers.free.participants: ${COUNT} 'ten'`,
    ]);
  });

  it('knows a default tier that is there but broken', () => {
    const lines = problemLines(edited(TIERS, 'server: shared', 'server: 1'), TENANTS);
    expect(lines).toEqual([
      "config/tiers.yml:10:13 tiers.free.server: expected 'shared' or 'dedicated', got 1",
    ]);
  });

  it('wants at least the default tier', () => {
    expect(problemLines('version: 1\ncurrency: EUR\ndefault_tier: free\ntiers: {}\n')).toEqual([
      "config/tiers.yml:3:15 default_tier: expected the code of a tier (there is none), got 'free'",
    ]);
    expect(problemLines('version: 1\ncurrency: EUR\ndefault_tier: free\ntiers:\n')).toEqual([
      'config/tiers.yml:4:1 tiers: expected a map of tiers by their code, got nothing',
    ]);
  });
});
