/** Measures what a tracked meeting costs in memory: `argv`: meetings, people each. Run with `--expose-gc`. */

import { readMessage } from '../../sidecar/bus/to-event';
import { createIntake } from '../../sidecar/loop/intake';
import { createMeetings } from '../../sidecar/loop/meetings';
import { createMetrics } from '../../sidecar/metrics';
import { unstamped } from '../support/builders';
import { created, userJoined } from './traffic';

const [, , meetingCount = '10000', peopleCount = '20'] = process.argv;

function heap(): number {
  for (let round = 0; round < 4; round += 1) global.gc?.();
  return process.memoryUsage().heapUsed;
}

const meetings = createMeetings();
const intake = createIntake({
  meetings,
  journal: { write: () => undefined, recall: async () => new Map() },
  metrics: createMetrics(),
  wake: () => undefined,
  requestReading: () => undefined,
});

function take(message: Buffer): void {
  const reading = readMessage(message);
  if (reading.result !== 'event') throw new Error(`expected an event, got ${reading.result}`);
  intake(unstamped(reading.event));
}

take(created(1_000_000));
const before = heap();
for (let meeting = 0; meeting < Number(meetingCount); meeting += 1) {
  take(created(meeting));
  for (let person = 0; person < Number(peopleCount); person += 1)
    take(userJoined(meeting, `${meeting}-${person}`, Date.now() + person));
}
const bytes = (heap() - before) / Number(meetingCount);
process.send?.('ready');
process.send?.({ bytesPerMeeting: bytes, meetings: meetings.size });
