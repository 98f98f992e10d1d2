/** In which order the meetings stand: by a column, up or down, else the newest first. Draws nothing and remembers nothing. */
import type { LiveMeeting } from '../../api/schemas';
import { shownText } from '../../pages/shown-text';

export const SORT_COLUMNS = ['name', 'tier', 'time', 'places', 'recording', 'next'] as const;
export type SortColumn = (typeof SORT_COLUMNS)[number];

export interface Sorting {
  readonly column: SortColumn;
  readonly direction: 'ascending' | 'descending';
}

/** What somebody looks for first: the fullest meeting, the one that is recorded; else the least or the letter A. */
const MOST_FIRST: ReadonlySet<SortColumn> = new Set(['places', 'recording']);
const RECORDING = { off: 0, unknown: 1, on: 2 } as const;

/** As it is shown, never empty when there is anything to show. */
export function meetingName({ name, external_meeting_id }: LiveMeeting): string {
  return shownText(name) || shownText(external_meeting_id);
}

/** What a press on a column's head makes of the order: that column, then the other way around, then newest first again. */
export function nextSorting(sorting: Sorting | undefined, column: SortColumn): Sorting | undefined {
  const first = MOST_FIRST.has(column) ? 'descending' : 'ascending';
  if (sorting?.column !== column) return { column, direction: first };
  if (sorting.direction !== first) return undefined;
  return { column, direction: first === 'ascending' ? 'descending' : 'ascending' };
}

/** Without an end, or nothing ahead: after everything that has one. */
function keyOf(meeting: LiveMeeting, column: SortColumn): string | number {
  switch (column) {
    case 'name':
      return meetingName(meeting);
    case 'tier':
      return `${meeting.tier_title ?? ''}\n${meeting.tenant ?? ''}`;
    case 'time':
      return meeting.ends_at ?? Number.MAX_VALUE;
    case 'places':
      return meeting.people;
    case 'recording':
      return RECORDING[meeting.recording];
    case 'next':
      return meeting.next?.at ?? Number.MAX_VALUE;
  }
}

function newestFirst(a: LiveMeeting, b: LiveMeeting): number {
  return b.created_at - a.created_at || (a.internal_meeting_id < b.internal_meeting_id ? -1 : 1);
}

/** A new list. Names as `language` orders them, numbers in them as numbers; what is equal stands newest first. */
export function sortMeetings(
  meetings: readonly LiveMeeting[],
  sorting: Sorting | undefined,
  language: string,
): readonly LiveMeeting[] {
  if (sorting === undefined) return [...meetings].sort(newestFirst);
  const { compare } = new Intl.Collator(language, { numeric: true, sensitivity: 'base' });
  const sign = sorting.direction === 'ascending' ? 1 : -1;
  return meetings
    .map((meeting) => ({ meeting, key: keyOf(meeting, sorting.column) }))
    .sort((a, b) => {
      const order = typeof a.key === 'string' ? compare(a.key, String(b.key)) : a.key - Number(b.key);
      return sign * order || newestFirst(a.meeting, b.meeting);
    })
    .map(({ meeting }) => meeting);
}

/** All the words somewhere in its name, tier or tenant, upper and lower case alike. */
export function matchesWords(meeting: LiveMeeting, wanted: string): boolean {
  const { tier, tier_title, tenant } = meeting;
  const text = [meetingName(meeting), tier ?? '', tier_title ?? '', tenant ?? '']
    .join('\n')
    .toLocaleLowerCase();
  return wanted
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
