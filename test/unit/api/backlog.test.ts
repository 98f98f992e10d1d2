import * as fc from 'fast-check';
import { createBacklog, type Sendable } from '../../../sidecar/api/stream/backlog';

const message = (id: number, length = 10): Sendable => ({ id, type: 'meeting', json: 'x'.repeat(length) });
const idsAfter = (backlog: ReturnType<typeof createBacklog>, id: number): number[] | undefined =>
  backlog.after(id)?.map((each) => each.id);

test('all after an id, nothing for the newest, nothing told for what it cannot know', () => {
  const backlog = createBacklog(100);
  expect(backlog.after(100)).toEqual([]);
  backlog.add(message(101));
  backlog.add(message(103));
  expect(idsAfter(backlog, 100)).toEqual([101, 103]);
  // 102 was a snapshot that only one reader got.
  expect(idsAfter(backlog, 102)).toEqual([103]);
  expect(idsAfter(backlog, 103)).toEqual([]);
  for (const id of [99, 104, Number.NaN, 100.5, Number.MAX_SAFE_INTEGER + 1])
    expect(backlog.after(id)).toBeUndefined();
});

test('forgetting makes all that was before unknown', () => {
  const backlog = createBacklog(0);
  backlog.add(message(1));
  backlog.clear(5);
  expect(backlog.after(1)).toBeUndefined();
  expect(backlog.after(5)).toEqual([]);
});

test('bounded in number and size; what it answers is always whole', () => {
  void fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.nat(20), fc.integer({ min: 100_000, max: 900_000 })), { maxLength: 40 }),
      fc.nat(50),
      (lengths, asked) => {
        const backlog = createBacklog(0);
        for (const [index, length] of lengths.entries()) backlog.add(message(index + 1, length));
        const found = idsAfter(backlog, asked);
        if (found === undefined) return;
        expect(found).toEqual(
          Array.from({ length: lengths.length - asked }, (_, index) => asked + index + 1),
        );
        expect(lengths.slice(asked).reduce((sum, length) => sum + length, 0)).toBeLessThanOrEqual(2_000_000);
      },
    ),
  );
  const backlog = createBacklog(0);
  for (let id = 1; id <= 2_500; id += 1) backlog.add(message(id, 1));
  expect(backlog.after(499)).toBeUndefined();
  expect(backlog.after(500)).toHaveLength(2_000);
});
