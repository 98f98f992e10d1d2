/** A tier assignment survives its row, unless the row lacks what an assignment must say today. */
import fc from 'fast-check';
import type { TierAssignment } from '../../../sidecar/core/tier-resolution';
import { assignmentColumns, assignmentOf } from '../../../sidecar/store/assignment';
import { someLimits } from '../../support/builders';

const enforce = fc.constantFrom('hard', 'soft', 'observe');
const setting = (max: fc.Arbitrary<unknown>) =>
  fc.record({ max: fc.oneof(max, fc.constant('unlimited')), enforce });
const assignment = fc.record({
  tierCode: fc.string({ maxLength: 20 }),
  tierTitle: fc.string({ maxLength: 20 }),
  source: fc.constantFrom('claim', 'role', 'host', 'default', 'parent'),
  tenant: fc.option(fc.string({ maxLength: 20 }), { nil: undefined }),
  owner: fc.option(fc.string({ maxLength: 20 }), { nil: undefined }),
  limits: fc.record({
    meeting_duration: setting(fc.integer({ min: 1 })),
    participants: setting(fc.integer({ min: 1 })),
    recording: setting(fc.boolean()),
  }),
  configVersion: fc.string({ maxLength: 20 }),
}) as fc.Arbitrary<TierAssignment>;

test('it comes back as it was', () => {
  fc.assert(
    fc.property(assignment, (each) => {
      const row = JSON.parse(JSON.stringify(assignmentColumns(each)));
      expect(assignmentOf(row)).toEqual(each);
    }),
  );
});

const columns = assignmentColumns({
  tierCode: 'free',
  tierTitle: 'Free',
  source: 'host',
  tenant: 'demo',
  owner: undefined,
  limits: someLimits(),
  configVersion: 'v1',
});

test('no tier yet: then there is none', () => {
  expect(assignmentOf({ ...columns, tier: null, limits: null })).toBeUndefined();
});

const rest = { meeting_duration: someLimits().meeting_duration, recording: someLimits().recording };

test.each([
  ['is missing', { ...columns, limits: rest }],
  ['is no number', { ...columns, limits: { ...rest, participants: { max: null, enforce: 'hard' } } }],
  [
    'has an enforcement of another version',
    { ...columns, limits: { ...rest, participants: { max: 3, enforce: 'ask' } } },
  ],
])('a limit of today that %s is left out, the others are read', (_, row) => {
  expect(assignmentOf(row)).toMatchObject({ tierCode: 'free' });
  expect(assignmentOf(row)?.limits).toEqual(rest);
});

test('a source of another version leaves the tier readable', () => {
  expect(assignmentOf({ ...columns, tier_source: 'member' })).toMatchObject({
    tierCode: 'free',
    limits: someLimits(),
  });
});

test('a run without a tier keeps its tenant', () => {
  expect(assignmentColumns({ tenant: 'demo' })).toMatchObject({ tenant: 'demo', tier: null, limits: null });
});

test('a limit that no longer exists is left out', () => {
  const limits = { ...someLimits(), webcams: { max: 3, enforce: 'hard' } };
  expect(assignmentOf({ ...columns, limits })?.limits).toEqual(someLimits());
});
