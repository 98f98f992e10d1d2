/** BBB's HTTP API put together: meetings, hooks and recordings, each over connections that suit it; it decides nothing. */
import { MINUTE_MS, SECOND_MS } from '../core/duration';
import { type CallerOptions, createCaller } from './caller';
import { createHooksApi, type HooksApi } from './hooks-api';
import { createMeetingsApi, type MeetingsApi } from './meetings-api';
import { createRecordingsApi, type RecordingsApi } from './recordings-api';
import { createSha1Fallback } from './sha1-fallback';
import type { Signing } from './sign';

/** Where BBB is and how it is called; the rest has good defaults. */
export type BbbApiOptions = Signing &
  Partial<CallerOptions> & {
    /** bbb-webhooks was found to accept SHA-1 alone. */
    readonly onHooksSha1?: () => void;
  };

export interface BbbApi extends MeetingsApi, HooksApi, RecordingsApi {
  /** Lets the connections go. */
  close(): void;
  /** False while BBB is left alone after failing repeatedly. */
  readonly available: boolean;
  /** Calls of bbb-webhooks are signed with SHA-1, because it refused the configured algorithm. */
  readonly hooksUseSha1: boolean;
}

const DEFAULTS = {
  timeoutMs: 5 * SECOND_MS,
  retries: 2,
  retryAfterMs: 100,
  breakAfter: 5,
  breakForMs: SECOND_MS,
};
/** While people wait for an effect; what the API does not take for a while goes by the bus at once. */
const URGENT_WITHIN_MS = 3 * SECOND_MS;
const URGENT_REST_MS = 5 * SECOND_MS;
const RECORDINGS_WITHIN_MS = MINUTE_MS;

/** A client with its own connections. */
export function createBbbApi(options: BbbApiOptions): BbbApi {
  const settings: CallerOptions = { ...DEFAULTS, ...options };
  const meetings = createCaller(settings);
  const urgent = createCaller({
    ...settings,
    timeoutMs: Math.min(settings.timeoutMs, URGENT_WITHIN_MS),
    breakForMs: options.breakForMs ?? URGENT_REST_MS,
  });
  const hooks = createSha1Fallback(
    createCaller(settings),
    createCaller({ ...settings, algorithm: 'sha1' }),
    options.onHooksSha1 ?? (() => undefined),
  );
  const recordings = createCaller({ ...settings, timeoutMs: RECORDINGS_WITHIN_MS });
  return {
    ...createMeetingsApi(meetings, urgent),
    ...createHooksApi(hooks),
    ...createRecordingsApi(recordings),
    close() {
      for (const caller of [meetings, urgent, hooks, recordings]) caller.close();
    },
    get available() {
      return meetings.available;
    },
    get hooksUseSha1() {
      return hooks.usesSha1;
    },
  };
}
