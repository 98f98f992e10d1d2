/** One meeting played from a script against the real intake, journal and ledger: the truth beside what the service makes of it. */
import type { Pool } from 'pg';
import type { MeetingEvent } from '../../../sidecar/core/events';
import type { InternalMeetingId, InternalUserId, Meeting, MeetingProps } from '../../../sidecar/core/meeting';
import { createIntake, type Intake } from '../../../sidecar/loop/intake';
import { createMeetings, type Meetings } from '../../../sidecar/loop/meetings';
import { createMetrics } from '../../../sidecar/metrics';
import { createPgJournal, type PgJournal } from '../../../sidecar/store/journal';
import { systemClock } from '../../../sidecar/system-clock';
import { someProps, userId } from '../../support/builders';
import { anAssignment } from '../store/entries';

export const TICK_MS = 10_000;
/** The service reads BBB's lists every third tick. */
const RESYNC_TICKS = 3;

/** What happens before a tick passes. `lost`: BBB says so, nobody hears it. */
export type Happening =
  | { readonly do: 'toggle'; readonly session: number; readonly lost: boolean }
  | { readonly do: 'record'; readonly lost: boolean }
  /** The service is killed (-9) and starts anew after so many ticks. */
  | { readonly do: 'crash'; readonly ticks: number }
  /** BBB's clock is set by so much. */
  | { readonly do: 'clock'; readonly byMs: number }
  | { readonly do: 'pass' };

export interface Member {
  readonly session: InternalUserId;
  readonly account: string;
  readonly kind: 'web' | 'dial-in';
  readonly bot: boolean;
}

function member(session: string, account: string, bot = false): Member {
  return { session: userId(session), account, kind: session.startsWith('v_') ? 'dial-in' : 'web', bot };
}

/** Ann comes with two browsers; the bot is nobody. */
export const MEMBERS: readonly Member[] = [
  member('w_a1', 'ann'),
  member('w_a2', 'ann'),
  member('w_b', 'ben'),
  member('w_c', 'cem'),
  member('v_p', 'v_p'),
  member('w_bot', 'bot', true),
];

/** What really was, by BBB's clock: added up tick by tick. */
export interface Truth {
  participantMs: number;
  dialInMs: number;
  recordedMs: number;
  meetingMs: number;
  peakParticipants: number;
}

interface World {
  readonly props: MeetingProps;
  now: number;
  readonly inside: Set<Member>;
  recording: boolean;
  readonly truth: Truth;
}

interface Service {
  readonly journal: PgJournal;
  readonly meetings: Meetings;
  readonly intake: Intake;
  recalled: boolean;
}

/** The parts of the service that feed the ledger, wired as the service wires them. */
function startService(pool: Pool): Service {
  const log = { info() {}, warn() {}, error() {} };
  const journal = createPgJournal({ database: { pool }, clock: systemClock(), log });
  const meetings = createMeetings();
  const onChange = (before: Meeting | undefined, after: Meeting): void => {
    if (after.props === undefined || (before?.props !== undefined && after.recording === before.recording))
      return;
    journal.write({ type: 'meeting', meeting: after, assignment: anAssignment(), at: after.seenAt });
  };
  const silent = { wake() {}, requestReading() {} };
  const intake = createIntake({ meetings, journal, metrics: createMetrics(), onChange, ...silent });
  return { journal, meetings, intake, recalled: false };
}

function listed(world: World, id: InternalMeetingId): readonly MeetingEvent[] {
  const { now, inside } = world;
  const people = [...inside];
  const role = 'VIEWER' as const;
  const users = people.map(({ session, account }) => ({ internalUserId: session, fullName: account, role }));
  const attendees = people.map(({ account, kind }) => ({
    externalUserId: account,
    fullName: account,
    role,
    dialIn: kind === 'dial-in',
  }));
  // A moment before: what happens now is not in it, and on one instant the list and the event would have to be weighed.
  const base = { internalMeetingId: id, at: now - 1 };
  return [
    { ...base, type: 'analytics-snapshot', until: now - 1, users, recordingActive: world.recording },
    { ...base, type: 'meeting-snapshot', props: world.props, online: people.length, attendees },
  ];
}

