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

test.each([
  ['no assignment yet', { ...columns, tier: null, limits: null }],
  ['a limit of today is missing', { ...columns, limits: { participants: { max: 3, enforce: 'hard' } } }],
  [
    'a limit is no number',
    { ...columns, limits: { ...someLimits(), participants: { max: null, enforce: 'hard' } } },
  ],
  ['a word that is none of ours', { ...columns, tier_source: 'hearsay' }],
])('%s: then there is none', (_, row) => {
  expect(assignmentOf(row)).toBeUndefined();
});

test('a limit that no longer exists is left out', () => {
  const limits = { ...someLimits(), webcams: { max: 3, enforce: 'hard' } };
  expect(assignmentOf({ ...columns, limits })?.limits).toEqual(someLimits());
});
