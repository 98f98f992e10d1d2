/** Says once that a connection is gone and once that it is back, however often ioredis tries in between. */
import { messageOf } from '../errors';
import type { Log } from '../log';

export interface OutageLog {
  failed(error: unknown): void;
  over(): void;
}

/** `connection`: which one, for the log. */
export function createOutageLog(log: Log, connection: string): OutageLog {
  let out = false;
  return {
    failed(error) {
      const fields = { connection, error: messageOf(error) };
      if (out) log.debug(fields, 'Redis is still away');
      else log.warn(fields, 'no connection to Redis; retrying');
      out = true;
    },
    over() {
      if (out) log.info({ connection }, 'Redis is back');
      out = false;
    },
  };
}