/** What the service does every 30 seconds; `running` false when the meeting is over. */
async function resync(
  service: Service,
  world: World,
  id: InternalMeetingId,
  running: boolean,
): Promise<void> {
  const { journal, intake, meetings } = service;
  if (running) {
    if (!service.recalled) {
      const kept = (await journal.recall([id])).get(id);
      if (kept !== undefined) intake(kept.remembered);
      service.recalled = true;
    }
    for (const event of listed(world, id)) intake(event);
  } else if (meetings.get(id) !== undefined && meetings.get(id)?.ended === undefined) {
    intake({ type: 'meeting-missing', internalMeetingId: id, at: world.now });
  }
  journal.observed(world.now, new Set(running ? [id] : []));
}

function pass(world: World, ms: number): void {
  const { truth, inside } = world;
  const people = new Map([...inside].filter(({ bot }) => !bot).map((each) => [each.account, each.kind]));
  world.now += ms;
  truth.meetingMs += ms;
  truth.participantMs += people.size * ms;
  truth.dialInMs += [...people.values()].filter((kind) => kind === 'dial-in').length * ms;
  truth.recordedMs += world.recording ? ms : 0;
  truth.peakParticipants = Math.max(truth.peakParticipants, people.size);
}

/** BBB's own word on what just changed. */
function eventOf(world: World, id: InternalMeetingId, happening: Happening): MeetingEvent | undefined {
  const base = { internalMeetingId: id, at: world.now };
  if (happening.do === 'record') {
    world.recording = !world.recording;
    return { ...base, type: 'recording-status-changed', active: world.recording, setBy: undefined };
  }
  const who = happening.do === 'toggle' ? MEMBERS[happening.session % MEMBERS.length] : undefined;
  if (who === undefined) return undefined;
  const internalUserId = who.session;
  if (world.inside.delete(who))
    return { ...base, type: 'user-left', via: 'bus', internalUserId, ejected: false };
  world.inside.add(who);
  if (who.kind === 'dial-in') return { ...base, type: 'dial-in-joined', via: 'bus', internalUserId };
  return {
    ...base,
    type: 'user-joined',
    via: 'bus',
    internalUserId,
    externalUserId: who.account,
    role: 'VIEWER',
    bot: who.bot,
  };
}

/** Plays the script from the meeting's creation to its end and returns what really was. `between` is called at every crash. */
export async function rehearse(
  pool: Pool,
  id: InternalMeetingId,
  script: readonly Happening[],
  createTime: number,
  between: () => Promise<unknown>,
  endSeen = true,
): Promise<Truth> {
  const truth = { participantMs: 0, dialInMs: 0, recordedMs: 0, meetingMs: 0, peakParticipants: 0 };
  const props = someProps({ createTime, externalMeetingId: `ext-${id}` });
  const world: World = { props, now: createTime, inside: new Set(), recording: false, truth };
  let service: Service | undefined = startService(pool);
  service.recalled = true;
  service.intake({ type: 'meeting-created', via: 'bus', internalMeetingId: id, at: createTime, props });
  let back = 0;
  for (const [tick, happening] of script.entries()) {
    const event = eventOf(world, id, happening);
    const heard = event !== undefined && 'lost' in happening && !happening.lost;
    if (service !== undefined && heard) service.intake(event);
    if (happening.do === 'clock') world.now += happening.byMs;
    if (happening.do === 'crash' && service !== undefined) {
      // Ten seconds pass in no time here: what was written in them has long been stored.
      await service.journal.flush(20_000);
      await service.journal.close();
      service = undefined;
      back = tick + happening.ticks;
      await between();
    }
    if (service === undefined && tick >= back) {
      service = startService(pool);
      await resync(service, world, id, true);
    }
    pass(world, TICK_MS);
    if (service !== undefined && tick % RESYNC_TICKS === 0) await resync(service, world, id, true);
  }
  const last = service ?? startService(pool);
  if (endSeen)
    last.intake({
      type: 'meeting-ended',
      via: 'bus',
      internalMeetingId: id,
      at: world.now,
      reason: 'ENDED_FROM_API',
    });
  await resync(last, world, id, false);
  await last.journal.flush(20_000);
  await last.journal.close();
  return truth;
}
