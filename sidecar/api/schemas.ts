/** What the admin API says and takes, as zod schemas: OpenAPI, answers, command line and page all follow these. Holds no logic. */
import { z } from 'zod';
import { UNKNOWN_OWNER_RULES } from '../core/config';
import { ENFORCEMENTS } from '../core/limits/define-limit';
import { type AnyLimit, LIMITS } from '../core/limits/index';
import type { TierLimits } from '../core/tier';

export const ACTIONS = [
  'send-notice',
  'end-meeting',
  'eject-user',
  'stop-recording',
  'mark-recording',
  'record-breach',
  'refuse-claim',
  'delete-recording',
] as const;
export const OUTCOMES = ['confirmed', 'sent', 'noted', 'failed', 'dry-run', 'moot'] as const;

const epochMs = z.number().int().meta({ description: 'epoch milliseconds' });
const enforcement = z.enum(ENFORCEMENTS);
export const limitName = z.enum(LIMITS.map(({ name }) => name));
const unlimited = z.literal('unlimited');
const internalMeetingId = z.string().min(1).max(256);
const code = z
  .string()
  .regex(/^[2-9A-Z]{3}-[2-9A-Z]{3}$/)
  .meta({ description: 'decision code such as K7Q-2MX' });

/** A running meeting as operators see it. Names the meeting, never a person. */
export const liveMeeting = z
  .object({
    internal_meeting_id: internalMeetingId,
    external_meeting_id: z.string(),
    name: z.string().meta({ description: 'as its creator named it: not to be trusted' }),
    is_breakout: z.boolean(),
    parent_internal_meeting_id: z.string().nullable(),
    tenant: z.string().nullable(),
    tier: z.string().nullable().meta({ description: 'null while it is unknown: then `tier_unknown` is set' }),
    tier_title: z.string().nullable(),
    tier_source: z.enum(['claim', 'role', 'host', 'default', 'parent']).nullable(),
    tier_unknown: z
      .object({ waits_for: z.enum(['database', 'greenlight']), until: epochMs })
      .nullable()
      .meta({
        description:
          "set while the tier cannot be read: from the service's own `database`, or from the tenant's `greenlight` database; `until`: the next try. Nobody is removed and nothing ended, stopped or marked then; `places` is unlimited and `ends_at` BBB's own end",
      }),
    created_at: epochMs,
    ends_at: epochMs
      .nullable()
      .meta({ description: "the earlier of the tier's and BBB's own end; null: unlimited" }),
    remaining_seconds: z.number().int().nullable(),
    duration_enforce: enforcement,
    people: z
      .number()
      .int()
      .meta({ description: 'counted as the tier counts: accounts and phone callers, no bots' }),
    places: z.union([z.number().int(), unlimited]),
    participants_enforce: enforcement,
    unknown_owner: z.enum(UNKNOWN_OWNER_RULES).nullable().meta({
      description:
        'who keeps their seat when it is full, as its owner is unknown; null where the owner is known, places are unlimited, or it is a breakout room',
    }),
    dial_ins: z.number().int(),
    recording: z.enum(['off', 'on', 'unknown']),
    recording_allowed: z.boolean(),
    recording_marked: z.boolean().meta({ description: 'what was recorded will not be published' }),
    next: z
      .object({ action: z.enum(['send-notice', 'end-meeting', 'look-again']), at: epochMs })
      .nullable()
      .meta({ description: 'what will happen next if nobody does anything' }),
  })
  .meta({ id: 'Meeting' });

/** One decision, with everything that explains it. */
export const decision = z
  .object({
    id: z
      .number()
      .int()
      .meta({ description: "the log's own number; 0 while it is not stored yet: go by the code" }),
    code,
    at: epochMs,
    internal_meeting_id: z.string(),
    external_meeting_id: z.string(),
    action: z.string(),
    limit: limitName.nullable(),
    enforce: enforcement.nullable(),
    value: z.number().nullable(),
    allowed: z.number().nullable(),
    tenant: z.string().nullable(),
    tier: z.string().nullable(),
    config_version: z.string(),
    subject: z.string().nullable().meta({ description: 'external user id of the person it is about' }),
    dry_run: z.boolean(),
    detail: z.string().nullable(),
    outcome: z.enum(OUTCOMES).nullable(),
    outcome_at: epochMs.nullable(),
    attempts: z.number().int().nullable(),
    sent: z.string().nullable(),
    latency_ms: z.number().nullable(),
    sentence: z.string().meta({ description: 'the decision in one plain English sentence' }),
  })
  .meta({ id: 'Decision' });

export const decisionPage = z
  .object({ items: z.array(decision), next_cursor: z.string().nullable() })
  .meta({ id: 'DecisionPage' });

type LimitShape = { [Name in keyof TierLimits]: z.ZodType<TierLimits[Name]> };
const limitShape = Object.fromEntries(
  LIMITS.map(({ name, valueSchema }: AnyLimit) => [
    name,
    z.object({ max: z.union([valueSchema, unlimited]), enforce: enforcement }),
  ]),
) as unknown as LimitShape;

