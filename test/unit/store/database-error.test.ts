/** Which errors blame the values, and what of an error may be told. */
import { DatabaseError } from 'pg';
import { describeDatabaseError, errorCode, isValueFault } from '../../../sidecar/store/database-error';

function fromServer(code: string, message = 'said'): DatabaseError {
  return Object.assign(new DatabaseError(message, message.length, 'error'), { code });
}

function fromSystem(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

test.each(['22021', '22P02', '22003', '23505', '23514', '54000'])('%s blames the values', (code) => {
  expect(isValueFault(fromServer(code))).toBe(true);
});

test.each([
  ['57P01', 'the server is going down'],
  ['57014', 'a statement took too long'],
  ['53100', 'the disk is full'],
  ['40P01', 'a deadlock'],
  ['25006', 'a read-only standby'],
  ['42P01', 'tables that are not there yet'],
  ['42501', 'a right that is missing'],
  ['28P01', 'a wrong password'],
  ['3D000', 'no such database'],
])('%s does not: %s', (code) => {
  expect(isValueFault(fromServer(code))).toBe(false);
});

test('what could not be put into words is the values’ fault, a lost connection is not', () => {
  expect(isValueFault(new RangeError('Invalid time value'))).toBe(true);
  expect(isValueFault(fromSystem('ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:5432'))).toBe(false);
  expect(isValueFault(new Error('Query read timeout'))).toBe(false);
  expect(isValueFault('thrown text')).toBe(false);
});

test('no value and no password is ever told', () => {
  const quoting = fromServer('22P02', 'invalid input syntax for type bigint: "Ann Example, ann@example.org"');
  expect(describeDatabaseError(quoting)).toBe('22P02');
  const url = new Error('cannot reach postgres://sidecar:hunter2@db.example/tiers\nat line 2');
  expect(describeDatabaseError(url)).toBe('cannot reach postgres://db.example/tiers');
  expect(describeDatabaseError(new RangeError('found Ann'))).toBe('invalid value');
});

test('where it helps the code is told too, once', () => {
  const refused = fromSystem('ECONNREFUSED', 'connect ECONNREFUSED ::1:5432');
  expect(describeDatabaseError(refused)).toBe('connect ECONNREFUSED ::1:5432');
  expect(describeDatabaseError(fromServer('3D000', 'database "x" does not exist'))).toBe(
    '3D000 database "x" does not exist',
  );
  expect(describeDatabaseError(new AggregateError([refused, refused]))).toBe('connect ECONNREFUSED ::1:5432');
  expect(describeDatabaseError('text')).toBe('text');
  expect(describeDatabaseError(new Error('x'.repeat(10_000))).length).toBeLessThanOrEqual(200);
  expect(errorCode({ code: 7 })).toBeUndefined();
});
