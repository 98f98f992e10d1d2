/** Months as usage takes them. */
import { monthBounds } from '../../../sidecar/ledger/usage';

test.each([
  ['2026-11', { from: '2026-11-01', to: '2026-12-01' }],
  ['2026-12', { from: '2026-12-01', to: '2027-01-01' }],
  ['2028-02', { from: '2028-02-01', to: '2028-03-01' }],
])('%s', (month, bounds) => {
  expect(monthBounds(month)).toEqual(bounds);
});

test.each([
  '',
  '2026',
  '2026-13',
  '2026-00',
  '2026-1',
  '2026-11-01',
  ' 2026-11',
  '2026-11\n',
  '0001-01',
  '9999-12',
  "2026-11'--",
  '２０２６-11',
])('%j is no month', (month) => {
  expect(monthBounds(month)).toBeUndefined();
});
