/** Every wrong value in tiers.yml with the exact line that it is answered with. */
import { edited, problemLines, TIERS } from './valid-files';

const UNLIMITED = "(for no limit write 'unlimited')";
const COUNT = 'expected a whole number of at least 1, got';
const DURATION = "expected a duration such as '3h', got";
const LINE = 'expected a text of one line and at most 100 characters, got';

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
  ];

  it.each(values)('%j → %j', (from, to, expected) => {
    expect(problemLines(edited(TIERS, from, to))).toEqual([`config/tiers.yml:${expected}`]);
  });
});
