import {
  assignTier,
  type ClaimResult,
  reassign,
  type SignedClaim,
  tierOfRole,
} from '../../../sidecar/core/tier-resolution';
import { aConfig, aTenant, aTier, HOUR, someLimits, someProps, T0 } from '../../support/builders';

const level1 = aTier({
  code: 'level-1',
  title: 'Level 1',
  limits: someLimits({ meeting_duration: { max: 3 * HOUR, enforce: 'hard' } }),
});
const config = aConfig(
  [aTier(), level1],
  [aTenant(), aTenant({ id: 'members', host: 'members.meet.example', tier: 'free', tierByRole: true })],
);

const S0 = T0 / 1_000;
const claim = (change: Partial<SignedClaim> = {}): ClaimResult => ({
  claim: {
    tenant: 'members',
    tier: 'level-1',
    owner: 'gl-7',
    room: 'room-1',
    iat: S0 - 1,
    exp: S0 + 599,
    ...change,
  },
});
const from = (host: string) => someProps({ metadata: { 'bbb-origin-server-name': host } });

describe('a claim', () => {
  test('that stands wins, with its owner', () => {
    const { assignment, refused } = assignTier(from('demo.meet.example'), config, claim(), undefined);
    expect(assignment).toMatchObject({
      tierCode: 'level-1',
      source: 'claim',
      tenant: 'members',
      owner: 'gl-7',
    });
    expect(refused).toBeUndefined();
  });

  test.each([
    ['of another room', { room: 'room-2' }, 'other-room'],
    ['from a tenant nobody knows', { tenant: 'nobody' }, 'unknown-tenant'],
    ['of a tier that does not exist', { tier: 'gold' }, 'tier-not-allowed'],
    ['of a tier its tenant may not have', { tenant: 'demo' }, 'tier-not-allowed'],
    ['made after the meeting', { iat: S0 + 121, exp: S0 + 700 }, 'other-time'],
    ['that ran out before the meeting', { iat: S0 - 700, exp: S0 - 101 }, 'other-time'],
    ['that lasts longer than any does', { exp: S0 + 601 }, 'other-time'],
  ])('%s is refused and the host decides', (_case, change, reason) => {
    const { assignment, refused } = assignTier(from('demo.meet.example'), config, claim(change), undefined);
    expect(refused).toBe(reason);
    expect(assignment).toMatchObject({ tierCode: 'free', source: 'host', tenant: 'demo', owner: undefined });
  });

  test.each([
    ['two minutes before its issue', { iat: S0 + 120, exp: S0 + 700 }],
    ['at its last second', { iat: S0 - 600, exp: S0 }],
  ])('is good %s', (_case, change) => {
    expect(assignTier(from('x'), config, claim(change), undefined).refused).toBeUndefined();
  });

  test('that was forged is refused under that name', () => {
    expect(assignTier(from('x'), config, { refused: 'bad-signature' }, undefined)).toMatchObject({
      refused: 'bad-signature',
      assignment: { tierCode: 'free', source: 'default', tenant: undefined },
    });
  });
});

describe('without a claim', () => {
  test('the host decides, whatever its case', () => {
    expect(assignTier(from('DEMO.meet.example'), config, undefined, undefined).assignment).toMatchObject({
      source: 'host',
      tenant: 'demo',
    });
  });

  test("the owner's role wins where the tenant has roles", () => {
    const owner = { owner: 'gl-9', roleName: 'level 1' };
    expect(assignTier(from('members.meet.example'), config, undefined, owner).assignment).toMatchObject({
      tierCode: 'level-1',
      source: 'role',
      owner: 'gl-9',
    });
    expect(assignTier(from('demo.meet.example'), config, undefined, owner).assignment).toMatchObject({
      tierCode: 'free',
      source: 'host',
    });
  });

  test('a role that is no tier leaves the tenant its own', () => {
    const owner = { owner: 'gl-9', roleName: 'Administrator' };
    expect(assignTier(from('members.meet.example'), config, undefined, owner).assignment).toMatchObject({
      source: 'host',
      owner: 'gl-9',
    });
  });

  test('nobody knows the host: the default', () => {
    expect(assignTier(from('elsewhere'), config, undefined, undefined).assignment).toMatchObject({
      source: 'default',
      tierCode: 'free',
    });
    expect(assignTier(someProps(), config, undefined, undefined).assignment).toMatchObject({
      source: 'default',
    });
  });
});

test('roles are known by code and by title', () => {
  expect(tierOfRole(' LEVEL-1 ', config)?.code).toBe('level-1');
  expect(tierOfRole('level 1', config)?.code).toBe('level-1');
  expect(tierOfRole('User', config)).toBeUndefined();
});

describe('a running meeting', () => {
  const assigned = (limits: Parameters<typeof someLimits>[0]) =>
    assignTier(someProps(), aConfig([aTier({ limits: someLimits(limits) })]), undefined, undefined)
      .assignment;

  test('takes a higher limit at once', () => {
    const now = reassign(
      assigned({}),
      assigned({ participants: { max: 50, enforce: 'hard' }, recording: { max: true, enforce: 'hard' } }),
    );
    expect(now.limits).toMatchObject({ participants: { max: 50 }, recording: { max: true } });
  });

  test('keeps a limit that was lowered, each for itself', () => {
    const now = reassign(
      assigned({}),
      assigned({
        participants: { max: 5, enforce: 'hard' },
        meeting_duration: { max: 'unlimited', enforce: 'hard' },
      }),
    );
    expect(now.limits).toMatchObject({ participants: { max: 10 }, meeting_duration: { max: 'unlimited' } });
  });

  test('is not enforced harder than it began', () => {
    const soft = assigned({ participants: { max: 10, enforce: 'soft' } });
    expect(reassign(soft, assigned({})).limits.participants.enforce).toBe('soft');
    expect(reassign(assigned({}), soft).limits.participants.enforce).toBe('soft');
  });
});
