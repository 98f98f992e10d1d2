/** The admin API put together: operations, stream, rights and limits over the running service; opens no port and holds no policy. */
import type { Router } from 'express';
import type { ConfigSource } from '../config-source';
import type { Clock } from '../core/clock';
import { makeDecisionCode } from '../core/decision-code';
import type { Meeting } from '../core/meeting';
import type { Readiness } from '../http/routes/health';
import { createCountDue } from '../ledger/count-due';
import { rollUp } from '../ledger/roll-up';
import type { Log } from '../log';
import type { DecisionOutcome, DecisionRecord, Effects, Journal } from '../loop/ports';
import type { Metrics } from '../metrics';
import { readDecisions } from '../store/decisions';
import { createDatabaseReads } from './database-reads';
import { type ApiLimits, createRateLimits, DEFAULT_LIMITS } from './limits';
import { createLiveMeetings, type LiveState } from './live-meetings';
import { createOperations } from './operations';
import { createOperatorEnd } from './operator-end';
import { createRecentDecisions } from './recent-decisions';
import { apiRouter } from './router';
import type { DecisionView } from './schemas';
import { createHub } from './stream/hub';
import { configView, decisionView, readinessView } from './views';

export interface AdminApiDeps {
  /** ADMIN_JWT_SECRET. */
  readonly secret: string;
  readonly databaseUrl: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly config: ConfigSource;
  /** The loop, which needs the hooks below before it can be made; asked only when somebody calls. */
  readonly state: () => LiveState;
  readonly readiness: () => Readonly<Record<string, Readiness>>;
  readonly journal: Pick<Journal, 'write'>;
  readonly effects: Pick<Effects, 'endMeeting'>;
  readonly dryRun: boolean;
  /** False: nothing is said before the end of a meeting. */
  readonly notices: boolean;
  /** Integers in `[0, below)`, for decision codes. */
  readonly randomInt: (below: number) => number;
  readonly limits?: Partial<ApiLimits>;
}

export interface AdminApi {
  /** Answers everything under `/api`. */
  readonly router: Router;
  /** The loop's hooks of the same names. */
  readonly onChange: (before: Meeting | undefined, after: Meeting) => void;
  readonly onTier: (id: Meeting['internalMeetingId']) => void;
  readonly onDecision: (decision: DecisionRecord) => void;
  readonly onOutcome: (outcome: DecisionOutcome) => void;
  /** The configuration changed. */
  readonly onConfig: () => void;
  /** The newest decision with this code, for the members' page. Throws Refusal 503 when the database does not answer. */
  readonly decisionOf: (code: string) => Promise<DecisionView | undefined>;
  /** Ends the streams and closes the database connections; before the server is closed. */
  close(): Promise<void>;
}

/** Makes it. Nothing is connected before the first call. */
export function createAdminApi(deps: AdminApiDeps): AdminApi {
  const { clock, log, config, state } = deps;
  const limits = { ...DEFAULT_LIMITS, ...deps.limits };
  const recent = createRecentDecisions();
  const live = createLiveMeetings({
    state,
    noticesMs: () => (deps.notices ? config.current().tiers.noticesMs : []),
    dryRun: deps.dryRun,
    hasMarked: recent.hasMarked,
  });
  const configNow = () => configView(config.state());
  const readinessNow = () => readinessView(deps.readiness());
  const hub = createHub({ clock, live, configNow, readinessNow, mostStreams: limits.streams });
  const onDecision = (decision: DecisionRecord): void => hub.onDecision(recent.add(decision));
  const onOutcome = (outcome: DecisionOutcome): void => {
    const known = recent.outcome(outcome);
    if (known !== undefined) hub.onDecision(known);
  };
  const operatorEnd = createOperatorEnd({
    ...deps,
    now: () => state().now(),
    configVersion: () => config.current().version,
    makeCode: () => makeDecisionCode(deps.randomInt),
    onDecision,
    onOutcome,
  });
  const reads = createDatabaseReads(deps.databaseUrl, log);
  const rates = createRateLimits(limits);
  const operations = createOperations({
    live,
    state,
    config,
    configNow,
    readinessNow,
    reads,
    countDue: createCountDue(rollUp, clock, log),
    recent,
    operatorEnd,
  });
  return {
    router: apiRouter({ secret: deps.secret, clock, log, rates, operations, openStream: hub.open }),
    onChange(before, after) {
      hub.onChange(before, after);
      if (after.ended === undefined) return;
      operatorEnd.ended(after.internalMeetingId);
      if (after.ended.certain) recent.forgetMeeting(after.internalMeetingId);
    },
    onTier: hub.onTier,
    onDecision,
    onOutcome,
    onConfig: hub.onConfig,
    async decisionOf(code) {
      const known = recent.get(code);
      if (known !== undefined) return decisionView(known);
      const { rows } = await reads.of((pool) => readDecisions(pool, { code }, { size: 1 }));
      return rows[0] === undefined ? undefined : decisionView(rows[0]);
    },
    async close() {
      hub.close();
      operatorEnd.close();
      rates.close();
      await reads.close();
    },
  };
}
