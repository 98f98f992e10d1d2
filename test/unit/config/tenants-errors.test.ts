/** Every mistake in tenants.yml, and mistakes in both files, with the exact lines that they are answered with. */
import { edited, problemLines, TENANTS, TIERS } from './valid-files';

const LINE = 'expected a text of one line and at most 100 characters, got';

describe('the files these tests change', () => {
  it('are valid as they stand', () => {
    expect(problemLines(TIERS, TENANTS)).toEqual([]);
    expect(problemLines(TIERS)).toEqual([]);
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
      '6:5 tenants.demo.password: unknown key, expected one of host, tier, tier_by_role, unknown_owner, branding, email',
    ],
    [
      'tier: free',
      'tier: free\n    tier_by_role: yes',
      "6:19 tenants.demo.tier_by_role: expected true or false, got 'yes' (write true, without quotes)",
    ],
    [
      'tier: free',
      'tier: free\n    unknown_owner: protect-moderator',
      "6:20 tenants.demo.unknown_owner: expected 'protect-moderators', 'protect-first-moderator' or 'protect-nobody', got 'protect-moderator' (did you mean 'protect-moderators'?)",
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
