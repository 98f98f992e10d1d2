import * as fc from 'fast-check';
import type { LiveMeeting } from '../../../sidecar/api/schemas';
import {
  matchesWords,
  nextSorting,
  SORT_COLUMNS,
  type Sorting,
  sortMeetings,
} from '../../../sidecar/dashboard/src/row-order';

function aRow(given: Partial<LiveMeeting>): LiveMeeting {
  return {
    internal_meeting_id: 'm-1',
    external_meeting_id: 'room-1',
    name: 'Room',
    is_breakout: false,
    parent_internal_meeting_id: null,
    tenant: null,
    tier: 'free',
    tier_title: 'Free',
    tier_source: 'default',
    tier_unknown: null,
    created_at: 0,
    ends_at: null,
    remaining_seconds: null,
    duration_enforce: 'hard',
    people: 0,
    places: 10,
    participants_enforce: 'hard',
    unknown_owner: null,
    dial_ins: 0,
    recording: 'off',
    recording_allowed: false,
    recording_marked: false,
    next: null,
    ...given,
  };
}

const ROWS = [
  aRow({ internal_meeting_id: 'a', name: 'room 10', people: 3, ends_at: 500, created_at: 1 }),
  aRow({ internal_meeting_id: 'b', name: 'Room 9', people: 12, created_at: 2, recording: 'on' }),
  aRow({
    internal_meeting_id: 'c',
    name: 'Ärzte',
    people: 3,
    ends_at: 400,
    created_at: 3,
    tier_title: 'Custom',
    next: { action: 'send-notice', at: 300 },
  }),
  aRow({
    internal_meeting_id: 'd',
    name: '\u202e',
    external_meeting_id: 'zeta',
    created_at: 2,
    tenant: 'acme',
  }),
];
const idsOf = (sorting: Sorting | undefined, language = 'de') =>
  sortMeetings(ROWS, sorting, language)
    .map((row) => row.internal_meeting_id)
    .join('');

test.each<[Sorting | undefined, string]>([
  [undefined, 'cbda'],
  [{ column: 'name', direction: 'ascending' }, 'cbad'],
  [{ column: 'name', direction: 'descending' }, 'dabc'],
  [{ column: 'tier', direction: 'ascending' }, 'cbad'],
  [{ column: 'time', direction: 'ascending' }, 'cabd'],
  [{ column: 'time', direction: 'descending' }, 'bdac'],
  [{ column: 'places', direction: 'descending' }, 'bcad'],
  [{ column: 'places', direction: 'ascending' }, 'dcab'],
  [{ column: 'recording', direction: 'descending' }, 'bcda'],
  [{ column: 'next', direction: 'ascending' }, 'cbda'],
])('%j: %s', (sorting, ids) => {
  expect(idsOf(sorting)).toBe(ids);
});

test('three presses on a head lead back to newest first', () => {
  for (const column of SORT_COLUMNS) {
    const first = nextSorting(
      { column: column === 'name' ? 'tier' : 'name', direction: 'ascending' },
      column,
    );
    expect(first).toEqual({
      column,
      direction: column === 'places' || column === 'recording' ? 'descending' : 'ascending',
    });
    const second = nextSorting(first, column);
    expect(second?.direction).not.toBe(first?.direction);
    expect(nextSorting(second, column)).toBeUndefined();
  }
});

test('whatever the rows are: none is lost, order is total, and the given list stays as it is', () => {
  const row = fc
    .record({
      internal_meeting_id: fc.uuid(),
      name: fc.string({ unit: 'binary', maxLength: 20 }),
      created_at: fc.integer({ min: 0, max: 3 }),
      ends_at: fc.option(fc.integer({ min: 0, max: 3 })),
      people: fc.nat(3),
      recording: fc.constantFrom('on' as const, 'off' as const, 'unknown' as const),
    })
    .map(aRow);
  const sorting = fc.record({
    column: fc.constantFrom(...SORT_COLUMNS),
    direction: fc.constantFrom('ascending' as const, 'descending' as const),
  });
  void fc.assert(
    fc.property(
      fc.uniqueArray(row, { selector: (each) => each.internal_meeting_id, maxLength: 30 }),
      fc.option(sorting, { nil: undefined }),
      (rows, by) => {
        const before = [...rows];
        const sorted = sortMeetings(rows, by, 'en');
        expect(rows).toEqual(before);
        expect(new Set(sorted)).toEqual(new Set(rows));
        expect(sortMeetings([...rows].reverse(), by, 'en')).toEqual(sorted);
      },
    ),
  );
});

test.each([
  ['', true],
  ['ROOM', true],
  ['room free', true],
  ['acme room', true],
  ['room custom', false],
  ['\u202e', false],
])('“%s” finds it: %j', (words, found) => {
  expect(matchesWords(aRow({ name: 'Room \u202e9', tenant: 'acme' }), words)).toBe(found);
});
