/** Puts the keeper of recordings together with what removes them; decides nothing. */
import type { Pool } from 'pg';
import type { AdminApi } from '../api/admin-api';
import type { BbbApi } from '../bbb-api/client';
import type { ConfigSource } from '../config-source';
import type { Clock } from '../core/clock';
import { makeDecisionCode } from '../core/decision-code';
import type { Log } from '../log';
import type { Metrics } from '../metrics';
import type { PgJournal } from '../store/journal';
import { createRecordingKeeper, type RecordingKeeper } from './keeper';
import { createRemover } from './remove';

export interface RecordingDeps {
  readonly config: ConfigSource;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Integers in `[0, below)`. */
  readonly randomInt: (below: number) => number;
  readonly pool: Pool;
  readonly api: BbbApi;
  readonly journal: PgJournal;
  readonly now: () => number;
  readonly dryRun: boolean;
  readonly adminApi: Pick<AdminApi, 'onDecision' | 'onOutcome'>;
}

/** The keeper with its remover, over the service's own parts. */
export function keepRecordings(deps: RecordingDeps): RecordingKeeper {
  const remover = createRemover({
    ...deps,
    makeCode: () => makeDecisionCode(deps.randomInt),
    config: deps.config.current,
    onDecision: deps.adminApi.onDecision,
    onOutcome: deps.adminApi.onOutcome,
  });
  return createRecordingKeeper({ ...deps, remover, config: deps.config.current });
}
