/** The decision log: pages of it, and one decision by its code; writes nothing. */
import { formatCursor } from '../../store/cursor';
import { readDecisions } from '../../store/decisions';
import { defineOperation, type Operation } from '../operation';
import { decisionPath, decisionQuery, pageSizeOf } from '../parameters';
import { Refusal } from '../problem';
import * as schemas from '../schemas';
import { decisionView } from '../views';
import { type OperationDeps, READ } from './deps';

export function decisionOperations({ reads, recent }: OperationDeps): readonly Operation[] {
  return [
    defineOperation({
      ...READ,
      id: 'listDecisions',
      path: '/decisions',
      summary: 'The decision log, newest first, in pages that what is added does not shift.',
      querySchema: decisionQuery,
      answer: schemas.decisionPage,
      errors: [503],
      async run({ query }) {
        const { size, cursor, since, until, ...filter } = query;
        const request = { size: pageSizeOf(size), after: cursor };
        const page = await reads.of((pool) =>
          readDecisions(pool, { ...filter, from: since, to: until }, request),
        );
        return {
          items: page.rows.map(decisionView),
          next_cursor: page.next === undefined ? null : formatCursor(page.next),
        };
      },
    }),
    defineOperation({
      ...READ,
      id: 'getDecision',
      path: '/decisions/{code}',
      summary: 'The newest decision with this code.',
      pathSchema: decisionPath,
      answer: schemas.decision,
      errors: [404, 503],
      async run({ path }) {
        // The newest ones may not have reached the database yet.
        const known = recent.get(path.code);
        if (known !== undefined) return decisionView(known);
        const page = await reads.of((pool) => readDecisions(pool, { code: path.code }, { size: 1 }));
        const [found] = page.rows;
        if (found === undefined) throw new Refusal(404, 'No decision that is still kept has this code.');
        return decisionView(found);
      },
    }),
  ];
}
