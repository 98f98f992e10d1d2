/** Is the overlay at work in each tenant's Greenlight? Reads its status file, the running meetings and the policy file. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { issueAdminToken } from '../admin-token/issue';
import { liveMeeting } from '../api/schemas';
import type { BbbApi } from '../bbb-api/client';
import { loadConfig } from '../config/load';
import type { Config } from '../core/config';
import { MINUTE_MS } from '../core/duration';
import type { InternalMeetingId, MeetingProps } from '../core/meeting';
import { type ClaimRefusal, claimRefusal, tenantOf } from '../core/tier-resolution';
import type { Settings } from '../settings';
import { createClaimVerifier } from '../tier-claim/verify';
import { type Check, ok, skipped } from './check';

export interface GreenlightCheckOptions {
  readonly settings: Settings;
  readonly withApi: <T>(use: (api: BbbApi) => Promise<T>) => Promise<T>;
  /** Epoch ms. */
  readonly now: () => number;
  readonly withinMs: number;
  /** Where the running service listens. */
  readonly serviceUrl: string;
  /** The status file of the overlay; undefined: not looked at. */
  readonly overlayStatus: (() => Promise<string | undefined>) | undefined;
}

/** What the overlay writes at each start of Greenlight. */
const overlayReport = z.object(
  {
    hooks: z.record(z.string(), z.object({ state: z.string(), reason: z.string().optional() }), {
      error: "expected 'hooks', as the overlay writes them",
    }),
  },
  { error: 'expected the status file of the overlay' },
);

function statusFile({ overlayStatus }: GreenlightCheckOptions): Check {
  return {
    name: 'greenlight overlay',
    remedy:
      "the log of the Greenlight container says at its start which hooks were skipped and why; is the image's tag the pinned one?",
    run: async () => {
      const text = await overlayStatus?.();
      if (text === undefined) return skipped('no status file given (--overlay-status <file>)');
      const { hooks } = overlayReport.parse(JSON.parse(text));
      const bad = Object.entries(hooks).filter(
        ([, hook]) => hook.state === 'skipped' || hook.state === 'failed',
      );
      if (bad.length > 0)
        throw new Error(
          bad
            .map(([name, { state, reason }]) => `${name} ${state}: ${reason ?? 'no reason given'}`)
            .join('; '),
        );
      const count = Object.keys(hooks).length;
      return ok(count === 1 ? '1 hook reported' : `${count} hooks reported`);
    },
  };
}

/** By what the overlay says, else by the host that Greenlight sends along. */
function createdBy(props: MeetingProps, config: Config): string | undefined {
  const named = props.metadata['tier-tenant'];
  return named !== undefined && config.tenants.has(named) ? named : tenantOf(props, config)?.id;
}

/** What may be wrong with how a meeting was created, and what to do about it. */
const REMEDIES = {
  'without the overlay': 'is the overlay mounted and TIER_TENANT set in that container (bbb-tiers render)?',
  'hooks skipped': 'the log of that container says why at its start; is the tag of its image the pinned one?',
  'without a claim': 'is TIER_CLAIM_SECRET set in env/tenant-<id>.env (bbb-tiers tenants env <id>)?',
  'claim rejected':
    'after a change of CLAIM_SECRET put the new TIER_CLAIM_SECRET of `bbb-tiers tenants env <id>` into its env file, `docker compose up -d`, and set the clocks by NTP',
} as const;
const UNTIL_IT_ENDS = 'a meeting keeps what it was created with until it ends';

interface Fault {
  readonly kind: keyof typeof REMEDIES;
  /** The overlay's own names, or why a claim was refused; nothing else is quoted. */
  readonly which?: string;
}

interface Running {
  readonly internalMeetingId: InternalMeetingId;
  readonly props: MeetingProps;
}

/** Does the running service go by the meeting's claim? False when there is no answer. */
async function isClaimTaken(id: InternalMeetingId, options: GreenlightCheckOptions): Promise<boolean> {
  const { settings, serviceUrl, now, withinMs } = options;
  const identity = { secret: settings.adminJwtSecret, role: 'viewer', subject: 'doctor' } as const;
  const token = issueAdminToken({ ...identity, lifeMs: MINUTE_MS, now: now() });
  const response = await fetch(`${serviceUrl}/api/v1/meetings/${id}`, {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(withinMs),
  }).catch(() => undefined);
  const shown = liveMeeting.safeParse(await response?.json().catch(() => undefined));
  return shown.success && shown.data.tier_source === 'claim';
}

