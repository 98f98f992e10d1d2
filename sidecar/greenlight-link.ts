/** What ties the service to the tenants' Greenlights: the policy file that they read, and the owners that it asks them for. */
import type { ConfigSource } from './config-source';
import type { Clock } from './core/clock';
import type { Config } from './core/config';
import { messageOf } from './errors';
import { databaseUrlFor } from './greenlight/database-url';
import { writePolicyFile } from './greenlight/policy-file';
import { createRoomOwners, type GreenlightRoomOwners } from './greenlight/room-owners';
import type { Log } from './log';

export interface GreenlightLinkOptions {
  readonly config: ConfigSource;
  /** Undefined: no file is written. */
  readonly policyFile: string | undefined;
  /** Undefined: owners are not looked up. */
  readonly databaseUrlTemplate: string | undefined;
  readonly clock: Clock;
  readonly log: Log;
  /** Greenlight told something new of this room. */
  readonly onOwner: (externalMeetingId: string) => void;
}

export interface GreenlightLink {
  readonly roomOwners: GreenlightRoomOwners | undefined;
  close(): Promise<void>;
}

/** Writes the policy file now and on every change; a file that cannot be written is told and tried again at the next one. */
export function linkGreenlight(options: GreenlightLinkOptions): GreenlightLink {
  const { config, policyFile, databaseUrlTemplate, clock, log } = options;
  function publish(now: Config): void {
    if (policyFile === undefined) return;
    try {
      writePolicyFile(policyFile, now);
    } catch (error) {
      log.error(
        { policyFile, error: messageOf(error) },
        'the policy file for Greenlight could not be written',
      );
    }
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
  return { roomOwners, close: async () => roomOwners?.close() };
}
