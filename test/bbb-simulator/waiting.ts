/** Waiting for the simulator without looking at a watch: until something holds, or until everything has come to rest. */
import type { FaultyServer } from './http/server';
import type { Simulation } from './simulation';

/** Resolves as soon as `condition` holds; rejects when it throws. */
export function until({ stepper }: Simulation, condition: () => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    const remove = stepper.onActivity(check);
    function check(): void {
      try {
        if (!condition()) return;
        resolve();
      } catch (error) {
        reject(error);
      }
      remove();
    }
    check();
  });
}

/** So many rounds without anything happening count as rest. */
const QUIET_ROUNDS = 2;
/** Somebody who connects and never asks is not waited for longer. */
const MOST_ROUNDS = 500;
/** Turns of the event loop in a round: a client in this process that heard something needs some until its request is seen. */
const TURNS = 12;

/** A round goes once through Redis and waits for the deliveries under way; a stalled request is not waited for. */
export async function settled(simulation: Simulation, servers: readonly FaultyServer[]): Promise<void> {
  const { stepper, bus, webhooks, callbacks } = simulation;
  const happened = (): number => servers.reduce((sum, server) => sum + server.contacts(), stepper.activity());
  let quiet = 0;
  for (let round = 0; quiet < QUIET_ROUNDS && round < MOST_ROUNDS; round += 1) {
    const before = happened();
    await bus.roundTrip();
    await Promise.all([webhooks.idle(), callbacks.idle()]);
    for (let turn = 0; turn < TURNS; turn += 1) await new Promise((resume) => setImmediate(resume));
    const still = happened() === before && servers.every((server) => server.busy() === 0);
    quiet = still ? quiet + 1 : 0;
  }
}
