/** Our own types as the API shows them: decisions, tiers, tenants, usage, configuration, readiness. Only turns; looks nothing up. */
import { posix } from 'node:path';
import type { ConfigState } from '../config-source';
import type { Config, Tenant } from '../core/config';
import { createParams } from '../core/create-params';
import { explain } from '../core/explain';
import type { Tier } from '../core/tier';
import type { Readiness } from '../http/routes/health';
import type { Usage } from '../ledger/usage';
import type { DecisionOutcome, DecisionRecord } from '../loop/ports';
import type {
  ConfigView,
  DecisionView,
  ReadinessView,
  TenantView,
  TiersView,
  TierView,
  UsageRow,
} from './schemas';

/** A decision of the log, or one that is on its way into it. */
export interface KnownDecision extends DecisionRecord {
  /** Undefined: not stored yet. */
  readonly id?: string | undefined;
  readonly outcome: Omit<DecisionOutcome, 'code'> | undefined;
}

/** JSON has no NaN and no infinity: neither is a number that somebody saw. */
function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}

export function decisionView(decision: KnownDecision): DecisionView {
  const { reason, outcome } = decision;
  return {
    id: Number(decision.id ?? 0),
    code: decision.code,
    at: decision.at,
    internal_meeting_id: decision.internalMeetingId,
    external_meeting_id: decision.externalMeetingId,
    action: decision.action,
    limit: reason?.limit ?? null,
    enforce: reason?.enforce ?? null,
    value: finite(reason?.value),
    allowed: finite(reason?.allowed),
    tenant: decision.tenant ?? null,
    tier: decision.tier ?? null,
    config_version: decision.configVersion,
    subject: decision.subject ?? null,
    dry_run: decision.dryRun,
    detail: decision.detail ?? null,
    outcome: outcome?.outcome ?? null,
    outcome_at: outcome?.at ?? null,
    attempts: outcome?.attempts ?? null,
    sent: outcome?.sent ?? null,
    latency_ms: outcome?.latencyMs ?? null,
    sentence: explain(decision),
  };
}

export function tierView(tier: Tier): TierView {
  return {
    code: tier.code,
    title: tier.title,
    server: tier.server,
    branding: tier.branding,
    accounts: tier.accounts,
    rooms_per_account: tier.roomsPerAccount,
    ...tier.limits,
    create_params: createParams(tier.limits),
    setup_fee: tier.setupFee,
    monthly_fee: tier.monthlyFee,
  };
}

export function tiersView({ tiers, version }: Config): TiersView {
  return {
    currency: tiers.currency,
    default_tier: tiers.defaultTier,
    setup_fee_waived_from_months: tiers.setupFeeWaivedFromMonths ?? null,
    config_version: version,
    items: [...tiers.tiers.values()].map(tierView),
  };
}

export function tenantView(tenant: Tenant, runningMeetings: number): TenantView {
  return {
    id: tenant.id,
    host: tenant.host,
    tier: tenant.tier,
    tier_by_role: tenant.tierByRole,
    unknown_owner: tenant.unknownOwner,
    branding: tenant.branding !== undefined,
    running_meetings: runningMeetings,
  };
}

export function usageView(usage: Usage, month: string): UsageRow {
  return {
    tenant: usage.tenant ?? null,
    account: usage.account ?? null,
    period: usage.day ?? month,
    meetings: usage.meetings,
    meeting_minutes: usage.meetingMinutes,
    participant_minutes: usage.participantMinutes,
    peak_participants: usage.peakParticipants,
    recorded_minutes: usage.recordedMinutes,
    dial_in_minutes: usage.dialInMinutes,
  };
}

/** Files by their names alone: where they lie on the machine is nobody's business here. */
export function configView({ version, loadedAt, problems }: ConfigState): ConfigView {
  return {
    version,
    loaded_at: loadedAt,
    problems: problems.map(({ file, line, col, path, message }) => ({
      file: posix.basename(file),
      line,
      col,
      path,
      message,
    })),
  };
}

export function readinessView(checks: Readonly<Record<string, Readiness>>): ReadinessView {
  const isReady = Object.values(checks).every((check) => check.ok);
  return {
    status: isReady ? 'ready' : 'not ready',
    checks: Object.fromEntries(
      Object.entries(checks).map(([name, { ok, detail }]) => [name, { ok, detail }]),
    ),
  };
}
