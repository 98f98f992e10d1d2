/** Owner look-ups on a real Greenlight database, with a clock moved by hand and everything that is told written down. */

import type { RoomOwner, RoomOwnerReading } from '../../../sidecar/core/tier-resolution';
import {
  createRoomOwners,
  type GreenlightRoomOwners,
  type RoomOwnerLimits,
} from '../../../sidecar/greenlight/room-owners';
import { type ManualClock, manualClock } from '../../support/clock';
import { createGreenlightDatabase, type GreenlightDatabase } from './greenlight-database';

/** How long an answer counts. */
export const FRESH_MS = 20_000;

export interface LogLine {
  readonly level: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly text: string;
}

export interface LookUps {
  readonly greenlight: GreenlightDatabase;
  readonly clock: ManualClock;
  readonly owners: GreenlightRoomOwners;
  /** By tenant; `acme` is the real one. */
  readonly urls: Map<string, string>;
  /** `tenant/room`, each time that a look-up is answered otherwise. */
  readonly changes: readonly string[];
  readonly lines: readonly LogLine[];
  /** Starts anew with other limits, knowing nothing. */
  open(limits: Partial<RoomOwnerLimits>): Promise<void>;
  /** Asks acme for a room until its owner is known. */
  known(room: string): Promise<RoomOwner | undefined>;
  /** Acme's owner of a room as it is known now. */
  ownerOf(room: string): RoomOwner | undefined;
  /** A room of a new account with a new role; returns the account's id. */
  someRoom(room?: string, role?: string): Promise<string>;
  drop(): Promise<void>;
}

/** Until the condition holds; Jest's own limit ends it when it never does. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resume) => setTimeout(resume, 5));
}

export async function createLookUps(): Promise<LookUps> {
  const greenlight = await createGreenlightDatabase();
  const urls = new Map([['acme', greenlight.readerUrl]]);
  let now = start(urls, {});
  return {
    greenlight,
    urls,
    get clock() {
      return now.clock;
    },
    get owners() {
      return now.owners;
    },
    get changes() {
      return now.changes;
    },
    get lines() {
      return now.lines;
    },
    async open(limits) {
      await now.owners.close();
      now = start(urls, limits);
    },
    async known(room) {
      await until(() => now.owners.lookUp('acme', room).state === 'known');
      return ownerIn(now.owners.lookUp('acme', room));
    },
    ownerOf: (room) => ownerIn(now.owners.lookUp('acme', room)),
    async someRoom(room = 'room-1', role = 'Level 1') {
      const id = await greenlight.addUser({ roleId: await greenlight.addRole(role) });
      await greenlight.addRoom(id, room);
      return id;
    },
    async drop() {
      await now.owners.close();
      await greenlight.drop();
    },
  };
}

function start(urls: ReadonlyMap<string, string>, limits: Partial<RoomOwnerLimits>) {
  const clock = manualClock(1_760_000_000_000);
  const changes: string[] = [];
  const lines: LogLine[] = [];
  const write = (level: string) => (fields: object, text?: string) =>
    void lines.push({ level, fields: { ...fields }, text: text ?? '' });
  const owners = createRoomOwners({
    databaseUrlOf: (tenant) => urls.get(tenant),
    clock,
    log: { info: write('info'), warn: write('warn') } as never,
    onChange: (tenant, room) => void changes.push(`${tenant}/${room}`),
    limits,
  });
  return { clock, owners, changes, lines };
}

function ownerIn(reading: RoomOwnerReading): RoomOwner | undefined {
  return reading.state === 'known' ? reading.owner : undefined;
}
