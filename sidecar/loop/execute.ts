/** Carries out one action on BBB and puts on record what was done; the only place that knows of dry runs. Decides nothing. */
import { type Action, stopperOf } from '../core/actions';
import type { Clock } from '../core/clock';
import type { MeetingView } from '../core/decide';
import type { MeetingEvent } from '../core/events';
import { messageOf, TransientError } from '../errors';
import type { Log } from '../log';
import type { Act } from './acts';
import type { DecidedUnder, DecisionLog } from './decision-log';
import type { Meetings } from './meetings';
import type { Notices } from './notices';
import type { Effects, Journal, MeetingRef, Outcome, Reader, Sent } from './ports';

export interface ExecuteOptions {
  readonly effects: Effects;
  readonly reader: Pick<Reader, 'readMeeting'>;
  readonly meetings: Pick<Meetings, 'sharesExternalId'>;
  readonly journal: Journal;
  readonly decisions: DecisionLog;
  readonly notices: Notices;
  readonly clock: Clock;
  readonly log: Log;
  readonly dryRun: boolean;
  /** Where what was read goes: the same way as everything else. */
  readonly intake: (event: MeetingEvent) => void;
}

export interface Execution {
  readonly act: Act;
  readonly view: MeetingView;
  readonly assignment: DecidedUnder;
  readonly now: number;
  /** Sends the line that explains it, if there is one; resolves when it was sent or has taken too long. */
  readonly sendLine: () => Promise<void>;
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

/** Builds the executor over the outside. */
export function createExecute(options: ExecuteOptions): Execute {
  const { effects, notices, decisions, clock, log } = options;

  /**
   * BBB has no idempotency key. After an attempt without an answer the line may be in the chat already: from then on it goes by the bus
   * alone, where sending either fails for certain or counts. So it appears twice at most. Beside another run under the same external id
   * it goes by the bus too: the API reaches only the run that bbb-web has.
   */
  async function say({ act, view }: Execution, text: string): Promise<Sent> {
    const byBusOnly = act.unanswered || options.meetings.sharesExternalId(view.meeting);
    try {
      return await effects.sendChatMessage(refOf(view), `${text} · ${act.code}`, byBusOnly);
    } catch (error) {
      act.unanswered ||= error instanceof TransientError && error.mayHaveHappened;
      throw error;
    }
  }

  async function refresh(execution: Execution): Promise<void> {
    const { internalMeetingId } = execution.view.meeting;
    const unanswered = { type: 'meeting-unanswered', internalMeetingId, at: clock.now() } as const;
    try {
      options.intake((await options.reader.readMeeting(refOf(execution.view))) ?? unanswered);
    } catch (error) {
      log.debug({ internalMeetingId, error: messageOf(error) }, 'cannot read a meeting from BBB');
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
        return undefined;
      case 'mark-recording':
        options.journal.write({ type: 'recording-mark', meeting: refOf(view), code: act.code, at: now });
        notices.enter(internalMeetingId, action.key, now, true);
        return undefined;
      case 'eject-user': {
        if (!execution.stillWanted()) return undefined;
        const all = action.sessions.map((session) =>
          effects.ejectUser(session.internalMeetingId, session.internalUserId),
        );
        return (await Promise.all(all))[0];
      }
      case 'stop-recording':
        return effects.stopRecording(internalMeetingId, stopperOf(action, act.attempts));
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
    await execution.sendLine();
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
        'action failed; retrying',
      );
      decisions.outcome(act, 'failed', clock.now());
    }
    return undefined;
  };
}
