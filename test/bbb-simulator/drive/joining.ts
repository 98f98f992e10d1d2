/** The way in, as a scenario tells it: who comes, and what became of it. */
import { type EnterOutcome, enter } from '../model/join';
import type { JoinRequest } from '../model/register';
import type { Meeting, RegisteredUser, Role } from '../model/state';
import { type Simulation, webJoin } from '../simulation';

/** What somebody who wants in brings along; `userdata` without its `userdata-`. */
export interface Joining {
  readonly externalUserId?: string;
  readonly name?: string;
  readonly role?: Role;
  readonly bot?: boolean;
  readonly guest?: boolean;
  readonly userdata?: Readonly<Record<string, string>>;
}

export interface Attendee {
  /** Empty for somebody bbb-web refused: nobody was registered. */
  readonly internalUserId: string;
  readonly externalUserId: string;
  readonly name: string;
  /** `waiting`: in the lobby. `refused`: by whom and why is told beside it. */
  readonly state: 'joined' | 'waiting' | 'refused' | 'registered';
  readonly refusedBy?: 'bbb-web' | 'akka-apps';
  readonly reasonCode?: string;
}

/** `/join`, and no further. */
export function registerSomebody(simulation: Simulation, meeting: Meeting, joining: Joining): Attendee {
  const user = webJoin(simulation, meeting, requestOf(joining));
  return user === 'maxParticipantsReached' ? refusedByWeb(joining) : attendeeOf(user, undefined);
}

/**
 * `/join`, and the client loads at once, where a browser takes `clientLoadMs`: nothing is told in between, so that only the moment differs. Whoever tests
 * that moment joins over HTTP, or by `register` and `enter`. In the lobby it waits.
 */
export function joinSomebody(simulation: Simulation, meeting: Meeting, joining: Joining): Attendee {
  const user = webJoin(simulation, meeting, requestOf(joining));
  if (user === 'maxParticipantsReached') return refusedByWeb(joining);
  if (user.guestStatus === 'WAIT') return attendeeOf(user, undefined);
  const { bbb, stepper } = simulation;
  const outcome = stepper.act(() => enter(bbb, meeting, user.intId));
  return attendeeOf(user, outcome);
}

function requestOf(joining: Joining): JoinRequest {
  const {
    externalUserId,
    name = externalUserId ?? 'Somebody',
    role = 'VIEWER',
    userdata,
    bot,
    guest,
  } = joining;
  return {
    name,
    role,
    ...(externalUserId === undefined ? {} : { externalUserId }),
    ...(bot === undefined ? {} : { bot }),
    ...(guest === undefined ? {} : { guest }),
    ...(userdata === undefined ? {} : { userMetadata: userdata }),
  };
}

function attendeeOf(user: RegisteredUser, outcome: EnterOutcome | undefined): Attendee {
  const known = { internalUserId: user.intId, externalUserId: user.extId, name: user.name };
  if (outcome === undefined)
    return { ...known, state: user.guestStatus === 'WAIT' ? 'waiting' : 'registered' };
  if (outcome.kind !== 'refused') return { ...known, state: 'joined' };
  return { ...known, state: 'refused', refusedBy: 'akka-apps', reasonCode: outcome.reasonCode };
}

function refusedByWeb({ externalUserId = '', name = externalUserId }: Joining): Attendee {
  const reasonCode = 'maxParticipantsReached';
  return { internalUserId: '', externalUserId, name, state: 'refused', refusedBy: 'bbb-web', reasonCode };
}
