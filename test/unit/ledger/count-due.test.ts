/** Counting before usage is read: one at a time, for at most a second, and never in the way of the reading. */
import type { Pool } from 'pg';
import { createCountDue } from '../../../sidecar/ledger/count-due';
import { manualClock } from '../../support/clock';

const pool = {} as Pool;

function counting() {
  const clock = manualClock(0);
  const warnings: unknown[] = [];
  const begun: { resolve(): void; reject(error: Error): void }[] = [];
  const count = () => new Promise<void>((resolve, reject) => void begun.push({ resolve, reject }));
  const countDue = createCountDue(count, clock, { warn: (fields: unknown) => void warnings.push(fields) });
  return { clock, warnings, begun, countDue };
}

test('whoever comes while it is counted waits for the same count, the next one has it counted anew', async () => {
  const { begun, countDue, warnings } = counting();
  const both = [countDue(pool), countDue(pool)];
  expect(begun).toHaveLength(1);
  begun[0]?.resolve();
  await Promise.all(both);
  const third = countDue(pool);
  expect(begun).toHaveLength(2);
  begun[1]?.resolve();
  await third;
  expect(warnings).toEqual([]);
});

test('it takes longer than a second: the reader goes on, and so does the count', async () => {
  const { clock, begun, countDue, warnings } = counting();
  let isRead = false;
  const reading = countDue(pool).then(() => {
    isRead = true;
  });
  await clock.advance(999);
  expect(isRead).toBe(false);
  await clock.advance(1);
  await reading;
  expect(warnings).toEqual([{ reason: 'no answer within 1000 ms' }]);
  const second = countDue(pool);
  expect(begun).toHaveLength(1);
  begun[0]?.resolve();
  await second;
});

test('it fails, also after nobody waits any more: the reader goes on, and no promise is left unheard', async () => {
  const { clock, begun, countDue, warnings } = counting();
  const failed = countDue(pool);
  begun[0]?.reject(new Error('the database is away'));
  await failed;
  expect(warnings).toEqual([{ reason: 'the database is away' }]);
  const late = countDue(pool);
  await clock.advance(1_000);
  await late;
  begun[1]?.reject(new Error('later'));
  await new Promise(setImmediate);
  expect(warnings).toHaveLength(2);
});
