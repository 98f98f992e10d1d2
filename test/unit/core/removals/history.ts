/** What a random meeting is made of: who does what when, and what goes wrong; data only, the world (`world.ts`) plays it. */
import fc from 'fast-check';
import { UNKNOWN_OWNER_RULES, type UnknownOwnerRule } from '../../../../sidecar/core/config';

const SECOND = 1_000;

/** What somebody does. `who` is a person's number, except for `call`, `let-in`, `hang-up`: there it is a caller's. */
export type Deed =
  | 'come'
  | 'second-tab'
  | 'close'
  | 'reconnect'
  | 'return'
  | 'enter-room'
  | 'leave-room'
  | 'close-main'
  | 'thrown-out'
  | 'change-role'
  | 'call'
  | 'call-and-wait'
  | 'let-in'
  | 'hang-up'
  | 'end-rooms';

export interface Happening {
  /** Milliseconds after the one before. */
  readonly after: number;
  readonly deed: Deed;
  readonly who: number;
  /** For `reconnect`: how long the connection is lost. For rooms: which one. */
  readonly ms: number;
}

/** `stop` writes everything down first, `kill` loses the last second. Lists and database: each is away for a while. */
export type FaultKind = 'bus' | 'stop' | 'kill' | 'bbb-web' | 'analytics' | 'database' | 'webhooks';

export interface Fault {
  readonly at: number;
  readonly kind: FaultKind;
  readonly ms: number;
}

export interface History {
  /** Every delay and every accident of delivery follows from it. */
  readonly seed: number;
  readonly max: number;
  /** `known`: person 0. Else it is unknown, and this says who keeps their seat. */
  readonly owner: 'known' | UnknownOwnerRule;
  readonly webhooks: boolean;
  /** Some people have the same name. */
  readonly namesakes: boolean;
  /** BBB's own limit; 0 is none. Newcomers beyond it are missing from bbb-web's list. */
  readonly bbbMaxUsers: number;
  readonly happenings: readonly Happening[];
  readonly faults: readonly Fault[];
}

const deed = fc.oneof(
  { weight: 12, arbitrary: fc.constant<Deed>('come') },
  { weight: 3, arbitrary: fc.constant<Deed>('second-tab') },
  { weight: 6, arbitrary: fc.constant<Deed>('close') },
  { weight: 5, arbitrary: fc.constant<Deed>('reconnect') },
  { weight: 2, arbitrary: fc.constant<Deed>('return') },
  { weight: 4, arbitrary: fc.constant<Deed>('enter-room') },
  { weight: 1, arbitrary: fc.constant<Deed>('leave-room') },
  { weight: 2, arbitrary: fc.constant<Deed>('close-main') },
  { weight: 1, arbitrary: fc.constant<Deed>('thrown-out') },
  { weight: 1, arbitrary: fc.constant<Deed>('change-role') },
  { weight: 1, arbitrary: fc.constant<Deed>('call') },
  { weight: 2, arbitrary: fc.constant<Deed>('call-and-wait') },
  { weight: 2, arbitrary: fc.constant<Deed>('let-in') },
  { weight: 1, arbitrary: fc.constant<Deed>('hang-up') },
  { weight: 1, arbitrary: fc.constant<Deed>('end-rooms') },
);

const happening: fc.Arbitrary<Happening> = fc.record({
  after: fc.oneof(
    fc.integer({ min: 0, max: 300 }),
    fc.integer({ min: 0, max: 3 * SECOND }),
    fc.integer({ min: 0, max: 15 * SECOND }),
  ),
  deed,
  who: fc.nat(9),
  ms: fc.integer({ min: 50, max: 14 * SECOND }),
});

/** A meeting in which everything arrives and every list answers. */
export const undisturbed: fc.Arbitrary<History> = fc.record({
  seed: fc.nat(1_000_000),
  max: fc.integer({ min: 1, max: 5 }),
  owner: fc.oneof(
    { weight: 3, arbitrary: fc.constant('known' as const) },
    { weight: 3, arbitrary: fc.constantFrom(...UNKNOWN_OWNER_RULES) },
  ),
  webhooks: fc.boolean(),
  namesakes: fc.boolean(),
  bbbMaxUsers: fc.constant(0),
  happenings: fc.array(happening, { minLength: 8, maxLength: 60, size: 'max' }),
  faults: fc.constant([]),
});

const fault = (kinds: readonly FaultKind[]): fc.Arbitrary<Fault> =>
  fc.record({
    at: fc.integer({ min: 0, max: 150 * SECOND }),
    kind: fc.constantFrom(...kinds),
    ms: fc.oneof(fc.integer({ min: 10, max: 2 * SECOND }), fc.integer({ min: 2 * SECOND, max: 50 * SECOND })),
  });

/** Up to four things go wrong, on their own or at once; BBB's own limit is sometimes near. */
export const disturbed: fc.Arbitrary<History> = fc
  .tuple(
    undisturbed,
    fc.array(fault(['bus', 'stop', 'kill', 'bbb-web', 'analytics', 'database', 'webhooks']), {
      minLength: 1,
      maxLength: 4,
      size: 'max',
    }),
    fc.nat(3),
  )
  .map(([history, faults, room]) => ({
    ...history,
    faults,
    bbbMaxUsers: room === 0 ? 0 : history.max + room,
  }));

/** One gap only, then a meeting that goes on for minutes while everything answers. Names differ, so that lists identify everybody. */
export const mended: fc.Arbitrary<History> = fc
  .tuple(undisturbed, fault(['bus', 'stop', 'kill']))
  .map(([history, one]) => ({
    ...history,
    faults: [{ ...one, at: one.at % (60 * SECOND) }],
    namesakes: false,
  }));
