/** The running meetings as rows; each row listens to its own meeting alone. */
import { computed, signal, useSignalEffect } from '@preact/signals';
import type { VNode } from 'preact';
import { texts } from '../language';
import { isOperator, meetingOf, order } from '../store';
import { MeetingRow } from './meeting-row';
import { ROLES } from './table-roles';

const wanted = signal('');
/** Hundreds of rows come in some frames instead of one long one. */
const ROWS_PER_FRAME = 40;
const drawn = signal(ROWS_PER_FRAME);

const matching = computed(() => {
  const words = wanted.value.trim().toLowerCase();
  if (words === '') return order.value;
  return order.value.filter((id) => {
    const meeting = meetingOf(id)?.peek();
    if (meeting === undefined) return false;
    const { name, tier, tier_title, tenant } = meeting;
    return [name.slice(0, 200), tier, tier_title, tenant ?? ''].some((text) =>
      text.toLowerCase().includes(words),
    );
  });
});

/** The same row object again is a row that need not be looked at. */
const known = new Map<string, VNode>();
function rowOf(id: string): VNode | undefined {
  const meeting = meetingOf(id);
  if (meeting === undefined) return undefined;
  const found = known.get(id);
  if (found !== undefined && (found.props as { meeting?: unknown }).meeting === meeting) return found;
  const row = <MeetingRow key={id} meeting={meeting} />;
  known.set(id, row);
  return row;
}

function Rows() {
  useSignalEffect(() => {
    const all = matching.value.length;
    if (drawn.value < all)
      requestAnimationFrame(() => {
        drawn.value += ROWS_PER_FRAME;
      });
  });
  const here = new Set(order.value);
  for (const id of known.keys()) if (!here.has(id)) known.delete(id);
  return <tbody {...ROLES.rowgroup}>{matching.value.slice(0, drawn.value).map(rowOf)}</tbody>;
}

function HeadCells() {
  const { name, tier, time, places, recording, next, action } = texts.value;
  const heads = isOperator.value
    ? [name, tier, time, places, recording, next, action]
    : [name, tier, time, places, recording, next];
  return (
    <thead {...ROLES.rowgroup}>
      <tr {...ROLES.row}>
        {heads.map((head) => (
          <th key={head} {...ROLES.columnheader} scope="col">
            {head === action ? <span class="unseen">{head}</span> : head}
          </th>
        ))}
      </tr>
    </thead>
  );
}

export function Meetings() {
  const all = order.value.length;
  const shown = matching.value.length;
  return (
    <section class="meetings" id="meetings" tabIndex={-1} aria-labelledby="meetings-title">
      <div class="section-head">
        <h2 id="meetings-title">{texts.value.meetings}</h2>
        <p class="count" data-count={all}>
          {shown === all ? texts.value.running(all) : texts.value.shownOf(shown, all)}
        </p>
        <label class="filter">
          <span class="unseen">{texts.value.filter}</span>
          <input
            type="search"
            placeholder={texts.value.filter}
            onInput={(event) => {
              wanted.value = event.currentTarget.value;
            }}
          />
        </label>
      </div>
      {all === 0 ? <p class="empty">{texts.value.noMeetings}</p> : null}
      <table
        {...ROLES.table}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        class={`rows${isOperator.value ? ' with-action' : ''}`}
        aria-labelledby="meetings-title"
        hidden={all === 0}
      >
        <HeadCells />
        <Rows />
      </table>
    </section>
  );
}