export const tier = z
  .object({
    code: z.string(),
    title: z.string(),
    server: z.enum(['shared', 'dedicated']),
    branding: z.boolean(),
    accounts: z.union([z.number().int(), unlimited]),
    rooms_per_account: z.union([z.number().int(), unlimited]),
    ...limitShape,
    create_params: z.record(z.string(), z.string()).meta({
      description:
        "parameters of BBB's `create` that make BBB itself hold the tier's hard limits, for whoever creates meetings by other means than the Greenlight overlay, which gives the same; `duration` in minutes. A lower number of the caller's own may stay, but not 0, which is no limit to BBB",
    }),
    setup_fee: z.number(),
    monthly_fee: z.union([z.number(), z.literal('on-request')]),
  })
  .meta({ id: 'Tier' });

export const tiers = z
  .object({
    currency: z.string(),
    default_tier: z.string(),
    setup_fee_waived_from_months: z.number().int().nullable(),
    config_version: z.string(),
    items: z.array(tier),
  })
  .meta({ id: 'Tiers' });

export const tenant = z
  .object({
    id: z.string(),
    host: z.string(),
    tier: z.string(),
    tier_by_role: z.boolean(),
    unknown_owner: z.enum(UNKNOWN_OWNER_RULES),
    branding: z.boolean(),
    running_meetings: z.number().int(),
  })
  .meta({ id: 'Tenant' });

export const tenants = z.object({ items: z.array(tenant) }).meta({ id: 'Tenants' });
export const meetings = z.object({ items: z.array(liveMeeting) }).meta({ id: 'Meetings' });

/** Usage by tenant, or by account (the owner's external user id) of a tenant, by day or by month. */
export const usageRow = z
  .object({
    tenant: z.string().nullable(),
    account: z.string().nullable(),
    period: z.string().meta({ description: '2026-11 or 2026-11-02, UTC' }),
    meetings: z.number().int(),
    meeting_minutes: z.number(),
    participant_minutes: z.number(),
    peak_participants: z.number().int(),
    recorded_minutes: z.number(),
    dial_in_minutes: z.number(),
  })
  .meta({ id: 'UsageRow' });
export const usage = z.object({ month: z.string(), items: z.array(usageRow) }).meta({ id: 'Usage' });

export const configProblem = z.object({
  file: z.string(),
  line: z.number().int(),
  col: z.number().int(),
  path: z.string(),
  message: z.string(),
});
export const configState = z
  .object({ version: z.string(), loaded_at: epochMs, problems: z.array(configProblem) })
  .meta({ id: 'Config' });

export const readiness = z
  .object({
    status: z.enum(['ready', 'not ready']),
    checks: z.record(z.string(), z.object({ ok: z.boolean(), detail: z.string() })),
  })
  .meta({ id: 'Readiness' });

/** For charts. `participants`: present at once on average over the bucket; `meetings` and `decisions`: in the bucket. */
export const series = z
  .object({
    from: epochMs,
    to: epochMs,
    bucket_seconds: z.number().int(),
    items: z.array(
      z.object({
        at: epochMs,
        participants: z.number(),
        meetings: z.number().int(),
        decisions: z.number().int(),
      }),
    ),
  })
  .meta({ id: 'Series' });

/** RFC 9457. `type` is `about:blank` unless an error has a page of its own. */
export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    request_id: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem' });

/** One message of `/api/v1/stream`; `event:` of the SSE message is `type`. */
export const streamMessage = z
  .discriminatedUnion('type', [
    z.object({
      type: z.literal('snapshot'),
      at: epochMs,
      meetings: z.array(liveMeeting),
      config: configState,
      readiness,
    }),
    z.object({ type: z.literal('meeting'), meeting: liveMeeting }),
    z.object({
      type: z.literal('meeting-ended'),
      internal_meeting_id: z.string(),
      at: epochMs,
      reason: z.string(),
    }),
    z.object({ type: z.literal('decision'), decision }),
    z.object({ type: z.literal('config'), config: configState }),
    z.object({ type: z.literal('readiness'), readiness }),
  ])
  .meta({ id: 'StreamMessage' });

export type LiveMeeting = z.output<typeof liveMeeting>;
export type DecisionView = z.output<typeof decision>;
export type DecisionPage = z.output<typeof decisionPage>;
export type TierView = z.output<typeof tier>;
export type TiersView = z.output<typeof tiers>;
export type TenantView = z.output<typeof tenant>;
export type UsageRow = z.output<typeof usageRow>;
export type Usage = z.output<typeof usage>;
export type ConfigView = z.output<typeof configState>;
export type ReadinessView = z.output<typeof readiness>;
export type Problem = z.output<typeof problem>;
export type Series = z.output<typeof series>;
export type StreamMessage = z.output<typeof streamMessage>;
