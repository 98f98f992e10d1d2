/** What the operations stand on, and what most of them have in common; holds no operation. */
import type { Pool } from 'pg';
import type { ConfigSource } from '../../config-source';
import type { DatabaseReads } from '../database-reads';
import type { LiveMeetings, LiveState } from '../live-meetings';
import type { OperatorEnd } from '../operator-end';
import { noQuery } from '../parameters';
import type { RecentDecisions } from '../recent-decisions';
import type { ConfigView, ReadinessView } from '../schemas';

export interface OperationDeps {
  readonly live: LiveMeetings;
  readonly state: () => LiveState;
  readonly config: Pick<ConfigSource, 'current' | 'reloadNow'>;
  readonly configNow: () => ConfigView;
  readonly readinessNow: () => ReadinessView;
  readonly reads: DatabaseReads;
  /** Brings the ledger up to date before it is read; never rejects. */
  readonly countDue: (pool: Pool) => Promise<void>;
  readonly recent: RecentDecisions;
  readonly operatorEnd: OperatorEnd;
}

/** A reading without parameters; each operation says what differs. */
export const READ = {
  method: 'get',
  role: 'viewer',
  status: 200,
  pathSchema: noQuery,
  querySchema: noQuery,
} as const;
