/** The calls BBB makes for single meetings, where their metadata asks for it: the end, and a recording that is ready; unlike webhooks they are the integrator's own. */
import jwt from 'jsonwebtoken';
import type { Happening, RapHappening } from './model/happenings';
import type { Bbb, Meeting } from './model/state';
import type { SimulatorOptions } from './options';
import { outgoing, statusOf } from './outgoing';

/** `CallbackUrlService`: then it is given up. */
const END_RETRIES_MS: readonly number[] = [30_000, 60_000, 120_000, 300_000];

/** `post_publish_recording_ready_callback.rb` looks at these, in this order. */
const READY_KEYS = ['bbb-recording-ready-url', 'bn-recording-ready-url', 'canvas-recording-ready-url'];

const REQUEST_TIMEOUT_MS = 5_000;

/** One attempt, for tests to look at. */
export interface CallbackAttempt {
  readonly at: number;
  readonly kind: 'end' | 'recording-ready';
  readonly url: string;
  /** HTTP status; undefined: no answer. */
  readonly status: number | undefined;
}

export interface Callbacks {
  readonly attempts: readonly CallbackAttempt[];
  hear(happening: Happening): void;
  idle(): Promise<void>;
  stop(): void;
}

export function startCallbacks({ clock, secret }: SimulatorOptions, bbb: Bbb): Callbacks {
  const attempts: CallbackAttempt[] = [];
  const requests = outgoing(clock);

  async function call(kind: CallbackAttempt['kind'], url: string, init: RequestInit): Promise<boolean> {
    const status = await statusOf(url, init, REQUEST_TIMEOUT_MS, requests.stopped);
    if (!requests.stopped.aborted) attempts.push({ at: clock.now(), kind, url, status });
    return status !== undefined && status >= 200 && status < 300;
  }
  async function tellEnd(url: string, failures: number): Promise<void> {
    if (await call('end', url, { method: 'GET' })) return;
    const retryMs = END_RETRIES_MS[failures];
    if (retryMs !== undefined) requests.after(retryMs, () => tellEnd(url, failures + 1));
  }
  async function tellReady(url: string, body: string): Promise<void> {
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    await call('recording-ready', url, { method: 'POST', headers, body });
  }

  return {
    attempts,
    hear(happening) {
      if (happening.name !== 'MeetingEndedEvtMsg' && happening.name !== 'publish_ended') return;
      const meeting = concerned(bbb, happening);
      if (meeting === undefined) return;
      const url = happening.kind === 'rap' ? readyCallbackUrl(happening, meeting) : endCallbackUrl(meeting);
      if (url === undefined) return;
      const parameters = signedParameters(meeting, secret);
      requests.now(() => (happening.kind === 'rap' ? tellReady(url, parameters) : tellEnd(url, 0)));
    },
    idle: requests.idle,
    stop: requests.stop,
  };
}

function concerned(bbb: Bbb, happening: Happening): Meeting | undefined {
  const intId = happening.kind === 'rap' ? happening.payload.meeting_id : happening.meetingId;
  return bbb.history.findLast((meeting) => meeting.intId === intId);
}

/** A GET, unsigned, with whether anything was marked for recording; breakouts have none. */
function endCallbackUrl({ props, extId, recordingMarks }: Meeting): string | undefined {
  const url = props.metadataProp.metadata.endcallbackurl;
  if (url === undefined || props.meetingProp.isBreakout) return undefined;
  const marked = recordingMarks.some((mark) => mark.recording);
  return `${url}${url.includes('?') ? '&' : '?'}recordingmarks=${marked}&meetingID=${encodeURIComponent(extId)}`;
}

function readyCallbackUrl({ payload }: RapHappening, { props }: Meeting): string | undefined {
  if (payload.success !== true) return undefined;
  const { metadata } = props.metadataProp;
  return READY_KEYS.map((key) => metadata[key]).find((url) => url !== undefined);
}

/** No expiry, no issue time: nothing but the two ids. */
function signedParameters({ extId, intId }: Meeting, secret: string): string {
  const payload = { meeting_id: extId, record_id: intId };
  const token = jwt.sign(payload, secret, { algorithm: 'HS256', noTimestamp: true });
  return new URLSearchParams({ signed_parameters: token }).toString();
}
