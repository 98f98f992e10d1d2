/** The running meetings as rows, filtered by words and sorted by the column heads; each row listens to its own meeting alone. */
import { computed, signal, useSignalEffect } from '@preact/signals';
import type { VNode } from 'preact';
import type { LiveMeeting } from '../../../api/schemas';
import { language, texts } from '../language';
import {
  matchesWords,
  nextSorting,
  SORT_COLUMNS,
  type SortColumn,
  type Sorting,
  sortMeetings,
} from '../row-order';
import { isOperator, meetingOf, order } from '../store';
import { MeetingRow } from './meeting-row';
import { ROLES } from './table-roles';

const wanted = signal('');
const sorting = signal<Sorting | undefined>(undefined);
/** Hundreds of rows come in some frames instead of one long one. */
const ROWS_PER_FRAME = 40;
const drawn = signal(ROWS_PER_FRAME);

/** Follows what meetings say of themselves only while that decides what is shown. */
let shownBefore: readonly string[] = [];
const shown = computed(() => {
  const words = wanted.value.trim();
  if (words === '' && sorting.value === undefined) return order.value;
  const meetings = order.value
    .map((id) => meetingOf(id)?.value)
    .filter((meeting): meeting is LiveMeeting => meeting !== undefined && matchesWords(meeting, words));
  const ids = sortMeetings(meetings, sorting.value, language.value).map((each) => each.internal_meeting_id);
  const isSame = ids.length === shownBefore.length && ids.every((id, index) => id === shownBefore[index]);
  // The same list again is nothing to draw.
  if (!isSame) shownBefore = ids;
  return shownBefore;
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
    const all = shown.value.length;
    if (drawn.value < all)
      requestAnimationFrame(() => {
        drawn.value += ROWS_PER_FRAME;
      });
  });
  const here = new Set(order.value);
  for (const id of known.keys()) if (!here.has(id)) known.delete(id);
  return (
    <tbody {...ROLES.rowgroup} class="row-group">
      {shown.value.slice(0, drawn.value).map(rowOf)}
    </tbody>
  );
}

const ARROWS = { none: '↕', ascending: '↑', descending: '↓' } as const;

function SortableHead({ column }: { readonly column: SortColumn }) {
  const direction = sorting.value?.column === column ? sorting.value.direction : 'none';
  return (
    <th {...ROLES.columnheader} scope="col" class="row-head" aria-sort={direction}>
      <button
        type="button"
        class={direction === 'none' ? 'sort' : 'sort by'}
        onClick={() => {
          sorting.value = nextSorting(sorting.peek(), column);
        }}
      >
        {texts.value[column]}
        <span class="arrow" aria-hidden="true">
          {ARROWS[direction]}
        </span>
      </button>
    </th>
  );
}

function Heads() {
  return (
    <thead {...ROLES.rowgroup} class="row-group heads">
      <tr {...ROLES.row} class="row-heads">
        {SORT_COLUMNS.map((column) => (
          <SortableHead key={column} column={column} />
        ))}
        {isOperator.value ? (
          <th {...ROLES.columnheader} scope="col" class="row-head">
            <span class="unseen">{texts.value.action}</span>
          </th>
        ) : null}
      </tr>
    </thead>
  );
}

function Filter() {
  return (
    <label class="filter">
      <span class="unseen">{texts.value.filter}</span>
      <input
        type="search"
        class="filter-text"
        placeholder={texts.value.filter}
        onInput={(event) => {
          wanted.value = event.currentTarget.value;
        }}
      />
    </label>
  );
}

export function Meetings() {
  const all = order.value.length;
  const found = shown.value.length;
  return (
    <section class="meetings" id="meetings" tabIndex={-1} aria-labelledby="meetings-title">
      <div class="section-head">
        <h2 id="meetings-title">{texts.value.meetings}</h2>
        <p class="count" data-count={all}>
          {found === all ? texts.value.running(all) : texts.value.shownOf(found, all)}
        </p>
        <Filter />
      </div>
      {all === 0 ? (
        <p class="empty">{texts.value.noMeetings}</p>
      ) : (
        <table
          {...ROLES.table}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
          tabIndex={0}
          class={`rows${isOperator.value ? ' with-action' : ''}`}
          aria-labelledby="meetings-title"
        >
          <Heads />
          <Rows />
        </table>
      )}
    </section>
  );
}
