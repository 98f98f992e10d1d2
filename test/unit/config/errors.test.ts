/** Every kind of mistake with the exact line that it is answered with. */
import { edited, problemLines, TENANTS, TIERS } from './valid-files';

const UNLIMITED = "(for no limit write 'unlimited')";
const COUNT = 'expected a whole number of at least 1, got';
const DURATION = "expected a duration such as '3h', got";
const LINE = 'expected a text of one line and at most 100 characters, got';
const TIER_KEYS =
  'title, server, branding, accounts, rooms_per_account, meeting_duration, participants, recording, recording_retention, recording_grace, setup_fee, monthly_fee';

describe('the files these tests change', () => {
  it('are valid as they stand', () => {
    expect(problemLines(TIERS, TENANTS)).toEqual([]);
    expect(problemLines(TIERS)).toEqual([]);
  });
});

describe('tiers.yml', () => {
  const values: readonly (readonly [string, string, string])[] = [
    // Durations.
    [
      'meeting_duration: 60m',
      'meeting_duration: tree hours',
      `14:23 tiers.free.meeting_duration: ${DURATION} 'tree hours'`,
    ],
    [
      'meeting_duration: 60m',
      'meeting_duration: 60',
      `14:23 tiers.free.meeting_duration: ${DURATION} 60 (a unit is missing: 60m, 60h or 60d)`,
    ],
    [
      'meeting_duration: 60m',
      'meeting_duration: 3 h',
      `14:23 tiers.free.meeting_duration: ${DURATION} '3 h' (write '3h')`,
    ],
    [
      'meeting_duration: 60m',
      'meeting_duration: 1H30M',
      `14:23 tiers.free.meeting_duration: ${DURATION} '1H30M' (write '1h30m')`,
    ],
    [
      'meeting_duration: 60m',
      'meeting_duration: 12:30',
      `14:23 tiers.free.meeting_duration: ${DURATION} '12:30'`,
    ],
    [
      'meeting_duration: 60m',
      'meeting_duration: 30m1h',
      `14:23 tiers.free.meeting_duration: ${DURATION} '30m1h'`,
    ],
    [
      'meeting_duration: 60m',
      'meeting_duration: -3h',
      `14:23 tiers.free.meeting_duration: ${DURATION} '-3h' ${UNLIMITED}`,
    ],
    [
      'meeting_duration: 60m',
      'meeting_duration: 0m',
      `14:23 tiers.free.meeting_duration: ${DURATION} '0m' ${UNLIMITED}`,
    ],
    [
      'meeting_duration: 60m',
      'meeting_duration: 0',
      `14:23 tiers.free.meeting_duration: ${DURATION} 0 ${UNLIMITED}`,
    ],
    [
      'meeting_duration: 60m',
      'meeting_duration: unlimitd',
      `14:23 tiers.free.meeting_duration: ${DURATION} 'unlimitd' (did you mean 'unlimited'?)`,
    ],
    [
      'meeting_duration: 60m',
      'meeting_duration: [60m]',
      `14:23 tiers.free.meeting_duration: ${DURATION} a list`,
    ],
    ['meeting_duration: 60m', 'meeting_duration:', `14:5 tiers.free.meeting_duration: ${DURATION} nothing`],
    [
      'meeting_duration: 60m',
      'meeting_duration: ~',
      `14:23 tiers.free.meeting_duration: ${DURATION} nothing`,
    ],
    ['retention: 400d', 'retention: unlimited', `6:12 retention: ${DURATION} 'unlimited'`],
    ['[10m, 5m, 1m]', '[10m, 5, 1m]', `5:16 notices[1]: ${DURATION} 5 (a unit is missing: 5m, 5h or 5d)`],
    ['[10m, 5m, 1m]', '10m', "5:10 notices: expected a list of durations such as [10m, 5m, 1m], got '10m'"],
    [
      'setup_fee: 0',
      'setup_fee: 0\n    recording_retention: 90',
      `18:26 tiers.free.recording_retention: ${DURATION} 90 (a unit is missing: 90m, 90h or 90d)`,
    ],
    [
      'setup_fee: 0',
      'setup_fee: 0\n    recording_grace: -1',
      `18:22 tiers.free.recording_grace: ${DURATION} -1 ${UNLIMITED}`,
    ],
    // Numbers.
    ['participants: 10', 'participants: 0', `15:19 tiers.free.participants: ${COUNT} 0 ${UNLIMITED}`],
    ['participants: 10', 'participants: -1', `15:19 tiers.free.participants: ${COUNT} -1 ${UNLIMITED}`],
    ['participants: 10', 'participants: 2.5', `15:19 tiers.free.participants: ${COUNT} 2.5`],
    [
      'participants: 10',
      'participants: "10"',
      `15:19 tiers.free.participants: ${COUNT} '10' (write it without quotes)`,
    ],
    ['participants: 10', 'participants: 1_000', `15:19 tiers.free.participants: ${COUNT} '1_000'`],
    ['participants: 10', 'participants: none', `15:19 tiers.free.participants: ${COUNT} 'none' ${UNLIMITED}`],
    [
      'participants: 10',
      'participants: .inf',
      `15:19 tiers.free.participants: ${COUNT} Infinity ${UNLIMITED}`,
    ],
    [
      'participants: 10',
      'participants: Unlimited',
      `15:19 tiers.free.participants: ${COUNT} 'Unlimited' (did you mean 'unlimited'?)`,
    ],
    ['accounts: 1', 'accounts: 0', `12:15 tiers.free.accounts: ${COUNT} 0 ${UNLIMITED}`],
    [
      'rooms_per_account: 1',
      'rooms_per_account: many',
      `13:24 tiers.free.rooms_per_account: ${COUNT} 'many'`,
    ],
    ['_months: 12', '_months: 0', `4:31 setup_fee_waived_from_months: ${COUNT} 0`],
    ['setup_fee: 0', 'setup_fee: -5', '17:16 tiers.free.setup_fee: expected an amount such as 20, got -5'],
    [
      'setup_fee: 0',
      'setup_fee: 10 EUR',
      "17:16 tiers.free.setup_fee: expected an amount such as 20, got '10 EUR'",
    ],
    ['setup_fee: 0', 'setup_fee: .nan', '17:16 tiers.free.setup_fee: expected an amount such as 20, got NaN'],
    [
      'monthly_fee: 0',
      'monthly_fee: on request',
      "18:18 tiers.free.monthly_fee: expected an amount such as 20 or 'on-request', got 'on request' (did you mean 'on-request'?)",
    ],
    // Yes and no.
    [
      'recording: false',
      'recording: no',
      "16:16 tiers.free.recording: expected true or false, got 'no' (write false, without quotes)",
    ],
    [
      'recording: false',
      'recording: unlimited',
      "16:16 tiers.free.recording: expected true or false, got 'unlimited' (write true, without quotes)",
    ],
    ['branding: false', 'branding: maybe', "11:15 tiers.free.branding: expected true or false, got 'maybe'"],
    ['branding: false', 'branding: 0', '11:15 tiers.free.branding: expected true or false, got 0'],
    // Words and text.
    [
      'server: shared',
      'server: sharde',
      "10:13 tiers.free.server: expected 'shared' or 'dedicated', got 'sharde' (did you mean 'shared'?)",
    ],
    [
      'server: shared',
      'server: cloud',
      "10:13 tiers.free.server: expected 'shared' or 'dedicated', got 'cloud'",
    ],
    ['title: Free', 'title: 1', `9:12 tiers.free.title: ${LINE} 1 (put it in quotes)`],
    ['title: Free', 'title: ""', `9:12 tiers.free.title: ${LINE} ''`],
    ['title: Free', 'title: "a\\nb"', `9:12 tiers.free.title: ${LINE} 'a\\u000ab'`],
    ['title: Free', `title: ${'x'.repeat(101)}`, `9:12 tiers.free.title: ${LINE} '${'x'.repeat(60)}…'`],
    ['currency: EUR', 'currency: euro', "2:11 currency: expected a currency code such as 'EUR', got 'euro'"],
    ['version: 1', 'version: 2', '1:10 version: expected 1, got 2'],
    ['version: 1', 'version: "1"', "1:10 version: expected 1, got '1' (write it without quotes)"],
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

describe('tenants.yml', () => {
  const URL = "expected an https URL such as 'https://example.org/logo.svg', got";
  const HOST = "expected a host name such as 'meet.example.org', without https:// and without a port, got";
  const COLOR = "expected a colour such as '#0a7d55', got";
  const MAIL = "expected a mail address such as 'meet@example.org', got";
  const ID =
    "expected a DNS label (lower-case letters, digits and inner hyphens, at most 63 characters) such as 'acme', got";
  const LOGO = 'https://demo.example/logo.svg';

  it.each([
    [
      'tier: free',
      'tier: fre',
      "5:11 tenants.demo.tier: expected the code of a tier (free), got 'fre' (did you mean 'free'?)",
    ],
    ['tier: free', 'tier: gold', "5:11 tenants.demo.tier: expected the code of a tier (free), got 'gold'"],
    [
      'tier: free',
      'tier: Free',
      "5:11 tenants.demo.tier: expected the code of a tier (free), got 'Free' (did you mean 'free'?)",
    ],
    [
      '    tier: free\n',
      '',
      '3:3 tenants.demo.tier: expected the code of a tier, got nothing: the key is missing',
    ],
    ['  demo:', '  Demo:', `3:3 tenants.Demo: ${ID} 'Demo'`],
    ['  demo:', '  demo_1:', `3:3 tenants.demo_1: ${ID} 'demo_1'`],
    ['  demo:', '  demo.a:', `3:3 tenants."demo.a": ${ID} 'demo.a'`],
    ['  demo:', '  demo-:', `3:3 tenants.demo-: ${ID} 'demo-'`],
    ['  demo:', `  ${'d'.repeat(64)}:`, `3:3 tenants.${'d'.repeat(64)}: ${ID} '${'d'.repeat(60)}…'`],
    [
      'demo.meet.example',
      'https://demo.meet.example',
      `4:11 tenants.demo.host: ${HOST} 'https://demo.meet.example'`,
    ],
    ['demo.meet.example', 'demo.meet.example:443', `4:11 tenants.demo.host: ${HOST} 'demo.meet.example:443'`],
    ['demo.meet.example', 'demo_1.meet.example', `4:11 tenants.demo.host: ${HOST} 'demo_1.meet.example'`],
    ['demo.meet.example', 'demo..example', `4:11 tenants.demo.host: ${HOST} 'demo..example'`],
    [
      'demo.meet.example',
      `${'d'.repeat(64)}.example`,
      `4:11 tenants.demo.host: ${HOST} '${'d'.repeat(60)}…'`,
    ],
    [
      LOGO,
      'http://demo.example/logo.svg',
      `8:17 tenants.demo.branding.logo_url: ${URL} 'http://demo.example/logo.svg'`,
    ],
    [LOGO, '/logo.svg', `8:17 tenants.demo.branding.logo_url: ${URL} '/logo.svg'`],
    [LOGO, 'https://', `8:17 tenants.demo.branding.logo_url: ${URL} 'https://'`],
    [LOGO, 'https://a b/', `8:17 tenants.demo.branding.logo_url: ${URL} 'https://a b/'`],
    [LOGO, 'javascript:alert(1)', `8:17 tenants.demo.branding.logo_url: ${URL} 'javascript:alert(1)'`],
    [
      'primary_color: "#0a7d55"',
      'primary_color: #0a7d55',
      `9:7 tenants.demo.branding.primary_color: ${COLOR} nothing (without quotes, # begins a comment: put it in quotes)`,
    ],
    ['"#0a7d55"', 'green', `9:22 tenants.demo.branding.primary_color: ${COLOR} 'green'`],
    ['"#0a7d55"', '"#0a7"', `9:22 tenants.demo.branding.primary_color: ${COLOR} '#0a7'`],
    [
      'primary_color:',
      'primary_colour:',
      "9:7 tenants.demo.branding.primary_colour: unknown key, did you mean 'primary_color'?",
    ],
    ['meet@demo.example', 'meet', `11:13 tenants.demo.email.from: ${MAIL} 'meet'`],
    [
      'meet@demo.example',
      '"a@b.org\\nBcc: c@d.org"',
      `11:13 tenants.demo.email.from: ${MAIL} 'a@b.org\\u000aBcc: c@d.org'`,
    ],
    [
      'from: meet@demo.example',
      'from: meet@demo.example\n      name: "a\\nb"',
      `12:13 tenants.demo.email.name: ${LINE} 'a\\u000ab'`,
    ],
    [
      'from: meet@demo.example',
      'name: Demo',
      `10:5 tenants.demo.email.from: ${MAIL} nothing: the key is missing`,
    ],
    [
      'tier: free',
      'tier: free\n    password: secret',
      '6:5 tenants.demo.password: unknown key, expected one of host, tier, tier_by_role, branding, email',
    ],
    [
      'tier: free',
      'tier: free\n    tier_by_role: yes',
      "6:19 tenants.demo.tier_by_role: expected true or false, got 'yes' (write true, without quotes)",
    ],
  ])('%j → %j', (from, to, expected) => {
    expect(problemLines(TIERS, edited(TENANTS, from, to))).toEqual([`config/tenants.yml:${expected}`]);
  });

  it('refuses a URL with a password in it', () => {
    const lines = problemLines(TIERS, edited(TENANTS, LOGO, 'https://user:hunter2@demo.example/logo.svg'));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(
      /^config\/tenants\.yml:8:17 tenants\.demo\.branding\.logo_url: expected an https URL/,
    );
    expect(lines[0]).not.toContain('hunter2');
  });

  it('refuses one host for two tenants, in any case', () => {
    const text = `${TENANTS}  other:\n    host: DEMO.meet.example\n    tier: free\n`;
    expect(problemLines(TIERS, text)).toEqual([
      "config/tenants.yml:13:11 tenants.other.host: expected a host that no other tenant has, got 'DEMO.meet.example', which is tenant 'demo' too",
    ]);
  });

  it('wants {} when there are no tenants', () => {
    expect(problemLines(TIERS, 'version: 1\ntenants:\n')).toEqual([
      'config/tenants.yml:2:1 tenants: expected a map of tenants by their id, got nothing (write {} for none)',
    ]);
    expect(problemLines(TIERS, 'version: 1\ntenants: {}\n')).toEqual([]);
  });

  it('says nothing of unknown tiers when the tiers cannot be read', () => {
    expect(problemLines('tiers: [', edited(TENANTS, 'tier: free', 'tier: gold'))).toEqual([
      'config/tiers.yml:1:9 expected YAML, got a syntax error: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ]);
  });
});

describe('both files', () => {
  it('show everything at once, by file and line', () => {
    const tiers = edited(edited(TIERS, 'monthly_fee: 0', 'monthly_fee: x'), 'currency: EUR', 'curency: EUR');
    const tenants = edited(edited(TENANTS, 'tier: free', 'tier: gold'), 'version: 1', 'version: one');
    expect(problemLines(tiers, tenants)).toEqual([
      "config/tenants.yml:1:10 version: expected 1, got 'one'",
      "config/tenants.yml:5:11 tenants.demo.tier: expected the code of a tier (free), got 'gold'",
      "config/tiers.yml:1:1 currency: expected a currency code such as 'EUR', got nothing: the key is missing",
      "config/tiers.yml:2:1 curency: unknown key, did you mean 'currency'?",
      "config/tiers.yml:18:18 tiers.free.monthly_fee: expected an amount such as 20 or 'on-request', got 'x'",
    ]);
  });
});
