/** Usage and series out of the database; adds nothing up itself. */
import { readUsage } from '../../ledger/usage';
import { defineOperation, type Operation } from '../operation';
import { seriesHoursOf, seriesQuery, usageQuery } from '../parameters';
import { readSeries } from '../read-series';
import * as schemas from '../schemas';
import { usageView } from '../views';
import { type OperationDeps, READ } from './deps';

export function figureOperations({ reads, state, countDue }: OperationDeps): readonly Operation[] {
  const now = (): number => state().now();
  return [
    defineOperation({
      ...READ,
      id: 'getUsage',
      path: '/usage',
      summary: 'What tenants or accounts used in a month, running meetings up to five minutes ago.',
      querySchema: usageQuery,
      answer: schemas.usage,
      errors: [503],
      async run({ query }) {
        const month = query.month ?? new Date(now()).toISOString().slice(0, 'YYYY-MM'.length);
        const { tenant, by = 'tenant', granularity: per = 'month' } = query;
        const rows = await reads.of(async (pool) => {
          await countDue(pool);
          return readUsage(pool, { month, tenant, by, per });
        });
        return { month, items: rows.map((row) => usageView(row, month)) };
      },
    }),
    defineOperation({
      ...READ,
      id: 'getSeries',
      path: '/series',
      summary: 'People at once, meetings and decisions over the last hours, for charts.',
      querySchema: seriesQuery,
      answer: schemas.series,
      errors: [503],
      run: ({ query }) => reads.of((pool) => readSeries(pool, seriesHoursOf(query.hours), now())),
    }),
  ];
}
