/**
 * The course of a full room in which people lose their connection all the time and newcomers keep trying, in real time; who is counted and
 * how is left to the caller.
 */
import { setTimeout as sleep } from 'node:timers/promises';

export const LIVELY_PLACES = 20;
const RECONNECT_EVERY_MS = 2_000;
const NEWCOMER_EVERY_MS = 3_000;
const LASTS_MS = 120_000;
/** Gone for so long at the most before a regular is back: well within the minute for which the seat is kept. */
const AWAY_WITHIN_MS = 1_500;
const SETTLED_MS = 2_000;

/** The room's way in and out. */
export interface LivelyDoor {
  /** Returns the session; undefined when BBB refused it. */
  join(account: string, role: 'MODERATOR' | 'VIEWER'): Promise<string | undefined>;
  /** All connections of the session close. */
  disconnect(session: string): void;
}

export interface LivelyCourse {
  readonly door: LivelyDoor;
  /** In [0, 1). */
  readonly random: () => number;
}

export const isRegular = (account: string): boolean => account.startsWith('regular-');
export const isNewcomer = (account: string): boolean => account.startsWith('newcomer-');

/** Fills the room, then two minutes of comings and goings, then a rest. Returns how many newcomers tried. */
export async function playLively({ door, random }: LivelyCourse): Promise<number> {
  const sessions = new Map<string, string>();
  const joinRegular = async (account: string): Promise<void> => {
    const session = await door.join(account, account === 'regular-0' ? 'MODERATOR' : 'VIEWER');
    if (session !== undefined) sessions.set(account, session);
  };
  for (let person = 0; person < LIVELY_PLACES; person += 1) await joinRegular(`regular-${person}`);
  await sleep(SETTLED_MS);
  let newcomers = 0;
  const comings = [
    setInterval(() => {
      const accounts = [...sessions.keys()];
      const account = accounts[Math.floor(random() * accounts.length)] ?? '';
      const session = sessions.get(account);
      if (session === undefined) return;
      sessions.delete(account);
      door.disconnect(session);
      setTimeout(() => void joinRegular(account), random() * AWAY_WITHIN_MS);
    }, RECONNECT_EVERY_MS),
    setInterval(() => void door.join(`newcomer-${newcomers++}`, 'VIEWER'), NEWCOMER_EVERY_MS),
  ];
  await sleep(LASTS_MS);
  for (const timer of comings) clearInterval(timer);
  await sleep(AWAY_WITHIN_MS + SETTLED_MS);
  return newcomers;
}
