/** Plays the random histories with one fault each that it is told to, one after the other. */
import { playHistory } from './fault-history';
import type { Fault } from './fault-kinds';

export interface Order {
  readonly seed: string;
  readonly fault: Fault;
}

process.on('message', ({ seed, fault }: Order) => {
  playHistory(seed, fault).then(
    (result) => process.send?.({ result }),
    (error: unknown) =>
      process.send?.({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
process.send?.('ready');
