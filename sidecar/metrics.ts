/** Every metric of the service in one registry of its own; counts, never names people. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

const LATENCY_BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

export type Metrics = ReturnType<typeof createMetrics>;

/** A fresh registry: one per app, so that two in one process do not meet. */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  return {
    registry,
    /** Node's own figures; only for the service, tests do without. */
    collectProcessMetrics: () => collectDefaultMetrics({ register: registry, prefix: 'bbb_tiers_' }),
    busMessages: new Counter({
      name: 'bbb_tiers_bus_messages_total',
      help: 'Messages on the bus: irrelevant ones are not parsed, dropped ones could not be.',
      labelNames: ['result'] as const,
      registers,
    }),
    events: new Counter({
      name: 'bbb_tiers_events_total',
      help: 'Events taken in, by type, whichever way they came.',
      labelNames: ['type'] as const,
      registers,
    }),
    webhooks: new Counter({
      name: 'bbb_tiers_webhooks_total',
      help: 'Deliveries of bbb-webhooks by what became of them.',
      labelNames: ['result'] as const,
      registers,
    }),
    decisions: new Counter({
      name: 'bbb_tiers_decisions_total',
      help: 'Decisions by limit, action and outcome; limit is empty for a refused claim.',
      labelNames: ['limit', 'action', 'outcome'] as const,
      registers,
    }),
    claimsRefused: new Counter({
      name: 'bbb_tiers_claims_refused_total',
      help: 'Tier claims that were not taken, by reason.',
      labelNames: ['reason'] as const,
      registers,
    }),
    enforcementLatency: new Histogram({
      name: 'bbb_tiers_enforcement_latency_seconds',
      help: 'From the decision to the moment BBB showed it.',
      labelNames: ['action'] as const,
      buckets: LATENCY_BUCKETS_S,
      registers,
    }),
    meetings: new Gauge({
      name: 'bbb_tiers_meetings',
      help: 'Running meetings that are watched.',
      registers,
    }),
    lanes: new Gauge({
      name: 'bbb_tiers_lanes',
      help: 'Meetings that are being worked on or wait for their time.',
      registers,
    }),
    laneErrors: new Counter({
      name: 'bbb_tiers_lane_errors_total',
      help: 'Runs of a lane that failed and will be repeated.',
      registers,
    }),
    resyncAge: new Gauge({
      name: 'bbb_tiers_resync_age_seconds',
      help: "Seconds since at least one of BBB's two lists of meetings was read.",
      registers,
    }),
    resyncs: new Counter({
      name: 'bbb_tiers_resyncs_total',
      help: 'Readings of all meetings by result.',
      labelNames: ['result'] as const,
      registers,
    }),
    journalPending: new Gauge({
      name: 'bbb_tiers_journal_pending',
      help: 'Entries that wait for PostgreSQL.',
      registers,
    }),
    journalDropped: new Gauge({
      name: 'bbb_tiers_journal_dropped',
      help: 'Entries given up because PostgreSQL stayed away.',
      registers,
    }),
    configReloads: new Counter({
      name: 'bbb_tiers_config_reloads_total',
      help: 'Changes of the configuration by result.',
      labelNames: ['result'] as const,
      registers,
    }),
    checkOk: new Gauge({
      name: 'bbb_tiers_check_ok',
      help: 'The checks of /readyz by name: 1 ok, 0 not ok.',
      labelNames: ['check'] as const,
      registers,
    }),
    clockSkew: new Gauge({
      name: 'bbb_tiers_clock_skew_seconds',
      help: "Wall clock of this host minus BBB's, 0 below two seconds and before BBB's first time stamp.",
      registers,
    }),
  };
}
