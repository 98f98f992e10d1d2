/** What BBB is given at `create` to hold a tier's limits itself; what the overlay makes of the same tiers is compared in `greenlight/`. */
import { createParams } from '../../../sidecar/core/create-params';
import type { TierLimits } from '../../../sidecar/core/tier';
import { HOUR, MINUTE, someLimits } from '../../support/builders';

const NO_RECORDING = { record: 'false', autoStartRecording: 'false', allowStartStopRecording: 'false' };

it('are the hard limits, in the words of `create`', () => {
  expect(createParams(someLimits())).toEqual({ duration: '60', maxParticipants: '10', ...NO_RECORDING });
});

it.each([
  [1, '1'],
  [MINUTE, '1'],
  [90_000, '2'],
  [24 * HOUR, '1440'],
])('%d ms are %s minutes: rounded up, never too short', (max, duration) => {
  const limits = someLimits({ meeting_duration: { max, enforce: 'hard' } });
  expect(createParams(limits)).toMatchObject({ duration });
});

it.each<[string, Partial<TierLimits>, string[]]>([
  ['soft', { meeting_duration: { max: HOUR, enforce: 'soft' } }, ['maxParticipants', 'record']],
  ['observe', { participants: { max: 10, enforce: 'observe' } }, ['duration', 'record']],
  ['soft recording', { recording: { max: false, enforce: 'soft' } }, ['duration', 'maxParticipants']],
  ['unlimited', { participants: { max: 'unlimited', enforce: 'hard' } }, ['duration', 'record']],
  ['recording allowed', { recording: { max: true, enforce: 'hard' } }, ['duration', 'maxParticipants']],
])('%s: BBB is told nothing of that limit', (_case, change, told) => {
  const names = Object.keys(createParams(someLimits(change)));
  expect(names.filter((name) => !/StartRecording|StartStop/.test(name)).sort()).toEqual(told);
});

it('a number that BBB could not hold becomes the largest that it can', () => {
  const limits = someLimits({
    meeting_duration: { max: 2 ** 31 * MINUTE, enforce: 'hard' },
    participants: { max: 2 ** 40, enforce: 'hard' },
  });
  expect(createParams(limits)).toMatchObject({ duration: '2147483647', maxParticipants: '2147483647' });
});