async function faultOf(
  { internalMeetingId, props }: Running,
  config: Config,
  options: GreenlightCheckOptions,
): Promise<Fault | undefined> {
  const { metadata } = props;
  if (metadata['tier-tenant'] === undefined) return { kind: 'without the overlay' };
  const hooks = (metadata['tier-hooks'] ?? '').split(/\s+/).filter((name) => /^[a-z-]{1,40}$/.test(name));
  if (hooks.length > 0) return { kind: 'hooks skipped', which: hooks.join(' ') };
  const result = createClaimVerifier(options.settings.claimSecret)(metadata);
  if (result === undefined) return { kind: 'without a claim' };
  const refused: ClaimRefusal | undefined =
    'refused' in result ? result.refused : claimRefusal(result.claim, props, config);
  if (refused === undefined) return undefined;
  // The tenant's tier may have changed since the meeting began: the claim of then stays good.
  if (refused === 'tier-not-allowed' && (await isClaimTaken(internalMeetingId, options))) return undefined;
  return { kind: 'claim rejected', which: refused };
}

/** Which tenants' meetings run, and how many of them have which fault. */
async function examine(meetings: readonly Running[], config: Config, options: GreenlightCheckOptions) {
  const tenants = new Set<string>();
  const kinds = new Set<Fault['kind']>();
  const counts = new Map<string, number>();
  for (const meeting of meetings) {
    const { props } = meeting;
    const tenant = props.isBreakout ? undefined : createdBy(props, config);
    if (tenant === undefined) continue;
    tenants.add(tenant);
    const fault = await faultOf(meeting, config, options);
    if (fault === undefined) continue;
    kinds.add(fault.kind);
    const detailText = `${tenant}: ${fault.kind}${fault.which === undefined ? '' : `: ${fault.which}`}`;
    counts.set(detailText, (counts.get(detailText) ?? 0) + 1);
  }
  return { tenants, kinds, counts };
}

function configOf({ tiersConfigDir }: Settings): Config | undefined {
  const loaded = loadConfig(tiersConfigDir);
  return 'problems' in loaded ? undefined : loaded.config;
}

function runningMeetings(options: GreenlightCheckOptions): Check {
  const { settings, withApi, now } = options;
  return {
    name: 'greenlight meetings',
    remedy: UNTIL_IT_ENDS,
    run: async () => {
      const config = configOf(settings);
      if (config === undefined) return skipped('the config is broken');
      const list = await withApi((api) => api.getMeetings(now())).catch(() => undefined);
      if (list === undefined) return skipped("cannot list BBB's meetings");
      const { tenants, kinds, counts } = await examine(list.snapshots, config, options);
      if (tenants.size === 0) return skipped('no meeting of a tenant runs: start one and look again');
      if (counts.size === 0) return ok(`the overlay and its claims are well at ${[...tenants].join(', ')}`);
      const detail = [...counts]
        .map(([detailText, number]) => `${detailText} (meetings: ${number})`)
        .join('; ');
      const remedy = [...[...kinds].map((kind) => `${kind}: ${REMEDIES[kind]}`), UNTIL_IT_ENDS].join('; ');
      return { state: 'failed', detail, remedy };
    },
  };
}

const policy = z.object({ config_version: z.string() }, { error: 'expected a policy file' });

function policyFile({ settings }: GreenlightCheckOptions): Check {
  return {
    name: 'policy file',
    remedy:
      'the service writes POLICY_FILE at its start and at each reload: does its log say why it could not, and is the volume of the Greenlight containers this very folder?',
    run: async () => {
      if (settings.policyFile === undefined)
        return skipped('POLICY_FILE is not set: Greenlight goes by its environment');
      const config = configOf(settings);
      if (config === undefined) return skipped('the config is broken');
      const { config_version: written } = policy.parse(
        JSON.parse(await readFile(settings.policyFile, 'utf8')),
      );
      if (written !== config.version)
        throw new Error(`expected version ${config.version} in ${settings.policyFile}, got ${written}`);
      return ok(`version ${written}`);
    },
  };
}

/** The checks of the tenants' Greenlights that are possible from here. */
export function greenlightChecks(options: GreenlightCheckOptions): readonly Check[] {
  return [statusFile(options), runningMeetings(options), policyFile(options)];
}
