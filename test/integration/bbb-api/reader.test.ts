/** The reader when one meeting of a list cannot be read: the others are read, and the list is as complete as before. */
import { Writable } from 'node:stream';
import { createAnalytics } from '../../../sidecar/bbb-api/analytics';
import { createBbbApi } from '../../../sidecar/bbb-api/client';
import { createReader } from '../../../sidecar/bbb-api/reader';
import type { InternalMeetingId } from '../../../sidecar/core/meeting';
import { createLog } from '../../../sidecar/log';
import { INTERNAL_ID, meetingsXml } from '../../fixtures/api';
import { says, startAServer } from './a-server';

const AT = 1_760_000_100_000;
const OTHER_ID = '0e1f2a3b4c5d60718293a4b5c6d7e8f901234567-1760000600000';
const WHOLE = {
  internalId: INTERNAL_ID,
  isMeetingRecorded: false,
  users: [{ id: 'w_1', name: 'Ada Lovelace', role: 'VIEWER' }],
};

async function read(meetings: string, analytics: unknown) {
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString('utf8'));
      done();
    },
  });
  const server = await startAServer((request, response) =>
    (request.url === '/analytics' ? says(JSON.stringify(analytics)) : says(meetings))(request, response),
  );
  const clock = { now: () => AT };
  const api = createBbbApi({ url: server.url, secret: 's3cr3t', algorithm: 'sha256', retries: 0 });
  const list = createAnalytics({ url: new URL('/analytics', server.url).href, clock });
  try {
    const result = await createReader({
      api,
      analytics: list,
      clock,
      log: createLog('debug', sink),
    }).readAll();
    return { ...result, logged: lines.join('') };
  } finally {
    api.close();
    list.close();
    await server.stop();
  }
}

it('both whole: complete, and nothing to say', async () => {
  const { akka, web, events, logged } = await read(meetingsXml([{}]), [WHOLE]);
  expect([akka.isComplete, web.isComplete]).toEqual([true, true]);
  expect(events).toHaveLength(2);
  expect(logged).toBe('');
});

it('a meeting without its count is listed, and named in the log', async () => {
  const attendees = [{ userID: 'gl-1', fullName: 'Ada Lovelace' }];
  const broken = { attendees, internalMeetingID: OTHER_ID, participantCount: 'many' };
  const { web, events, logged } = await read(meetingsXml([{}, broken]), [WHOLE]);
  expect(web.isComplete).toBe(true);
  expect(events.map(({ type }) => type)).toEqual(['analytics-snapshot', 'meeting-snapshot']);
  expect([...web.entries.keys()].sort()).toEqual([INTERNAL_ID, OTHER_ID].sort());
  expect(logged).toContain(`"internalMeetingId":"${OTHER_ID}"`);
  expect(logged).toContain('"field":"participantCount"');
  expect(logged).not.toContain('Ada');
});

it('a list of people that is none', async () => {
  const { akka, events } = await read(meetingsXml([{}]), [
    WHOLE,
    { ...WHOLE, internalId: OTHER_ID, users: 'Ada' },
  ]);
  expect(akka.isComplete).toBe(true);
  expect(akka.entries.has(OTHER_ID as InternalMeetingId)).toBe(true);
  expect(events).toHaveLength(2);
});

it('an entry without an id could be of any meeting: the list is not complete', async () => {
  const { akka, web } = await read(meetingsXml([{}]), [WHOLE, { users: [] }]);
  expect([akka.isComplete, web.isComplete]).toEqual([false, true]);
});

it('a list that is refused is told in the log, without its checksum', async () => {
  const refused =
    '<response><returncode>FAILED</returncode><messageKey>checksumError</messageKey></response>';
  const { web, logged } = await read(refused, [WHOLE]);
  expect(web.isComplete).toBe(false);
  expect(logged).toContain('BBB_SECRET');
  expect(logged).not.toMatch(/s3cr3t|checksum=/);
});
