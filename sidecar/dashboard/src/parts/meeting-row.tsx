/** One running meeting: tier, tenant, time left, places, recording, what comes next. Its name is a stranger's text and treated so. */
import { type Signal, useComputed } from '@preact/signals';
import type { LiveMeeting } from '../../../api/schemas';
import { shownText } from '../../../pages/shown-text';
import { countdown, numberText, texts, timeOfDay } from '../language';
import { meetingName } from '../row-order';
import { isOperator, now } from '../store';
import { asking } from './end-dialog';
import { ROLES } from './table-roles';

const SOON_MS = 10 * 60_000;

interface Props {
  readonly meeting: Signal<LiveMeeting>;
}

function Label({ text }: { readonly text: string }) {
  return (
    <span class="cell-label" aria-hidden="true">
      {text}
    </span>
  );
}

function TimeLeft({ meeting }: Props) {
  const left = useComputed(() => {
    const { ends_at } = meeting.value;
    return ends_at === null ? undefined : ends_at - now.value;
  });
  const said = useComputed(() => {
    if (left.value === undefined) return meeting.value.tier_unknown === null ? texts.value.unlimited : '?';
    return left.value <= 0 ? texts.value.over : countdown(left.value);
  });
  const share = useComputed(() => {
    const { ends_at, created_at } = meeting.value;
    if (ends_at === null || left.value === undefined) return 100;
    return Math.min(100, Math.max(0, (100 * left.value) / Math.max(1, ends_at - created_at)));
  });
  const width = useComputed(() => share.value.toFixed(1));
  const level = useComputed(() =>
    left.value !== undefined && left.value < SOON_MS ? 'bar-left soon' : 'bar-left',
  );
  return (
    <>
      <span class="figure">{said}</span>
      {meeting.value.ends_at === null ? null : (
        <svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
          <rect class="bar-all" width="100" height="4" />
          <rect class={level} width={width} height="4" />
        </svg>
      )}
      {meeting.value.ends_at === null ||
      meeting.value.tier_unknown !== null ||
      meeting.value.duration_enforce === 'hard' ? null : (
        <small>{texts.value[meeting.value.duration_enforce]}</small>
      )}
    </>
  );
}

function Places({ meeting }: Props) {
  const { people, places, dial_ins, participants_enforce, tier_unknown } = meeting.value;
  const isFull = places !== 'unlimited' && people >= places;
  const isOver = places !== 'unlimited' && people > places;
  return (
    <>
      <span class={`figure${isOver ? ' over' : isFull ? ' full' : ''}`} data-people={people}>
        {numberText(people)}
        <span class="of">
          {' '}
          / {tier_unknown !== null ? '?' : places === 'unlimited' ? '∞' : numberText(places)}
        </span>
        {places === 'unlimited' && tier_unknown === null ? (
          <span class="unseen">{texts.value.unlimited}</span>
        ) : null}
      </span>
      {dial_ins > 0 ? <small>{texts.value.dialIns(dial_ins)}</small> : null}
      {participants_enforce === 'hard' || tier_unknown !== null ? null : (
        <small>{texts.value[participants_enforce]}</small>
      )}
    </>
  );
}

function Recording({ meeting }: Props) {
  const { recording, recording_allowed, recording_marked } = meeting.value;
  const said = {
    on: texts.value.recordingOn,
    off: texts.value.recordingOff,
    unknown: texts.value.recordingUnknown,
  }[recording];
  return (
    <>
      <span class={`recording ${recording}`}>{said}</span>
      {recording_marked ? (
        <small class="warn">{texts.value.recordingMarked}</small>
      ) : recording_allowed ? null : (
        <small>{texts.value.recordingForbidden}</small>
      )}
    </>
  );
}

function Next({ meeting }: Props) {
  const { next } = meeting.value;
  const wait = useComputed(() => {
    const at = meeting.value.next?.at;
    return at === undefined ? '' : texts.value.inTime(countdown(at - now.value));
  });
  if (next === null) return <span class="none">{texts.value.nothing}</span>;
  const said = {
    'send-notice': texts.value.nextNotice,
    'end-meeting': texts.value.nextEnd,
    'look-again': texts.value.nextLook,
  }[next.action];
  return (
    <>
      <span>{said}</span>
      <small>
        <span>{wait}</span> · <time dateTime={new Date(next.at).toISOString()}>{timeOfDay(next.at)}</time>
      </small>
    </>
  );
}

export function MeetingRow({ meeting }: Props) {
  const shown = meeting.value;
  const name = meetingName(shown);
  const { tier, time, places, recording, next, breakout, end, endOf } = texts.value;
  return (
    <tr {...ROLES.row} class="row" data-meeting={shown.internal_meeting_id}>
      <th {...ROLES.rowheader} class="cell title" scope="row">
        <bdi class="name">{name}</bdi>
        {shown.is_breakout ? <small>{breakout}</small> : null}
      </th>
      <td {...ROLES.cell} class="cell">
        <Label text={tier} />
        <span>
          <bdi class="tier">
            {shown.tier_title === null ? texts.value.tierUnknown : shownText(shown.tier_title, 40)}
          </bdi>
          {shown.tier_unknown === null ? null : (
            <small class="warn">{texts.value.tierWaitsFor[shown.tier_unknown.waits_for]}</small>
          )}
          {shown.tenant === null ? null : (
            <small>
              <bdi>{shownText(shown.tenant, 40)}</bdi>
            </small>
          )}
        </span>
      </td>
      <td {...ROLES.cell} class="cell">
        <Label text={time} />
        <span>
          <TimeLeft meeting={meeting} />
        </span>
      </td>
      <td {...ROLES.cell} class="cell">
        <Label text={places} />
        <span>
          <Places meeting={meeting} />
        </span>
      </td>
      <td {...ROLES.cell} class="cell">
        <Label text={recording} />
        <span>
          <Recording meeting={meeting} />
        </span>
      </td>
      <td {...ROLES.cell} class="cell">
        <Label text={next} />
        <span>
          <Next meeting={meeting} />
        </span>
      </td>
      {isOperator.value ? (
        <td {...ROLES.cell} class="cell act">
          <button
            type="button"
            class="end quiet danger"
            aria-label={endOf(name)}
            onClick={() => {
              asking.value = meeting.peek();
            }}
          >
            {end}
          </button>
        </td>
      ) : null}
    </tr>
  );
}
