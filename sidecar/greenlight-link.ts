/** What ties the service to the tenants' Greenlights: the policy file that they read, and the owners that it asks them for. */
import type { ConfigSource } from './config-source';
import type { Clock, Scheduled } from './core/clock';
import type { Config } from './core/config';
import { SECOND_MS } from './core/duration';
import { messageOf } from './errors';
import { databaseUrlFor } from './greenlight/database-url';
import { writePolicyFile } from './greenlight/policy-file';
import { createRoomOwners, type GreenlightRoomOwners } from './greenlight/room-owners';
import type { Readiness } from './http/routes/health';
import type { Log } from './log';

/** A policy file that could not be written is tried again this often. */
const RETRY_MS = 30 * SECOND_MS;

export interface GreenlightLinkOptions {
  readonly config: ConfigSource;
  /** Undefined: no file is written. */
  readonly policyFile: string | undefined;
  /** Undefined: owners are not looked up. */
  readonly databaseUrlTemplate: string | undefined;
  readonly clock: Clock;
  readonly log: Log;
  /** Greenlight has a new answer about this room. */
  readonly onOwner: (externalMeetingId: string) => void;
}

export interface GreenlightLink {
  readonly roomOwners: GreenlightRoomOwners | undefined;
  /** Could the policy file be written? Ok too where none is configured. */
  readonly policyFile: () => Readiness;
  close(): Promise<void>;
}

/** `EACCES`: where the file lies is for the log alone. */
function codeOf(error: unknown): string {
  const { cause } = error as { readonly cause?: NodeJS.ErrnoException };
  return cause?.code ?? 'unknown';
}

/** Writes the policy file now and on every change; a file that cannot be written is logged once and retried. */
export function linkGreenlight(options: GreenlightLinkOptions): GreenlightLink {
  const { config, policyFile, databaseUrlTemplate, clock, log } = options;
  let written: string | undefined;
  let failure: string | undefined;
  let retry: Scheduled | undefined;

  function publish(now: Config): void {
    if (policyFile === undefined) return;
    retry?.cancel();
    try {
      writePolicyFile(policyFile, now);
      if (failure !== undefined) log.info({ policyFile }, 'the policy file for Greenlight is written again');
      written = now.version;
      failure = undefined;
    } catch (error) {
      const level = failure === undefined ? 'error' : 'debug';
      failure = codeOf(error);
      log[level](
        { policyFile, error: messageOf(error) },
        'the policy file for Greenlight could not be written',
      );
      retry = clock.schedule(RETRY_MS, () => publish(config.current()));
    }
  }

  function readiness(): Readiness {
    if (policyFile === undefined)
      return { ok: true, detail: 'none is configured (POLICY_FILE); Greenlight gets no limits from here' };
    if (failure === undefined) return { ok: true, detail: `version ${written}` };
    const kept =
      written === undefined ? 'the file from before the start, if there is one,' : `version ${written}`;
    return {
      ok: false,
      detail: `cannot be written (${failure}): the folder of POLICY_FILE has to exist and to be writable for this service; retried every ${RETRY_MS / SECOND_MS} s. Until then Greenlight goes by ${kept}; on BBB the limits are held as configured.`,
    };
  }

  publish(config.current());
  config.onChange(publish);
  const roomOwners =
    databaseUrlTemplate === undefined
      ? undefined
      : createRoomOwners({
          databaseUrlOf: (tenantId) => databaseUrlFor(databaseUrlTemplate, tenantId),
          clock,
          log,
          onChange: (_tenantId, externalMeetingId) => options.onOwner(externalMeetingId),
        });
  return {
    roomOwners,
    policyFile: readiness,
    async close() {
      retry?.cancel();
      await roomOwners?.close();
    },
  };
}
