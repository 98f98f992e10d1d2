/** BBB's two lists: akka-apps' reports on the bus and by HTTP, bbb-web's answers, and when the service reads them. */
import type { MeetingEvent } from '../../../../sidecar/core/events';
import type { InternalMeetingId } from '../../../../sidecar/core/meeting';
import { MEETING } from '../../../support/builders';
import type { Agenda } from './agenda';
import type { Bbb } from './bbb';
import { between, type Chance } from './chance';
import { propsOf } from './events';
import type { Faults } from './faults';
import type { Session } from './session';

const SECOND = 1_000;
const REPORT_EVERY_MS = 30 * SECOND;
const RESYNC_MS = 30 * SECOND;
const API_TIMEOUT_MS = 5 * SECOND;
/** As the readers of both lists date them. */
const BUS_LIST_AGE_MS = SECOND;
const HTTP_LIST_AGE_MS = 35 * SECOND;

type AkkaUsers = ReturnType<Bbb['akkaList']>;

export interface ListsOptions {
  readonly plan: Agenda;
  readonly chance: Chance;
  readonly faults: Faults;
  readonly bbb: () => Bbb;
  readonly publish: (event: MeetingEvent) => void;
  /** `madeAt`: the moment of a list that is dated less exactly. */
  readonly receive: (event: MeetingEvent, madeAt?: number) => void;
  /** What a reading brought, before its events. */
  readonly onRead: (meetings: ReadonlySet<InternalMeetingId>) => void;
  /** The meetings that it did not find, when both lists were read. */
  readonly onMissing: (running: readonly InternalMeetingId[], askedAt: number) => void;
  /** Does nothing if that process has ended meanwhile. */
  readonly inProcess: (run: () => void) => () => void;
}

export interface Lists {
  /** akka-apps reports on this meeting from now on every 30 s. */
  report(meeting: InternalMeetingId): void;
  /** bbb-web is asked about one meeting. */
  refresh(meeting: InternalMeetingId, onAnswered: () => void): void;
  /** Both lists are read soon, and then every 30 s. */
  resyncIn(ms: number): void;
  /** A new process. */
  forget(): void;
}

export function createLists(options: ListsOptions): Lists {
  const { plan, chance, faults, publish, receive, inProcess } = options;
  const reported = new Map<InternalMeetingId, { readonly at: number; readonly users: AkkaUsers }>();
  let resyncAt = Number.POSITIVE_INFINITY;

  /** bbb-web takes up some sessions later than others. */
  function webLag({ id }: Session): number {
    return chance('slow', id) < 0.15 ? between(chance, 0, 300, 'lag', id) : between(chance, 2, 15, 'lag', id);
  }

  function isWebAway(name: string): boolean {
    return faults.isAway('bbb-web', plan.now) || (!faults.isQuiet && chance('web', name) < 0.03);
  }

  function webSnapshot(meeting: InternalMeetingId, at: number): MeetingEvent {
    const attendees = options.bbb().webList(meeting, webLag);
    return {
      type: 'meeting-snapshot',
      internalMeetingId: meeting,
      at,
      props: propsOf(meeting, options.bbb()),
      online: attendees.length,
      attendees,
    };
  }

  function report(meeting: InternalMeetingId): void {
    if (!options.bbb().isRunning(meeting)) return;
    const users = options.bbb().akkaList(meeting);
    reported.set(meeting, { at: plan.now, users });
    publish(akkaSnapshot(meeting, users, plan.now - BUS_LIST_AGE_MS, plan.now));
    plan.at(plan.now + REPORT_EVERY_MS, () => report(meeting));
  }

  function refresh(meeting: InternalMeetingId, onAnswered: () => void): void {
    const asked = plan.now;
    const name = `refresh/${asked}`;
    const finish = (event: MeetingEvent): void => {
      onAnswered();
      receive(event);
    };
    const refuse = (): void => finish({ type: 'meeting-unanswered', internalMeetingId: meeting, at: asked });
    if (isWebAway(name)) {
      plan.at(asked + (chance('refused', name) < 0.5 ? 3 : API_TIMEOUT_MS), inProcess(refuse));
      return;
    }
    const slowness = chance('slow', name) < 0.05 ? 800 : 0;
    plan.at(asked + between(chance, 1, 20, 'there', name), () => {
      const answer = options.bbb().isRunning(meeting) ? webSnapshot(meeting, asked) : undefined;
      plan.at(
        plan.now + between(chance, 1, 20, 'back', name) + slowness,
        inProcess(() => (answer === undefined ? refuse() : finish(answer))),
      );
    });
  }

  function resyncIn(ms: number): void {
    const due = plan.now + ms;
    if (due >= resyncAt) return;
    resyncAt = due;
    plan.at(
      due,
      inProcess(() => {
        if (resyncAt === due) resync();
      }),
    );
  }

  function resync(): void {
    resyncAt = Number.POSITIVE_INFINITY;
    const asked = plan.now;
    const name = `resync/${asked}`;
    const isAkka = !faults.isAway('analytics', asked);
    const isWeb = !isWebAway(name);
    if (!isAkka && !isWeb) {
      resyncIn(2 * SECOND);
      return;
    }
    const bbb = options.bbb();
    const running = [MEETING, ...bbb.rooms.map(({ id }) => id)].filter(bbb.isRunning);
    const until = asked + between(chance, 1, 30, 'answered', name);
    const reports = isAkka
      ? running.flatMap((id) => {
          const stored = reported.get(id);
          return stored === undefined ? [] : [{ id, ...stored }];
        })
      : [];
    const snapshots = isWeb ? running.map((id) => webSnapshot(id, asked)) : [];
    plan.at(
      until,
      inProcess(() => {
        options.onRead(new Set([...reports.map(({ id }) => id), ...(isWeb ? running : [])]));
        for (const { id, at, users } of reports)
          receive(akkaSnapshot(id, users, asked - HTTP_LIST_AGE_MS, until), at);
        for (const snapshot of snapshots) receive(snapshot);
        if (isAkka && isWeb) options.onMissing(running, asked);
        resyncIn(RESYNC_MS);
      }),
    );
  }

  return {
    report,
    refresh,
    resyncIn,
    forget() {
      resyncAt = Number.POSITIVE_INFINITY;
    },
  };
}

function akkaSnapshot(
  internalMeetingId: InternalMeetingId,
  users: AkkaUsers,
  at: number,
  until: number,
): MeetingEvent {
  return { type: 'analytics-snapshot', internalMeetingId, at, until, users, recordingActive: false };
}
