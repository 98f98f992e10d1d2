/** A simulator on a Redis and a hand-moved clock, with an ear on the bus and a signing client, for the tests beside this. */
import { Redis } from 'ioredis';
import { apiChecksum, type ChecksumAlgorithm } from '../../bbb-simulator/http/checksum';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../bbb-simulator/index';
import { type ManualClock, manualClock } from '../../support/clock';

export const START_MS = 1_760_000_000_000;
export const MAIN_CHANNEL = 'from-akka-apps-redis-channel';

export interface Heard {
  readonly channel: string;
  readonly name: string;
  readonly text: string;
}

export interface Play {
  readonly simulator: Simulator;
  readonly clock: ManualClock;
  /** Everything told on BBB's channels, oldest first. */
  readonly heard: Heard[];
  /** Names told on the main channel since the last look, but for analytics. */
  names(): string[];
  /** The answer's text to a signed call. */
  call(name: string, query?: string, algorithm?: ChecksumAlgorithm): Promise<string>;
  signed(name: string, query: string, algorithm?: ChecksumAlgorithm): string;
  /** Sends a command over the bus and waits until it was dealt with. */
  command(name: string, meetingId: string, userId: string, body: object): Promise<void>;
  stop(): Promise<void>;
}

export async function startPlay(redisUrl: string, options: Partial<SimulatorOptions> = {}): Promise<Play> {
  const clock = manualClock(START_MS);
  // No pings between what a test does: what is told is compared whole. The one test of pings turns them on.
  const simulator = await startSimulator({ clock, redisUrl, keepAlive: false, ...options });
  clock.settleWith(simulator.settled);
  const heard: Heard[] = [];
  const ear = new Redis(redisUrl, { protocol: 2 });
  ear.on('error', () => undefined);
  ear.on('pmessage', (_, channel: string, text: string) => heard.push({ channel, name: nameOf(text), text }));
  await ear.psubscribe('from-*', 'bigbluebutton:from-rap', 'to-voice-conf-redis-channel');

  const signed: Play['signed'] = (name, query, algorithm = 'sha256') => {
    const checksum = apiChecksum(algorithm, name, query, simulator.secret);
    return `${simulator.url}/api/${name}?${query}${query === '' ? '' : '&'}checksum=${checksum}`;
  };
  return {
    simulator,
    clock,
    heard,
    signed,
    names: () =>
      heard
        .splice(0)
        .filter(({ channel, name }) => channel === MAIN_CHANNEL && !name.startsWith('MeetingInfoAnalytics'))
        .map(({ name }) => name),
    async call(name, query = '', algorithm = 'sha256') {
      const response = await fetch(signed(name, query, algorithm), { redirect: 'manual' });
      return await response.text();
    },
    async command(name, meetingId, userId, body) {
      const envelope = { name, routing: { sender: 'test' }, timestamp: clock.now() };
      const core = { header: { name, meetingId, userId }, body };
      await simulator.publishRaw('to-akka-apps-redis-channel', JSON.stringify({ envelope, core }));
      await simulator.settled();
    },
    async stop() {
      ear.disconnect();
      await simulator.stop();
    },
  };
}

function nameOf(text: string): string {
  const { envelope, header } = JSON.parse(text);
  return (envelope ?? header).name;
}
