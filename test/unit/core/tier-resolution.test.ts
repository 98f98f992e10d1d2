import type { Config } from '../../../sidecar/core/config';
import type { MeetingProps } from '../../../sidecar/core/meeting';
import {
  type ClaimRefusal,
  type ClaimResult,
  completed,
  type KeptAssignment,
  type RoomOwner,
  reassign,
  resolveTier,
  type SignedClaim,
  type TierAssignment,
  type TierEvidence,
  type TierResolution,
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

/** The resolution of a meeting that was seen being created, where everything has been read. */
function assignTier(
  props: MeetingProps,
  withConfig: Config,
  claimed: ClaimResult,
  owner: RoomOwner | undefined,
): { assignment: TierAssignment; refused: ClaimRefusal | undefined } {
  const { resolution, refused } = resolveTier({
    props,
    config: withConfig,
    claim: claimed,
    roomOwner: owner === undefined ? { state: 'none' } : { state: 'known', owner },
    before: { state: 'none' },
  });
  if (resolution.state !== 'known') throw new Error(`expected a known tier, got ${resolution.state}`);
  return { assignment: resolution.assignment, refused };
}

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

const UNTIL = T0 + 5_000;
const resolved = (change: Partial<TierEvidence>): TierResolution =>
  resolveTier({
    props: from('members.meet.example'),
    config,
    claim: undefined,
    roomOwner: { state: 'none' },
    before: { state: 'none' },
    ...change,
  }).resolution;
const unanswered = { state: 'unknown', until: UNTIL, failing: false } as const;
const failing = { ...unanswered, failing: true };
const byRole = assignTier(from('members.meet.example'), config, undefined, {
  owner: 'gl-9',
  roleName: 'level-1',
}).assignment;

describe('unknown is a value', () => {
  test('the journal could not be read → unknown, it may be any tier, and no claim is refused', () => {
    const evidence = {
      before: { state: 'unknown', until: UNTIL },
      claim: { refused: 'bad-signature' },
    } as const;
    const { resolution, refused } = resolveTier({
      props: from('members.meet.example'),
      config,
      roomOwner: { state: 'none' },
      ...evidence,
    });
    expect(resolution).toEqual({
      state: 'unknown',
      until: UNTIL,
      waitsFor: 'database',
      tenant: 'members',
      candidates: [],
    });
    expect(refused).toBeUndefined();
  });

  test.each([
    ['not answered yet', unanswered],
    ['failing', failing],
  ])('roles count and the look-up is %s → unknown, it may be each tier of the file', (_, roomOwner) => {
    const resolution = resolved({ roomOwner });
    expect(resolution).toMatchObject({ state: 'unknown', until: UNTIL, waitsFor: 'greenlight' });
    expect(resolution.state === 'unknown' && resolution.candidates.map((each) => each.tierCode)).toEqual([
      'free',
      'level-1',
    ]);
  });

  test('roles do not count → the look-up is not waited for', () => {
    expect(resolved({ props: from('demo.meet.example'), roomOwner: unanswered })).toMatchObject({
      state: 'known',
      assignment: { tierCode: 'free', source: 'host' },
    });
  });

  test('a claim that stands → the look-up is not waited for', () => {
    expect(resolved({ claim: claim(), roomOwner: unanswered })).toMatchObject({
      state: 'known',
      assignment: { tierCode: 'level-1', source: 'claim' },
    });
  });

  test('no database, or no such room → the tenant has its own tier', () => {
    expect(resolved({})).toMatchObject({ state: 'known', assignment: { tierCode: 'free', source: 'host' } });
  });

  test('a kept tier waits for one answer, and stands through an outage', () => {
    const before = { state: 'known', assignment: byRole, isRestored: true } as const;
    expect(resolved({ before, roomOwner: unanswered })).toMatchObject({ state: 'unknown' });
    expect(resolved({ before, roomOwner: failing })).toMatchObject({
      state: 'known',
      assignment: { tierCode: 'level-1', source: 'role' },
    });
  });

  test('a tier resolved by this process stands while the answer is renewed', () => {
    const before = { state: 'known', assignment: byRole, isRestored: false } as const;
    expect(resolved({ before, roomOwner: unanswered })).toEqual({ state: 'known', assignment: byRole });
  });
});

describe('what a run had', () => {
  const claimed = assignTier(from('members.meet.example'), config, claim(), undefined).assignment;
  const before = { state: 'known', assignment: claimed, isRestored: true } as const;
  const plain = (tier: string) =>
    aConfig([aTier(), level1], [aTenant({ id: 'members', host: 'members.meet.example', tier })]);

  test("the tenant's tier is changed under a running claim → it stays good, nothing is refused", () => {
    const evidence = {
      props: from('members.meet.example'),
      claim: claim(),
      roomOwner: { state: 'none' } as const,
    };
    const { resolution, refused } = resolveTier({ ...evidence, config: plain('free'), before });
    expect(refused).toBeUndefined();
    expect(resolution).toMatchObject({
      state: 'known',
      assignment: { tierCode: 'level-1', source: 'claim', owner: 'gl-7', limits: claimed.limits },
    });
  });

  test('the tier of a running claim is taken out of the file → its limits stay', () => {
    const only = aConfig([aTier()], [aTenant({ id: 'members', host: 'members.meet.example' })]);
    expect(resolved({ config: only, before, claim: claim() })).toMatchObject({
      state: 'known',
      assignment: { tierCode: 'level-1', limits: claimed.limits },
    });
  });

  test("the tenant's tier is raised under a running claim → the higher limits count at once", () => {
    const free = assignTier(from('members.meet.example'), config, claim({ tier: 'free' }), undefined);
    const running = { state: 'known', assignment: free.assignment, isRestored: false } as const;
    const next = resolved({ config: plain('level-1'), before: running, claim: claim({ tier: 'free' }) });
    expect(next).toMatchObject({
      state: 'known',
      assignment: { tierCode: 'level-1', source: 'claim', limits: { meeting_duration: { max: 3 * HOUR } } },
    });
  });

  test('a role is lowered → the run keeps its tier and its name', () => {
    const had = { state: 'known', assignment: byRole, isRestored: false } as const;
    const owner = { owner: 'gl-9', roleName: 'free' };
    expect(resolved({ before: had, roomOwner: { state: 'known', owner } })).toMatchObject({
      state: 'known',
      assignment: { tierCode: 'level-1', limits: { meeting_duration: { max: 3 * HOUR } } },
    });
  });
});

describe('a kept assignment of another version', () => {
  const kept = (tierCode: string): KeptAssignment => ({
    ...byRole,
    tierCode,
    limits: { meeting_duration: { max: 6 * HOUR, enforce: 'hard' } },
  });

  test("a missing limit → today's tier of that code", () => {
    expect(completed(kept('level-1'), config).limits).toEqual({
      ...level1.limits,
      meeting_duration: { max: 6 * HOUR, enforce: 'hard' },
    });
  });

  test('no such tier today → the missing limit is only observed', () => {
    expect(completed(kept('gone'), config).limits).toMatchObject({
      meeting_duration: { max: 6 * HOUR },
      participants: { max: 'unlimited', enforce: 'observe' },
    });
  });
});
