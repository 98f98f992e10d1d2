/** The backlog against a plain model: bounded, in order, the least valuable first to go, nothing lost by a failed write. */
import fc from 'fast-check';
import type { PresenceEdge } from '../../../sidecar/core/meeting';
import { createBacklog } from '../../../sidecar/store/backlog';
import type { Line } from '../../../sidecar/store/lines';

const attendee = { external_user_id: null, kind: 'web', bot: false, role: 'VIEWER' } as const;
const attendance = (user: string, at = 0): Line => ({
  type: 'attendance',
  meeting: 'm',
  seenAt: at,
  user,
  attendee,
  presence: [{ kind: 'joined', by: 'bus', at }],
});
const notice = (key: string, at = 0): Line => ({ type: 'notice', meeting: 'm', seenAt: at, key });
const decision = (code: string): Line => ({ type: 'decision', meeting: 'm', row: { code } });
const nameOf = (line: Line): string =>
  line.type === 'attendance'
    ? line.user
    : line.type === 'notice'
      ? line.key
      : line.type === 'decision'
        ? String(line.row.code)
        : line.type;

function names(lines: readonly Line[]): string[] {
  return lines.map(nameOf);
}

test('hands out in the order of arrival, across all kinds', () => {
  const backlog = createBacklog(10);
  for (const line of [decision('d1'), attendance('a1'), notice('n1'), attendance('a2'), decision('d2')])
    backlog.add(line);
  expect(names(backlog.next(3))).toEqual(['d1', 'a1', 'n1']);
  backlog.written();
  expect(names(backlog.next(9))).toEqual(['a2', 'd2']);
});

test('a newer entry about the same takes the older one’s place', () => {
  const backlog = createBacklog(10);
  backlog.add(attendance('a1', 1));
  backlog.add(decision('d1'));
  backlog.add(attendance('a1', 2));
  expect(backlog.size).toBe(2);
  expect(backlog.next(1)).toMatchObject([{ user: 'a1', seenAt: 2 }]);
});

test('of two words about the same the later one stands, whichever came last', () => {
  const backlog = createBacklog(10);
  const outcome = (at: number): Line => ({ type: 'outcome', code: 'd1', at, outcome: 'sent', row: {} });
  for (const each of [outcome(9), outcome(3), notice('n1', 8), notice('n1', 2)]) backlog.add(each);
  expect(backlog.next(9)).toMatchObject([{ at: 9 }, { seenAt: 8 }]);
});

test('what BBB confirmed stands, also when its clock went back since the sending', () => {
  const backlog = createBacklog(10);
  const told = (outcome: 'sent' | 'confirmed', at: number): Line => ({
    type: 'outcome',
    code: 'd1',
    at,
    outcome,
    row: {},
  });
  for (const each of [told('sent', 9), told('confirmed', 3), told('sent', 12)]) backlog.add(each);
  expect(backlog.next(9)).toEqual([told('confirmed', 3)]);
});

test('a list of what runs keeps its own moment: a later one without a list does not make it newer', () => {
  const backlog = createBacklog(10);
  const observation = (at: number, running?: readonly string[]): Line => ({
    type: 'observation',
    at,
    running,
  });
  backlog.add(observation(1));
  backlog.add(observation(2, ['m']));
  // What began between the two moments is not in the list, and has not ended.
  backlog.add(observation(3));
  expect(backlog.next(9)).toEqual([observation(2, ['m'])]);
  backlog.add(observation(4, ['n']));
  backlog.written();
  expect(backlog.next(9)).toEqual([observation(4, ['n'])]);
});

test('an entry that is renewed while it is being written is written again', () => {
  const backlog = createBacklog(10);
  backlog.add(attendance('a1', 1));
  backlog.next(10);
  backlog.add(attendance('a1', 2));
  backlog.written();
  expect(backlog.next(10)).toMatchObject([{ user: 'a1', seenAt: 2 }]);
});

test('an account is not lost when a newer entry no longer knows it', () => {
  const backlog = createBacklog(10);
  backlog.add({ ...attendance('a1', 1), attendee: { ...attendee, external_user_id: 'ann' } } as Line);
  backlog.add(attendance('a1', 2));
  expect(backlog.next(1)).toMatchObject([{ seenAt: 2, attendee: { external_user_id: 'ann' } }]);
});

const stay = (from: number, to: number): PresenceEdge[] => [
  { kind: 'joined', by: 'bus', at: from },
  { kind: 'left', by: 'bus', at: to },
];
const withPresence = (presence: readonly PresenceEdge[], bot = false): Line => ({
  ...(attendance('a1', presence.at(-1)?.at) as Line & { type: 'attendance' }),
  attendee: { ...attendee, bot },
  presence,
});

