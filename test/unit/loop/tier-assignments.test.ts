/** Tiers of a running meeting over random histories: databases up and away, roles, reloads, restarts. */
import fc from 'fast-check';
import { decide, decideAmong } from '../../../sidecar/core/decide';
import { type RoomOwnerReading, reassign, type TierAssignment } from '../../../sidecar/core/tier-resolution';
import { createTierAssignments } from '../../../sidecar/loop/tier-assignments';
import {
  aConfig,
  aContext,
  anEffectiveTier,
  aTenant,
  aTier,
  aView,
  created,
  HOUR,
  joined,
  MEETING,
  MINUTE,
  meetingAfter,
  people,
  someLimits,
  T0,
} from '../../support/builders';

const CODES = ['small', 'middle', 'large'] as const;
type Code = (typeof CODES)[number];
const tierOf = (code: Code, places: number) =>
  aTier({ code, title: code, limits: someLimits({ participants: { max: places, enforce: 'hard' } }) });
const PLACES: Record<Code, number> = { small: 2, middle: 5, large: 20 };

const step = fc.oneof(
  { weight: 6, arbitrary: fc.constant('look' as const) },
  {
    weight: 6,
    arbitrary: fc.constantFrom<
      'journal-away' | 'journal-up' | 'greenlight-away' | 'greenlight-up' | 'restart' | 'look'
    >('journal-away', 'journal-up', 'greenlight-away', 'greenlight-up', 'restart', 'look'),
  },
  { weight: 3, arbitrary: fc.record({ role: fc.constantFrom(...CODES) }) },
  { weight: 1, arbitrary: fc.record({ small: fc.integer({ min: 1, max: 4 }) }) },
);

/** Row, look-up and configuration as the outside has them; a new process knows nothing of them but by reading. */
function outside() {
  const state = {
    isJournalUp: true,
    isGreenlightUp: true,
    role: 'small' as Code,
    places: { ...PLACES },
    row: undefined as TierAssignment | undefined,
  };
  const config = () =>
    aConfig(
      CODES.map((code) => tierOf(code, state.places[code])),
      [aTenant({ id: 'demo', host: 'demo.meet.example', tier: 'small', tierByRole: true })],
    );
  return { state, config };
}

test('nothing is held by a tier that the meeting cannot have; all up → the tier is known at the second look', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const { state, config } = outside();
      const meeting = meetingAfter([
        created({ metadata: { 'bbb-origin-server-name': 'demo.meet.example' } }),
        ...people(10),
      ]);
      const view = aView(meeting);
      /** What this process has read of Greenlight. */
      let answer: RoomOwnerReading | undefined;
      let failing = false;
      const start = () =>
        createTierAssignments({
          config,
          verifyClaim: () => undefined,
          now: () => T0 + MINUTE,
          roomOwners: {
            lookUp: () => answer ?? { state: 'unknown', until: T0 + MINUTE, failing },
          },
          onAssigned(_, assignment) {
            if (state.isJournalUp) state.row = assignment;
          },
          onUnknown: () => undefined,
          onKnownSince: () => undefined,
          onClaimRefused: () => undefined,
        });
      let tiers = start();
      /** As a resync: the journal and the role are read, when they can be. */
      function look(): void {
        if (state.isJournalUp && !tiers.isRestored(MEETING)) tiers.restore(MEETING, state.row, undefined);
        if (state.isGreenlightUp) {
          answer = { state: 'known', owner: { owner: 'gl-1', roleName: state.role } };
          failing = false;
        } else failing = true;
        tiers.forgetReading(MEETING);
        const resolution = tiers.of(view);
        if (resolution.state === 'none') throw new Error('the meeting is known');
        const decision =
          resolution.state === 'known'
            ? decide(view, tiers.effective(MEETING, resolution.assignment), aContext(T0 + MINUTE))
            : decideAmong(
                view,
                resolution.candidates.map((each) => tiers.effective(MEETING, each)),
                aContext(T0 + MINUTE),
              );
        const hard = decision.actions.filter(({ type }) => type === 'eject-user' || type === 'end-meeting');
        if (resolution.state === 'unknown') {
          expect(hard).toEqual([]);
          return;
        }
        const { source, limits } = resolution.assignment;
        // Never the tenant's own tier for want of an answer, and never less than what was right before.
        expect(source).toBe('role');
        if (state.row !== undefined)
          expect(reassign(state.row, resolution.assignment).limits).toEqual(limits);
      }
      for (const each of steps) {
        if (each === 'journal-away') state.isJournalUp = false;
        else if (each === 'journal-up') state.isJournalUp = true;
        else if (each === 'greenlight-away') state.isGreenlightUp = false;
        else if (each === 'greenlight-up') state.isGreenlightUp = true;
        else if (each === 'restart') {
          answer = undefined;
          failing = false;
          tiers = start();
        } else if (each === 'look') look();
        else if ('role' in each) state.role = each.role;
        else {
          state.places.small = each.small;
          tiers.reload();
        }
      }
      state.isJournalUp = true;
      state.isGreenlightUp = true;
      look();
      look();
      expect(tiers.of(view)).toMatchObject({ state: 'known' });
    }),
    {
      numRuns: 300,
      examples: [[[{ role: 'large' }, 'look', 'journal-away', { role: 'small' }, 'restart', 'look']]],
    },
  );
});

describe('while the tier is unknown', () => {
  const nearEnd = aContext(T0 + 55 * MINUTE);
  const view = aView(meetingAfter([created(), joined('p1', T0 + 1_000)]));
  const hour = anEffectiveTier({ title: 'A' });

  test('all candidates end it at one time → the notice is sent, with all their names', () => {
    const { actions } = decideAmong(view, [hour, { ...hour, title: 'B' }], nearEnd);
    expect(actions.map(({ type }) => type)).toEqual(['send-notice']);
    expect(JSON.stringify(actions)).toContain('A or B');
  });

  test('one candidate has more time, or it may be any tier → nothing is sent', () => {
    const longer = { ...hour, limits: someLimits({ meeting_duration: { max: 3 * HOUR, enforce: 'hard' } }) };
    expect(decideAmong(view, [hour, longer], nearEnd).actions).toEqual([]);
    expect(decideAmong(view, [], nearEnd).actions).toEqual([]);
  });

  test('all candidates are over their time → it is not ended', () => {
    expect(decideAmong(view, [hour, hour], aContext(T0 + 2 * HOUR)).actions).toEqual([]);
  });
});
