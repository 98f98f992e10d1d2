/** What a simulator can be told at its start, with BBB's own defaults; nothing changes these while it runs. */
import type { Clock } from '../../sidecar/core/clock';
import type { ChecksumAlgorithm } from './http/checksum';
import type { BbbVersion } from './version';

/** A webhook that is there from the start and is never removed. */
export interface PermanentHook {
  readonly url: string;
  readonly getRaw?: boolean;
}

/** Server properties of bbb-web that decide limits (`bigbluebutton.properties`). */
export interface ServerDefaults {
  readonly defaultMaxUsers: number;
  readonly defaultMeetingDuration: number;
  readonly disableRecordingDefault: boolean;
  readonly autoStartRecording: boolean;
  readonly allowStartStopRecording: boolean;
  readonly maxUserConcurrentAccesses: number;
  readonly muteOnStart: boolean;
}

export interface SimulatorOptions {
  /** Everything timed runs on this clock; network I/O alone is as quick as it is. */
  readonly clock: Clock;
  /** BBB's bus. */
  readonly redisUrl: string;
  readonly secret: string;
  readonly version: BbbVersion;
  /** Port of the API on loopback, 0 for a free one. */
  readonly port: number;
  /** Port of akka-apps' HTTP server (`/analytics`, `/healthz`) on loopback, 0 for a free one. */
  readonly analyticsPort: number;
  readonly supportedChecksumAlgorithms: readonly ChecksumAlgorithm[];
  /** What seeds made-up ids and the chance of faults. */
  readonly seed: string;
  /** Between a successful `/join` over HTTP and the client being in the meeting. */
  readonly clientLoadMs: number;
  readonly defaults: ServerDefaults;
  readonly ejectOnViolation: boolean;
  readonly dialInEnforceGuestPolicy: boolean;
  readonly learningDashboard: boolean;
  readonly recordingStepMs: number;
  /** bbb-web's ping every 10 s, whose answers pass by on the bus. */
  readonly keepAlive: boolean;
  /** Port of `/simulator/…` on loopback (0 for a free one); undefined: not served. */
  readonly controlPort: number | undefined;
  readonly webhooks: {
    /** Off: no deliveries and no hooks API, as on a server without the package. */
    readonly installed: boolean;
    readonly domain: string;
    readonly checksumAlgorithm: ChecksumAlgorithm;
    /** What its API accepts; up to BBB 2.7 bbb-webhooks knows `sha1` alone. Undefined: what bbb-web accepts. */
    readonly supportedChecksumAlgorithms: readonly ChecksumAlgorithm[] | undefined;
    /** `bbb.auth2_0`: the secret as bearer token instead of a checksum. */
    readonly bearer: boolean;
    readonly permanent: readonly PermanentHook[];
    /** Real time after which a delivery without an answer has failed. */
    readonly requestTimeoutMs: number;
  };
}

type Given = Pick<SimulatorOptions, 'clock' | 'redisUrl'> &
  Partial<Omit<SimulatorOptions, 'clock' | 'redisUrl' | 'defaults' | 'webhooks'>> & {
    readonly defaults?: Partial<ServerDefaults>;
    readonly webhooks?: Partial<SimulatorOptions['webhooks']>;
  };

/** What `startSimulator` takes: a clock and a Redis, the rest as on a stock server. Who shortens one of its times gives the reason beside it. */
export type GivenOptions = Given;

export function withDefaults(given: Given): SimulatorOptions {
  return {
    secret: 'simulator-secret',
    version: '3.0',
    port: 0,
    analyticsPort: 0,
    supportedChecksumAlgorithms: ['sha1', 'sha256', 'sha384', 'sha512'],
    seed: 'bbb',
    clientLoadMs: 1_500,
    ejectOnViolation: false,
    dialInEnforceGuestPolicy: true,
    learningDashboard: false,
    recordingStepMs: 5_000,
    keepAlive: true,
    controlPort: undefined,
    ...given,
    defaults: {
      defaultMaxUsers: 0,
      defaultMeetingDuration: 0,
      disableRecordingDefault: false,
      autoStartRecording: false,
      allowStartStopRecording: true,
      maxUserConcurrentAccesses: 3,
      muteOnStart: true,
      ...given.defaults,
    },
    webhooks: {
      installed: true,
      domain: 'bbb.example',
      checksumAlgorithm: 'sha1',
      supportedChecksumAlgorithms: undefined,
      bearer: false,
      permanent: [],
      requestTimeoutMs: 5_000,
      ...given.webhooks,
    },
  };
}
