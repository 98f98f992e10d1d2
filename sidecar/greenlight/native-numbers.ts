/** What of a tier Greenlight and BBB shall hold themselves; a reading of the config, never a rule of its own. */
import { toBbbInteger } from '../core/bbb-integer';
import { createParams, guideParams } from '../core/create-params';
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

/** What the tier promises where its limit is `soft` or `observe`; left out where the limit is hard, or where there is none. */
export interface GuideNumbers {
  readonly meeting_duration_minutes?: number;
  readonly max_participants?: number;
}

export function guideNumbers({ limits }: Tier): GuideNumbers {
  const { duration, maxParticipants } = guideParams(limits);
  return {
    ...(duration === undefined ? {} : { meeting_duration_minutes: Number(duration) }),
    ...(maxParticipants === undefined ? {} : { max_participants: Number(maxParticipants) }),
  };
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
