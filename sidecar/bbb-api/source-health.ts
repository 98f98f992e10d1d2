/** Keeps how the last reading of each of BBB's lists went; reads none itself. */
import type { Clock } from '../core/clock';
import type { SourceName, SourceReading } from '../core/source-text';
import { faultOf, messageOf } from '../errors';

export interface SourceHealth {
  /** Enters how a reading went. */
  enter(source: SourceName, settled: PromiseSettledResult<unknown>): void;
  /** Undefined: not read yet. */
  last(source: SourceName): SourceReading | undefined;
}

/** Nothing read yet. */
export function createSourceHealth(clock: Pick<Clock, 'now'>): SourceHealth {
  const readings = new Map<SourceName, SourceReading>();
  return {
    enter(source, settled) {
      const failure =
        settled.status === 'fulfilled'
          ? undefined
          : { error: messageOf(settled.reason), isRefused: faultOf(settled.reason) === 'refused' };
      readings.set(source, { at: clock.now(), failure });
    },
    last: (source) => readings.get(source),
  };
}
