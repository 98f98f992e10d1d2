/** What of a tier Greenlight and BBB shall hold themselves; a reading of the config, never a rule of its own. */
import { toBbbInteger } from '../core/bbb-integer';
import { createParams } from '../core/create-params';
import type { Tier } from '../core/tier';

export type Count = number | 'unlimited';

/** The numbers under the names that the policy file gives them. */
export interface NativeNumbers {
  readonly accounts: Count;
  readonly rooms_per_account: Count;
  readonly meeting_duration_minutes: Count;
  readonly max_participants: Count;
  readonly recording: boolean;
}

/** Of the limits what `create` is given for them, for the overlay gives it just that. */
export function nativeNumbers({ accounts, roomsPerAccount, limits }: Tier): NativeNumbers {
  const { duration, maxParticipants, record } = createParams(limits);
  return {
    accounts: atMost(accounts),
    rooms_per_account: atMost(roomsPerAccount),
    meeting_duration_minutes: countOf(duration),
    max_participants: countOf(maxParticipants),
    recording: record !== 'false',
  };
}

function atMost(count: Count): Count {
  return count === 'unlimited' ? count : toBbbInteger(count);
}

/** A parameter that is not given is no limit. */
function countOf(param: string | undefined): Count {
  return param === undefined ? 'unlimited' : Number(param);
}
