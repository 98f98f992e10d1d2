/** What of a tier Greenlight and BBB shall hold themselves; a reading of the config, never a rule of its own. */
import { MINUTE_MS } from '../core/duration';
import type { LimitSetting } from '../core/limits/define-limit';
import type { Tier } from '../core/tier';

/** BBB keeps these numbers in 32-bit integers, and the overlay refuses larger ones. */
const LARGEST = 2 ** 31 - 1;

export type Count = number | 'unlimited';

/** The numbers under the names that the policy file gives them. */
export interface NativeNumbers {
  readonly accounts: Count;
  readonly rooms_per_account: Count;
  readonly meeting_duration_minutes: Count;
  readonly max_participants: Count;
  readonly recording: boolean;
}

/** `soft` and `observe` let the meeting go on, which BBB would not: natively such a limit is none. */
export function nativeNumbers({ accounts, roomsPerAccount, limits }: Tier): NativeNumbers {
  const durationMs = held(limits.meeting_duration);
  const recording = held(limits.recording);
  return {
    accounts: atMost(accounts),
    rooms_per_account: atMost(roomsPerAccount),
    meeting_duration_minutes: atMost(
      durationMs === 'unlimited' ? durationMs : Math.ceil(durationMs / MINUTE_MS),
    ),
    max_participants: atMost(held(limits.participants)),
    recording: recording === 'unlimited' || recording,
  };
}

function held<Value>({ max, enforce }: LimitSetting<Value>): Value | 'unlimited' {
  return enforce === 'hard' ? max : 'unlimited';
}

function atMost(count: Count): Count {
  return count === 'unlimited' ? count : Math.min(count, LARGEST);
}
