/** Carries out one action on BBB and puts on record what was done; the only place that knows of dry runs. Decides nothing. */
import type { Action } from '../core/actions';
import type { Clock } from '../core/clock';
import type { MeetingView } from '../core/decide';
import { SECOND_MS } from '../core/duration';
import type { MeetingEvent } from '../core/events';
import type { TierAssignment } from '../core/tier-resolution';
import { messageOf } from '../errors';
import type { Log } from '../log';
import type { Act } from './acts';
import type { DecisionLog } from './decision-log';
import type { Notices } from './notices';
import type { Effects, Journal, MeetingRef, Outcome, Reader, Sent } from './ports';

/** A chat line comes first, but a slow chat does not keep the act waiting. */
const LINE_WITHIN_MS = 1.5 * SECOND_MS;

export interface ExecuteOptions {
  readonly effects: Effects;
  readonly reader: Pick<Reader, 'readMeeting'>;
  readonly journal: Journal;
  readonly decisions: DecisionLog;
  readonly notices: Notices;
  readonly clock: Clock;
  /** Epoch ms on the timeline of the core. */
  readonly now: () => number;
  readonly log: Log;
  readonly dryRun: boolean;
  /** Where what was read goes: the same way as everything else. */
  readonly intake: (event: MeetingEvent) => void;
}

export interface Execution {
  readonly act: Act;
  readonly view: MeetingView;
  readonly assignment: TierAssignment;
  readonly now: number;
  /** Decides once more: a chat line takes time, and whoever fits by now is not removed. */
  readonly stillWanted: () => boolean;
}

export type Execute = (execution: Execution) => Promise<void>;

/** True when nothing is left to be shown by BBB. */
export function completesAtOnce(action: Action): boolean {
  return action.type === 'send-notice' || action.type === 'record-breach' || action.type === 'mark-recording';
}

/** What is known at once of an act: BBB shows the rest, if there is a rest. */
function outcomeOf(action: Action, sent: Sent | undefined): Outcome {
  if (!completesAtOnce(action)) return sent === undefined ? 'moot' : 'sent';
  return sent === undefined ? 'noted' : sent.accepted ? 'confirmed' : 'sent';
}

function refOf(view: MeetingView): MeetingRef {
  const { internalMeetingId, props } = view.meeting;
  return { internalMeetingId, externalMeetingId: props?.externalMeetingId ?? '' };
}

/** Resolves after `promise` or after `ms`, whichever is first. */
async function within(clock: Clock, ms: number, promise: Promise<unknown>): Promise<void> {
  let cancel = (): void => undefined;
  const limit = new Promise<void>((resolve) => {
    const scheduled = clock.schedule(ms, resolve);
    cancel = () => scheduled.cancel();
  });
  try {
    await Promise.race([promise, limit]);
  } finally {
    cancel();
  }
}

/** Builds the executor over the outside. */
export function createExecute(options: ExecuteOptions): Execute {
  const { effects, notices, decisions, clock, log } = options;

  async function say(execution: Execution, text: string): Promise<Sent> {
    return effects.sendChatMessage(refOf(execution.view), `${text} · ${execution.act.code}`);
  }

  async function line(execution: Execution, said: { key: string; text: string } | undefined): Promise<void> {
    if (said === undefined) return;
    const { internalMeetingId } = execution.view.meeting;
    try {
      await within(clock, LINE_WITHIN_MS, say(execution, said.text));
      notices.enter(internalMeetingId, said.key, execution.now, true);
    } catch (error) {
      log.warn(
        { internalMeetingId, code: execution.act.code, error: messageOf(error) },
        'chat line could not be sent',
      );
    }
  }

  async function refresh(execution: Execution): Promise<void> {
    const { internalMeetingId } = execution.view.meeting;
    const unanswered = { type: 'meeting-unanswered', internalMeetingId, at: options.now() } as const;
    try {
      options.intake((await options.reader.readMeeting(refOf(execution.view))) ?? unanswered);
    } catch (error) {
      log.debug({ internalMeetingId, error: messageOf(error) }, 'meeting could not be read from BBB');
      options.intake(unanswered);
    }
  }

  async function perform(execution: Execution): Promise<Sent | undefined> {
    const { act, view, now } = execution;
    const { action } = act;
    const { internalMeetingId } = view.meeting;
    switch (action.type) {
      case 'send-notice': {
        const sent = await say(execution, action.text);
        notices.enter(internalMeetingId, action.key, now, true);
        return sent;
      }
      case 'record-breach':
        notices.enter(internalMeetingId, action.key, now, true);
        await line(
          execution,
          action.text === undefined ? undefined : { key: `${action.key}/line`, text: action.text },
        );
        return undefined;
      case 'mark-recording':
        options.journal.write({ type: 'recording-mark', meeting: refOf(view), code: act.code, at: now });
        notices.enter(internalMeetingId, action.key, now, true);
        return undefined;
      case 'eject-user': {
        await line(execution, action.line);
        if (!execution.stillWanted()) return undefined;
        const all = action.sessions.map((session) =>
          effects.ejectUser(session.internalMeetingId, session.internalUserId),
        );
        return (await Promise.all(all))[0];
      }
      case 'stop-recording':
        await line(execution, action.line);
        return effects.stopRecording(internalMeetingId, action.as);
      case 'end-meeting':
        return effects.endMeeting(refOf(view));
      case 'refresh-meeting':
        await refresh(execution);
        return undefined;
    }
  }

  return async (execution) => {
    const { act, view, now } = execution;
    if (act.action.type === 'refresh-meeting') return refresh(execution);
    decisions.begin(act, execution.view, execution.assignment, now, options.dryRun);
    if (options.dryRun) {
      notices.enter(view.meeting.internalMeetingId, act.action.key, now, false);
      act.nextAt = Number.POSITIVE_INFINITY;
      decisions.outcome(act, 'dry-run', clock.now());
      return undefined;
    }
    try {
      const sent = await perform(execution);
      if (sent !== undefined) act.sent = `${sent.via}:${act.action.type}`;
      decisions.outcome(act, outcomeOf(act.action, sent), clock.now());
    } catch (error) {
      const { internalMeetingId } = view.meeting;
      log.warn(
        { internalMeetingId, code: act.code, action: act.action.type, error: messageOf(error) },
        'action failed and is repeated',
      );
      decisions.outcome(act, 'failed', clock.now());
    }
    return undefined;
  };
}
