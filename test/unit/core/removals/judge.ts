/** Judges every removal that the service decides on, by the rule and by what really was, and how long somebody stays who has to go. */
import type { MeetingEvent } from '../../../../sidecar/core/events';
import type { InternalUserId } from '../../../../sidecar/core/meeting';
import type { Bbb } from './bbb';
import { createReceived, type Received } from './received';
import { createRule, type RuleOptions } from './rule';
import { truthOf } from './truth';
import { createWitness, type Witness } from './witness';

export interface Wrong {
  readonly at: number;
  readonly person: string | undefined;
  readonly sessions: string;
  readonly by: 'rule' | 'truth';
  readonly what: string;
}

export interface Verdicts {
  /** How often a removal was decided on, repetitions included. */
  readonly decisions: number;
  /** Different sessions that were removed. */
  readonly removals: number;
  readonly wrongs: readonly Wrong[];
  /** Removals of somebody whose seat was older by stays that nothing received names. */
  readonly outOfTurn: number;
  /** Bots that were taken for people. */
  readonly bots: number;
  /** How long each who had to go stayed, while nothing kept the service from seeing that. */
  readonly staysBeyondMs: readonly number[];
}

export interface Judge {
  readonly verdicts: Verdicts;
  /** A new process, which received nothing. */
  restart(): void;
  take(event: MeetingEvent, madeAt?: number): void;
  decided(sessions: readonly InternalUserId[]): void;
  /** Who has to go now; `isCounted`: nothing has kept the service from seeing that. */
  look(isCounted: boolean): void;
}

export interface JudgeOptions extends RuleOptions {
  readonly bbb: () => Bbb;
  readonly now: () => number;
  readonly note: (text: string) => void;
}

export function createJudge(options: JudgeOptions): Judge {
  const { now, note, max, owner } = options;
  const rule = createRule(options);
  const wrongs: Wrong[] = [];
  const removed = new Set<string>();
  const staysBeyondMs: number[] = [];
  const beyondSince = new Map<string, number>();
  let received: Received = createReceived();
  let witness: Witness = createWitness();
  let decisions = 0;
  let outOfTurn = 0;
  let bots = 0;

  function decided(sessions: readonly InternalUserId[]): void {
    decisions += 1;
    const key = sessions.join(' ');
    const truth = truthOf(sessions, now(), { bbb: options.bbb(), max, owner }, witness.hasSeen);
    const add = (by: Wrong['by'], what: string): void => {
      wrongs.push({ at: now(), person: truth.person, sessions: key, by, what });
      note(`! ${truth.person} (${key}), by the ${by}: ${what}`);
    };
    for (const what of rule.objections(sessions, received, now())) add('rule', what);
    for (const what of truth.wrongs) add('truth', what);
    if (removed.has(key)) return;
    removed.add(key);
    note(`> decides to remove ${truth.person} (${key})`);
    if (truth.isOutOfTurn) outOfTurn += 1;
    if (options.bbb().sessions.some(({ id, bot }) => bot && sessions.includes(id))) bots += 1;
  }

  function look(isCounted: boolean): void {
    const beyond = new Set(isCounted ? rule.beyond(received, now()) : []);
    for (const [person, since] of [...beyondSince]) {
      if (beyond.has(person)) continue;
      beyondSince.delete(person);
      if (isCounted) {
        note(`~ no longer ${person} ${now() - since}`);
        staysBeyondMs.push(now() - since);
      }
    }
    for (const person of beyond)
      if (!beyondSince.has(person)) {
        note(`~ beyond ${person}`);
        beyondSince.set(person, now());
      }
  }

  return {
    get verdicts() {
      const open = [...beyondSince.values()].map((since) => now() - since);
      const all = [...staysBeyondMs, ...open];
      return { decisions, removals: removed.size, wrongs, outOfTurn, bots, staysBeyondMs: all };
    },
    restart() {
      received = createReceived();
      witness = createWitness();
      beyondSince.clear();
    },
    take(event, madeAt) {
      received.take(event);
      witness.take(event, madeAt);
    },
    decided,
    look,
  };
}
