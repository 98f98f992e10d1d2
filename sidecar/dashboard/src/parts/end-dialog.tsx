/** Asks before a meeting is ended, ends it through the API, and says what came of it. */
import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { LiveMeeting } from '../../../api/schemas';
import { call } from '../calls';
import { texts } from '../language';
import { ask } from '../live';
import { meetingName } from '../row-order';
import { meetingOf } from '../store';

/** The meeting that is being asked about. */
export const asking = signal<LiveMeeting | undefined>(undefined);
const busy = signal(false);
const problem = signal('');
const done = signal('');
let focusGoesOn = false;

function stopAsking(): void {
  asking.value = undefined;
  problem.value = '';
}

/** An error is shown where its question was asked, not over the next one. */
function showError(meeting: LiveMeeting, what: string): void {
  if (asking.peek() === meeting) problem.value = what;
}

async function end(meeting: LiveMeeting): Promise<void> {
  busy.value = true;
  problem.value = '';
  const answer = await call('POST', `api/v1/meetings/${encodeURIComponent(meeting.internal_meeting_id)}/end`);
  busy.value = false;
  if (answer.status >= 200 && answer.status < 300) {
    done.value = texts.value.ended(meetingName(meeting));
    // Its row goes, and with it the button that the focus would return to.
    focusGoesOn = asking.peek() === meeting;
    if (focusGoesOn) stopAsking();
  } else if (answer.status === 401) await ask();
  else if (answer.status === 404) showError(meeting, texts.value.endedAlready);
  else showError(meeting, `${texts.value.endFailed} ${answer.problem || texts.value.noAnswer}`);
}

export function EndDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  const meeting = asking.value;
  useEffect(() => {
    if (meeting !== undefined && dialog.current?.open === false) dialog.current.showModal();
    if (meeting === undefined) dialog.current?.close();
    if (meeting === undefined && focusGoesOn)
      document.getElementById('meetings')?.focus({ preventScroll: true });
    focusGoesOn = false;
  }, [meeting]);
  const people = meeting === undefined ? 0 : (meetingOf(meeting.internal_meeting_id)?.value.people ?? 0);
  const { endTitle, endText, endConfirm, ending, cancel } = texts.value;
  return (
    <>
      <dialog ref={dialog} aria-labelledby="end-title" aria-describedby="end-text" onClose={stopAsking}>
        <h2 id="end-title">{endTitle}</h2>
        <p id="end-text">
          <bdi class="name">{meeting === undefined ? '' : meetingName(meeting)}</bdi> {endText(people)}
        </p>
        <p class="problem" role="alert">
          {problem}
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
        <bdi>{done}</bdi>
      </p>
    </>
  );
}