test('who was forgotten in memory and came back keeps the earlier stay, and stays a bot', () => {
  const backlog = createBacklog(10);
  backlog.add(withPresence(stay(1, 2), true));
  backlog.add(withPresence([{ kind: 'joined', by: 'bus', at: 9 }]));
  backlog.add(withPresence(stay(9, 12)));
  expect(backlog.next(9)).toEqual([withPresence([...stay(1, 2), ...stay(9, 12)], true)]);
});

test('somebody who comes and goes for hours costs a bounded memory; the newest is kept', () => {
  const backlog = createBacklog(10);
  for (let n = 0; n < 2_000; n += 1) backlog.add(withPresence(stay(2 * n, 2 * n + 1)));
  const [kept] = backlog.next(9) as readonly (Line & { type: 'attendance' })[];
  expect(kept?.presence).toHaveLength(256);
  expect(kept?.presence.at(-1)).toEqual({ kind: 'left', by: 'bus', at: 3_999 });
});

test('when it is full attendance goes before notices, notices before decisions, each oldest first', () => {
  const backlog = createBacklog(4);
  for (const line of [attendance('a1'), notice('n1'), attendance('a2'), decision('d1')]) backlog.add(line);
  const left: string[][] = [];
  for (const line of [decision('d2'), notice('n2'), decision('d3'), decision('d4'), decision('d5')]) {
    backlog.add(line);
    left.push(names(backlog.next(10)));
    backlog.failed();
  }
  expect(left).toEqual([
    ['n1', 'a2', 'd1', 'd2'],
    ['n1', 'd1', 'd2', 'n2'],
    ['d1', 'd2', 'n2', 'd3'],
    ['d1', 'd2', 'd3', 'd4'],
    ['d2', 'd3', 'd4', 'd5'],
  ]);
  expect(backlog.dropped).toBe(5);
});

test('what is worth less than all that waits is not taken in', () => {
  const backlog = createBacklog(2);
  for (const line of [decision('d1'), decision('d2'), attendance('a1'), notice('n1')]) backlog.add(line);
  expect(names(backlog.next(9))).toEqual(['d1', 'd2']);
  expect(backlog.dropped).toBe(2);
});

test('what is being written is not given up', () => {
  const backlog = createBacklog(2);
  backlog.add(attendance('a1'));
  backlog.add(attendance('a2'));
  backlog.next(1);
  backlog.add(decision('d1'));
  backlog.failed();
  expect(names(backlog.next(9))).toEqual(['a1', 'd1']);
});

type Step =
  | { readonly do: 'add'; readonly line: Line }
  | { readonly do: 'write'; readonly most: number; readonly succeeds: boolean };

const line = fc.oneof(
  fc.nat(5).map((n) => attendance(`a${n}`)),
  fc.nat(5).map((n) => notice(`n${n}`)),
  fc.nat(999).map((n) => decision(`d${n}`)),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: line.map((each): Step => ({ do: 'add', line: each })) },
  fc.record({
    do: fc.constant('write' as const),
    most: fc.integer({ min: 1, max: 5 }),
    succeeds: fc.boolean(),
  }),
);

test('it never holds more than it may, and every decision is written, waits, or is counted as given up', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 8 }), (steps, capacity) => {
      const backlog = createBacklog(capacity);
      const stored: Line[] = [];
      let added = 0;
      let replaced = 0;
      for (const each of steps) {
        if (each.do === 'add') {
          const [before, droppedBefore] = [backlog.size, backlog.dropped];
          backlog.add(each.line);
          added += 1;
          if (backlog.size === before && backlog.dropped === droppedBefore) replaced += 1;
        } else {
          const lines = backlog.next(each.most);
          expect(lines.length).toBe(Math.min(each.most, backlog.size));
          if (each.succeeds) {
            stored.push(...lines);
            backlog.written();
          } else {
            backlog.failed();
          }
        }
        expect(backlog.size).toBeLessThanOrEqual(capacity);
      }
      const decisions = names(stored).filter((name) => name.startsWith('d'));
      expect(stored.length + backlog.size + backlog.dropped + replaced).toBe(added);
      const order = steps.flatMap((each) =>
        each.do === 'add' && each.line.type === 'decision' ? [nameOf(each.line)] : [],
      );
      let place = 0;
      for (const name of decisions) {
        place = order.indexOf(name, place) + 1;
        expect(place).toBeGreaterThan(0);
      }
    }),
  );
});
