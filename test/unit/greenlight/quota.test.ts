/** Who is above the tier, from numbers: by the tenant's tier, and by the role where roles count. */
import { quotaReport } from '../../../sidecar/greenlight/quota';
import { aConfig, aTenant, aTier } from '../../support/builders';

const TIERS = [
  aTier({ code: 'free', title: 'Free', accounts: 2, roomsPerAccount: 1 }),
  aTier({ code: 'level-1', title: 'Level 1', accounts: 3, roomsPerAccount: 3 }),
  aTier({ code: 'custom', title: 'Custom', accounts: 'unlimited', roomsPerAccount: 'unlimited' }),
];

function report(
  tenant: Parameters<typeof aTenant>[0],
  accounts: number,
  rooms: readonly [string, string, number][],
) {
  const one = aTenant(tenant);
  return quotaReport(aConfig(TIERS, [one]), one, {
    accounts,
    rooms: rooms.map(([account, roleName, count]) => ({ account, roleName, rooms: count })),
  });
}

it.each([
  ['free', 1, false],
  ['free', 2, false],
  ['free', 3, true],
  ['custom', 1_000_000, false],
])('a tenant on %s with %d accounts is above: %s', (tier, used, over) => {
  expect(report({ tier }, used, []).accounts).toMatchObject({ used, over });
});

it.each([
  ['free', 1, []],
  ['free', 2, [{ account: 'gl-a', tier: 'free', used: 2, allowed: 1 }]],
  ['level-1', 3, []],
  ['level-1', 4, [{ account: 'gl-a', tier: 'level-1', used: 4, allowed: 3 }]],
  ['custom', 10_000, []],
])('on %s an account with %d rooms', (tier, used, expected) => {
  expect(report({ tier }, 1, [['gl-a', 'User', used]]).rooms).toEqual(expected);
});

it('takes the role only where roles count', () => {
  const rooms: [string, string, number][] = [
    ['gl-a', 'level 1', 3],
    ['gl-b', 'LEVEL-1', 4],
    ['gl-c', 'User', 2],
    ['gl-d', 'Custom', 99],
  ];
  expect(report({ tier: 'free', tierByRole: true }, 1, rooms).rooms).toEqual([
    { account: 'gl-b', tier: 'level-1', used: 4, allowed: 3 },
    { account: 'gl-c', tier: 'free', used: 2, allowed: 1 },
  ]);
  expect(report({ tier: 'custom', tierByRole: false }, 1, rooms).rooms).toEqual([]);
});
