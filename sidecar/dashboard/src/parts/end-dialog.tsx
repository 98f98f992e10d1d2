/** Asks before a meeting is ended, ends it through the API, and says what came of it. */
import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { LiveMeeting } from '../../../api/schemas';
import { shownText } from '../../../pages/shown-text';
import { call } from '../calls';
import { texts } from '../language';
import { ask } from '../live';
import { meetingOf } from '../store';

/** The meeting that is being asked about. */
export const asking = signal<LiveMeeting | undefined>(undefined);
const busy = signal(false);
const problem = signal('');
const done = signal('');

const nameOf = (meeting: LiveMeeting): string =>
  shownText(meeting.name) || shownText(meeting.external_meeting_id);

function stopAsking(): void {
  asking.value = undefined;
  problem.value = '';
}

async function end(meeting: LiveMeeting): Promise<void> {
  busy.value = true;
  problem.value = '';
  const answer = await call('POST', `api/v1/meetings/${encodeURIComponent(meeting.internal_meeting_id)}/end`);
  busy.value = false;
  if (answer.status >= 200 && answer.status < 300) {
    done.value = texts.value.ended(nameOf(meeting));
    stopAsking();
    return;
  }
  problem.value = answer.problem === '' ? texts.value.noData : answer.problem;
  if (answer.status === 401) await ask();
}

export function EndDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  const meeting = asking.value;
  useEffect(() => {
    if (meeting !== undefined && dialog.current?.open === false) dialog.current.showModal();
    if (meeting === undefined) dialog.current?.close();
  }, [meeting]);
  const people = meeting === undefined ? 0 : (meetingOf(meeting.internal_meeting_id)?.value.people ?? 0);
  const { endTitle, endText, endConfirm, ending, endFailed, cancel } = texts.value;
  return (
    <>
      <dialog ref={dialog} aria-labelledby="end-title" aria-describedby="end-text" onClose={stopAsking}>
        <h2 id="end-title">{endTitle}</h2>
        <p id="end-text">
          <bdi class="name">{meeting === undefined ? '' : nameOf(meeting)}</bdi> {endText(people)}
        </p>
        <p class="problem" role="alert">
          {problem.value === '' ? '' : `${endFailed} ${problem.value}`}
        </p>
        <div class="buttons">
          <button type="button" class="quiet" onClick={stopAsking}>
            {cancel}
          </button>
          <button
            type="button"
            class="danger"
            disabled={busy.value}
            onClick={() => meeting !== undefined && void end(meeting)}
          >
            {busy.value ? ending : endConfirm}
          </button>
        </div>
      </dialog>
      <p class="unseen" role="status">
        {done}
      </p>
    </>
  );
}
