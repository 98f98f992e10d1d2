/** The real loop over a BBB that is played by the test: its lists, its answers, and what was done to it. */
import pino from 'pino';
import { bbbInstant } from '../../../sidecar/core/bbb-instant';
import type { MeetingEvent } from '../../../sidecar/core/events';
import type { InternalMeetingId } from '../../../sidecar/core/meeting';
import type { ListReading } from '../../../sidecar/core/running';
import type { TierLimits } from '../../../sidecar/core/tier';
import { TransientError } from '../../../sidecar/errors';
import type { Effects, Reader } from '../../../sidecar/loop/ports';
import { createWatch, type Watch } from '../../../sidecar/loop/watch';
import { createMetrics } from '../../../sidecar/metrics';
import { createMemoryJournal, type MemoryJournal } from '../../../sidecar/store/memory-journal';
import { aConfig, aTier, MEETING, someLimits, someProps, T0, userId } from '../../support/builders';
import { type ManualClock, manualClock } from '../../support/clock';

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;

/** What BBB's lists say and how it answers; changed by a test as it goes. */
interface Bbb {
  lists: readonly MeetingEvent[];
  readings: number;
  /** getMeetingInfo names as many people, from p1 on, or these; undefined: it does not answer. */
  online: number | readonly string[] | undefined;
  /** The bus has carried akka-apps' answer to a question when this resolves. */
  carry: () => Promise<void>;
  /** akka-apps answers pings with stamps that far ahead of ours, 5 ms later; undefined: it does not answer. */
  aheadMs: number | undefined;
  /** False: what is asked over the bus reaches nobody. */
  listens: boolean;
  /** Called with each line; BBB has it when this resolves. */
  chat: (text: string, byBusOnly: boolean) => Promise<void>;
  /** Called with each session to be removed. */
  eject: (session: string) => void;
}

export interface Loop {
  readonly watch: Watch;
  readonly clock: ManualClock;
  readonly bbb: Bbb;
  /** In the order in which BBB had it: `chat`, `eject w_…`, `end …`. */
  readonly done: string[];
  /** The lines that BBB had, in full. */
  readonly lines: string[];
  readonly journal: MemoryJournal;
  /** Whose recording state was asked for. */
  readonly asked: string[];
}

/** Codes that differ, the same in every run. */
function seededIntegers(): (below: number) => number {
  let seed = 7;
  return (below) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed % below;
  };
}

/** A loop for a tier with two places, at T0. Nothing is heard of the bus yet. */
export function startLoop(
  journal: MemoryJournal = createMemoryJournal(),
  limits: TierLimits = someLimits({ participants: { max: 2, enforce: 'hard' } }),
): Loop {
  const clock = manualClock(T0);
  const bbb: Bbb = {
    lists: [],
    readings: 0,
    online: undefined,
    aheadMs: undefined,
    listens: true,
    carry: async () => undefined,
    chat: async () => undefined,
    eject: () => undefined,
  };
  const done: string[] = [];
  const lines: string[] = [];
  const asked: string[] = [];
  const effects: Effects = {
    async sendChatMessage(_meeting, text, byBusOnly = false) {
      await bbb.chat(text, byBusOnly);
      done.push('chat');
      lines.push(text);
      return { via: 'api', accepted: true };
    },
    async endMeeting({ internalMeetingId }) {
      done.push(`end ${internalMeetingId}`);
      return { via: 'api', accepted: true };
    },
    async ejectUser(_meeting, user) {
      done.push(`eject ${user}`);
      bbb.eject(user);
      return { via: 'bus', accepted: false };
    },
    stopRecording: async () => ({ via: 'bus', accepted: false }),
  };
  const reader: Reader = {
    async readAll() {
      bbb.readings += 1;
      const events = bbb.lists;
      return {
        events,
        akka: listing(events, 'analytics-snapshot'),
        web: listing(events, 'meeting-snapshot'),
        startedAt: clock.now(),
      };
    },
    async readMeeting() {
      if (bbb.online === undefined) throw new TransientError('no answer');
      const names =
        typeof bbb.online === 'number'
          ? Array.from({ length: bbb.online }, (_, index) => `p${index + 1}`)
          : bbb.online;
      return snapshot(clock.now(), names.length, MEETING, true, names);
    },
  };
  const watch = createWatch({
    clock,
    config: () => aConfig([aTier({ limits })]),
    effects,
    reader,
    journal,
    roomOwners: undefined,
    async askAkkaApps(trip) {
      await bbb.carry();
      const { aheadMs } = bbb;
      if (aheadMs !== undefined) clock.schedule(5, () => watch.stamped(bbbInstant(clock.now() + aheadMs)));
      watch.answered(trip);
    },
    async askRecordingStatus(id) {
      if (!bbb.listens) throw new TransientError('nobody listens');
      asked.push(id);
    },
    verifyClaim: () => undefined,
    metrics: createMetrics(),
    log: pino({ level: 'silent' }),
    resyncMs: 30 * SECOND,
    notices: false,
    dryRun: false,
    randomInt: seededIntegers(),
  });
  return { watch, clock, bbb, done, lines, journal, asked };
}

/** A list with nothing in it is one that could not be read. */
function listing(
  events: readonly MeetingEvent[],
  type: MeetingEvent['type'],
): ListReading<InternalMeetingId> {
  const listed = events.filter((event) => event.type === type);
  const entries = new Map(listed.map((event) => [event.internalMeetingId, JSON.stringify(event)]));
  return { isComplete: entries.size > 0, entries };
}

/** bbb-web's list of accounts, with its own count. */
export function snapshot(
  at: number,
  online: number,
  id = MEETING,
  record = true,
  who: readonly string[] = [],
): MeetingEvent {
  const props = someProps({ record, autoStartRecording: undefined, allowStartStopRecording: undefined });
  const attendees = who.map((name) => ({
    externalUserId: name,
    fullName: name,
    role: 'VIEWER' as const,
    dialIn: false,
  }));
  return { type: 'meeting-snapshot', internalMeetingId: id, at, props, online, attendees };
}

/** akka-apps' picture, renewed up to 30 s before it is read. */
export function analytics(until: number, ...who: string[]): MeetingEvent {
  const users = who.map((name) => ({
    internalUserId: userId(`w_${name}`),
    fullName: name,
    role: 'VIEWER' as const,
  }));
  const at = until - 35 * SECOND;
  return { type: 'analytics-snapshot', internalMeetingId: MEETING, at, until, users, recordingActive: false };
}
