/** What the API makes of a read that failed: a database that is away is told so, a fault of our own is not put down to it. */
import pino from 'pino';
import { createDatabaseReads, type DatabaseReads } from '../../../sidecar/api/database-reads';
import { Refusal } from '../../../sidecar/api/problem';

let reads: DatabaseReads;
beforeEach(() => {
  // Nobody listens there: only the last test connects at all.
  reads = createDatabaseReads('postgres://nobody@127.0.0.1:9/none', pino({ level: 'silent' }));
});
afterEach(() => reads.close());

const failing = (error: Error) => reads.of(() => Promise.reject(error)).catch((thrown: unknown) => thrown);

test.each([
  ['a moment that is none', new RangeError('expected epoch milliseconds')],
  ['a value that PostgreSQL does not take', Object.assign(new Error('out of range'), { code: '22008' })],
])('%s is thrown on as it is', async (_case, error) => {
  expect(await failing(error)).toBe(error);
});

test.each([
  ['statement timeout', '57014'],
  ['shutdown', '57P01'],
  ['refused', 'ECONNREFUSED'],
])('%s: 503, and when to come back', async (_case, code) => {
  const refusal = await failing(Object.assign(new Error('away'), { code }));
  expect(refusal).toBeInstanceOf(Refusal);
  expect(refusal).toMatchObject({ status: 503, headers: { 'Retry-After': '5' } });
});

test('a database that is not there: 503', async () => {
  await expect(reads.of((pool) => pool.query('select 1'))).rejects.toMatchObject({ status: 503 });
});
