/** What BBB and Greenlight are told to hold: the hard limits, and nothing of what the operator only wants to know. */
import { nativeNumbers } from '../../../sidecar/greenlight/native-numbers';
import { aTier, HOUR, MINUTE, someLimits } from '../../support/builders';

function numbersOf(limits: Parameters<typeof someLimits>[0]) {
  return nativeNumbers(aTier({ limits: someLimits(limits) }));
}

it('are the numbers of the tier, in minutes and people', () => {
  expect(nativeNumbers(aTier({ accounts: 5, roomsPerAccount: 'unlimited' }))).toEqual({
    accounts: 5,
    rooms_per_account: 'unlimited',
    meeting_duration_minutes: 60,
    max_participants: 10,
    recording: false,
  });
});

it.each([
  [1, 1],
  [MINUTE, 1],
  [MINUTE + 1, 2],
  [90 * MINUTE, 90],
  [24 * HOUR, 1_440],
])('%d ms are %d minutes: rounded up, never too short', (max, minutes) => {
  expect(numbersOf({ meeting_duration: { max, enforce: 'hard' } }).meeting_duration_minutes).toBe(minutes);
});

it.each(['soft', 'observe'] as const)('a %s limit is none', (enforce) => {
  const numbers = numbersOf({
    meeting_duration: { max: HOUR, enforce },
    participants: { max: 10, enforce },
    recording: { max: false, enforce },
  });
  expect(numbers).toMatchObject({
    meeting_duration_minutes: 'unlimited',
    max_participants: 'unlimited',
    recording: true,
  });
});

it('what is allowed is allowed, whatever the manner of enforcement', () => {
  expect(
    numbersOf({
      meeting_duration: { max: 'unlimited', enforce: 'hard' },
      participants: { max: 'unlimited', enforce: 'hard' },
      recording: { max: true, enforce: 'hard' },
    }),
  ).toMatchObject({ meeting_duration_minutes: 'unlimited', max_participants: 'unlimited', recording: true });
});

it('a number that BBB could not hold becomes the largest that it can', () => {
  const numbers = nativeNumbers(
    aTier({
      accounts: 2 ** 31,
      roomsPerAccount: 2 ** 31 - 1,
      limits: someLimits({ participants: { max: 2 ** 40, enforce: 'hard' } }),
    }),
  );
  expect(numbers).toMatchObject({
    accounts: 2_147_483_647,
    rooms_per_account: 2_147_483_647,
    max_participants: 2_147_483_647,
  });
});
