/** The reader when one meeting of a list cannot be read: the others are told, and nothing is concluded from who is not there. */
import { Writable } from 'node:stream';
import { createAnalytics } from '../../../sidecar/bbb-api/analytics';
import { createBbbApi } from '../../../sidecar/bbb-api/client';
import { createReader } from '../../../sidecar/bbb-api/reader';
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
  const { complete, events, logged } = await read(meetingsXml([{}]), [WHOLE]);
  expect(complete).toBe(true);
  expect(events).toHaveLength(2);
  expect(logged).toBe('');
});

it('a meeting without its count', async () => {
  const attendees = [{ userID: 'gl-1', fullName: 'Ada Lovelace' }];
  const broken = { attendees, internalMeetingID: OTHER_ID, participantCount: 'many' };
  const { complete, events, running, logged } = await read(meetingsXml([{}, broken]), [WHOLE]);
  expect(complete).toBe(false);
  expect(events.map(({ type }) => type)).toEqual(['analytics-snapshot', 'meeting-snapshot']);
  expect([...running]).toEqual([INTERNAL_ID]);
  expect(logged).toContain('"unreadable":1');
  expect(logged).not.toContain('Ada');
});

it('a list of people that is none', async () => {
  const { complete, events } = await read(meetingsXml([{}]), [
    WHOLE,
    { ...WHOLE, internalId: OTHER_ID, users: 'Ada' },
  ]);
  expect(complete).toBe(false);
  expect(events).toHaveLength(2);
});

it('a list that is refused is told in the log, without its checksum', async () => {
  const refused =
    '<response><returncode>FAILED</returncode><messageKey>checksumError</messageKey></response>';
  const { complete, logged } = await read(refused, [WHOLE]);
  expect(complete).toBe(false);
  expect(logged).toContain('BBB_SECRET');
  expect(logged).not.toMatch(/s3cr3t|checksum=/);
});
