/** Every call of `/api/v1` but the stream, as data: paths, rights, what is taken and answered, and what answers it. */

import type { ConfigSource } from '../config-source';
import { readUsage } from '../ledger/usage';
import { formatCursor } from '../store/cursor';
import { readDecisions } from '../store/decisions';
import type { DatabaseReads } from './database-reads';
import type { LiveMeetings, LiveState } from './live-meetings';
import { defineOperation, type Operation } from './operation';
import type { OperatorEnd } from './operator-end';
import {
  decisionPath,
  decisionQuery,
  meetingPath,
  noQuery,
  pageSizeOf,
  seriesHoursOf,
  seriesQuery,
  usageQuery,
} from './parameters';
import { Refusal } from './problem';
import { readSeries } from './read-series';
import type { RecentDecisions } from './recent-decisions';
import type { ConfigView, ReadinessView } from './schemas';
import * as schemas from './schemas';
import { decisionView, tenantView, tiersView, usageView } from './views';

export interface OperationDeps {
  readonly live: LiveMeetings;
  readonly state: () => LiveState;
  readonly config: Pick<ConfigSource, 'current' | 'reloadNow'>;
  readonly configNow: () => ConfigView;
  readonly readinessNow: () => ReadinessView;
  readonly reads: DatabaseReads;
  readonly recent: RecentDecisions;
  readonly operatorEnd: OperatorEnd;
}

const noPath = noQuery;
const READ = {
  method: 'get',
  role: 'viewer',
  status: 200,
  pathSchema: noPath,
  querySchema: noQuery,
} as const;

/** Throws Refusal 404, or 409 for one that has just ended. */
function running({ live }: OperationDeps, id: string) {
  const meeting = live.find(id);
  if (meeting === undefined || (meeting.props === undefined && meeting.ended === undefined))
    throw new Refusal(404, 'No running meeting has this internal or external id.');
  if (meeting.ended !== undefined) throw new Refusal(409, 'This meeting has ended.');
  return meeting;
}

function meetingOperations(deps: OperationDeps): readonly Operation[] {
  const { live, operatorEnd, recent } = deps;
  return [
    defineOperation({
      ...READ,
      id: 'listMeetings',
      path: '/meetings',
      summary: 'The running meetings, newest first.',
      answer: schemas.meetings,
      errors: [],
      run: () => ({ items: [...live.all()] }),
    }),
    defineOperation({
      ...READ,
      id: 'getMeeting',
      path: '/meetings/{id}',
      summary: 'One running meeting.',
      pathSchema: meetingPath,
      answer: schemas.liveMeeting,
      errors: [404],
      run({ path }) {
        const meeting = live.find(path.id);
        const shown = meeting === undefined ? undefined : live.one(meeting.internalMeetingId);
        if (shown === undefined)
          throw new Refusal(404, 'No running meeting has this internal or external id.');
        return shown;
      },
    }),
    defineOperation({
      ...READ,
      id: 'endMeeting',
      method: 'post',
      path: '/meetings/{id}/end',
      summary: 'Ends a running meeting. The answer is the decision as it is now; BBB confirms it later.',
      role: 'operator',
      status: 202,
      pathSchema: meetingPath,
      answer: schemas.decision,
      errors: [404, 409],
      async run({ path, admin }) {
        const meeting = running(deps, path.id);
        const assignment = deps.state().tiers.known(meeting.internalMeetingId);
        const code = await operatorEnd.end(meeting, assignment, admin.subject);
        const decision = recent.get(code);
        if (decision === undefined) throw new Error('a decision was made and is not known');
        return decisionView(decision);
      },
    }),
  ];
}

function decisionOperations({ reads, recent }: OperationDeps): readonly Operation[] {
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

function configOperations(deps: OperationDeps): readonly Operation[] {
  const { config, live } = deps;
  return [
    defineOperation({
      ...READ,
      id: 'listTiers',
      path: '/tiers',
      summary: 'The tiers as they are enforced.',
      answer: schemas.tiers,
      errors: [],
      run: () => tiersView(config.current()),
    }),
    defineOperation({
      ...READ,
      id: 'listTenants',
      path: '/tenants',
      summary: 'The tenants and how many meetings each of them has running.',
      answer: schemas.tenants,
      errors: [],
      run() {
        const counts = live.countByTenant();
        const tenants = [...config.current().tenants.values()];
        return { items: tenants.map((tenant) => tenantView(tenant, counts.get(tenant.id) ?? 0)) };
      },
    }),
    defineOperation({
      ...READ,
      id: 'getConfig',
      path: '/config',
      summary: 'Which configuration runs, and what is wrong with the files as they are now.',
      answer: schemas.configState,
      errors: [],
      run: deps.configNow,
    }),
    defineOperation({
      ...READ,
      id: 'getReadiness',
      path: '/readiness',
      summary: 'Each dependency by name, as /readyz tells it.',
      answer: schemas.readiness,
      errors: [],
      run: deps.readinessNow,
    }),
    defineOperation({
      ...READ,
      id: 'reload',
      method: 'post',
      path: '/reload',
      summary: 'Reads the files now. With problems in the answer the last good configuration stays.',
      role: 'operator',
      answer: schemas.configState,
      errors: [],
      run() {
        config.reloadNow();
        return deps.configNow();
      },
    }),
  ];
}

function figureOperations({ reads, state }: OperationDeps): readonly Operation[] {
  const now = (): number => state().bbbClock.now();
  return [
    defineOperation({
      ...READ,
      id: 'getUsage',
      path: '/usage',
      summary: 'What tenants or accounts used in a month.',
      querySchema: usageQuery,
      answer: schemas.usage,
      errors: [503],
      async run({ query }) {
        const month = query.month ?? new Date(now()).toISOString().slice(0, 'YYYY-MM'.length);
        const { tenant, by = 'tenant', granularity: per = 'month' } = query;
        const rows = await reads.of((pool) => readUsage(pool, { month, tenant, by, per }));
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

/** In the order of the document. */
export function createOperations(deps: OperationDeps): readonly Operation[] {
  return [
    ...meetingOperations(deps),
    ...decisionOperations(deps),
    ...configOperations(deps),
    ...figureOperations(deps),
  ];
}
