import fc from 'fast-check';
import { planRecording, recordingVerdict } from '../../../sidecar/core/recording-verdict';
import { aTier, someLimits } from '../../support/builders';

const DAY = 86_400_000;
const NOW = 1_760_000_000_000;
const recording = { endTime: NOW - 10 * DAY, disallowedSince: undefined };
const allowed = someLimits({ recording: { max: true, enforce: 'hard' } });

describe('the verdict', () => {
  const run = { known: true, allowed: true, mark: undefined, removal: undefined };
  const mark = { code: 'K7Q-2MX' };

  test.each([
    ['its tier has recording', run, 'keep'],
    ['it was marked', { ...run, allowed: false, mark }, 'remove'],
    ['its removal was decided', { ...run, removal: { reason: 'retention', code: 'K7Q-2MX' } }, 'remove'],
    ['marked, and of its tier nothing is known', { ...run, allowed: undefined, mark }, 'remove'],
    ['marked, and its tier raised since', { ...run, mark }, 'unknown'],
    ['its tier has no recording, and nobody saw one', { ...run, allowed: false }, 'unknown'],
    ['of its tier nothing is known', { ...run, allowed: undefined }, 'unknown'],
    ['nothing is known', { ...run, known: false, allowed: undefined }, 'unknown'],
  ] as const)('%s', (_case, of, verdict) => {
    expect(recordingVerdict(of).verdict).toBe(verdict);
  });
});

describe('the plan', () => {
  test('without retention and grace nothing is ever due', () => {
    expect(planRecording(recording, aTier(), NOW)).toEqual({
      disallowed: true,
      dueAt: undefined,
      reason: undefined,
    });
    expect(planRecording(recording, aTier({ limits: allowed }), NOW).dueAt).toBeUndefined();
  });

  test('retention counts from the end of the recording', () => {
    const tier = aTier({ limits: allowed, recordingRetentionMs: 90 * DAY });
    expect(planRecording(recording, tier, NOW)).toEqual({
      disallowed: false,
      dueAt: NOW + 80 * DAY,
      reason: 'retention',
    });
  });

  test('a lowered tier counts its grace from when it was first seen', () => {
    const tier = aTier({ recordingGraceMs: 30 * DAY });
    expect(planRecording(recording, tier, NOW)).toEqual({
      disallowed: true,
      dueAt: NOW + 30 * DAY,
      reason: 'tier',
    });
    const seen = { ...recording, disallowedSince: NOW - 29 * DAY };
    expect(planRecording(seen, tier, NOW)).toMatchObject({ dueAt: NOW + DAY });
  });

  test('whichever is first', () => {
    const tier = aTier({ recordingGraceMs: 30 * DAY, recordingRetentionMs: 15 * DAY });
    expect(planRecording(recording, tier, NOW)).toMatchObject({ dueAt: NOW + 5 * DAY, reason: 'retention' });
  });

  test('soft and observed tiers delete nothing for being lower', () => {
    for (const enforce of ['soft', 'observe'] as const) {
      const tier = aTier({
        limits: someLimits({ recording: { max: false, enforce } }),
        recordingGraceMs: DAY,
      });
      expect(planRecording(recording, tier, NOW)).toMatchObject({ disallowed: false, dueAt: undefined });
    }
  });

  test('nothing is due before its retention and, for a tier just lowered, before its grace', () => {
    const days = fc.integer({ min: 1, max: 400 });
    fc.assert(
      fc.property(days, days, fc.integer({ min: 0, max: 800 }), (retention, grace, age) => {
        const tier = aTier({ recordingGraceMs: grace * DAY, recordingRetentionMs: retention * DAY });
        const { dueAt } = planRecording({ endTime: NOW - age * DAY, disallowedSince: undefined }, tier, NOW);
        expect((dueAt ?? 0) <= NOW).toBe(age >= retention);
      }),
    );
  });
});
