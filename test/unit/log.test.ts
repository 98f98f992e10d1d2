/** That nothing which lets somebody in or says who somebody is reaches a log line, wherever in it it stands. */
import fc from 'fast-check';
import { createLog, scrub } from '../../sidecar/log';

function lineOf(fields: object): string {
  const lines: string[] = [];
  createLog('info', { write: (line) => void lines.push(line) }).info(fields, 'something happened');
  return lines.join('');
}

const SECRET = 'hunter2-of-Ada-Lovelace';

/** BBB's create event as it passes, cut down. */
const CREATED = {
  envelope: { name: 'MeetingCreatedEvtMsg', timestamp: 1 },
  core: {
    header: { name: 'MeetingCreatedEvtMsg' },
    body: {
      props: {
        meetingProp: { name: SECRET, intId: 'meeting-1' },
        password: { moderatorPass: SECRET, viewerPass: SECRET, learningDashboardAccessToken: SECRET },
      },
    },
  },
};

test("BBB's create event keeps its passwords and its name to itself, and shows its id", () => {
  const line = lineOf({ message: CREATED });
  expect(line).not.toContain(SECRET);
  expect(line).toContain('meeting-1');
});

test.each([
  'password',
  'moderatorPass',
  'viewerPass',
  'moderatorPW',
  'attendeePW',
  'authToken',
  'sessionToken',
  'learningDashboardAccessToken',
  'secret',
  'token',
  'authorization',
  'name',
  'fullName',
  'firstName',
  'lastName',
  'userName',
  'callerName',
  'callerNum',
  'email',
])('%s is left out at every depth', (field) => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('users', 'body', 'a.b', '0'), { maxLength: 8 }), (path) => {
      const fields = path.reduceRight<object>((inner, key) => ({ [key]: inner }), { [field]: SECRET });
      expect(lineOf(fields)).not.toContain(SECRET);
      expect(lineOf({ list: [fields] })).not.toContain(SECRET);
    }),
    { numRuns: 30 },
  );
});

test.each([
  ['a checksum', `https://b.example/api/end?meetingID=x&checksum=${'ab12'.repeat(16)}`, 'ab12ab12'],
  ['a password in a URL', `postgres://user:${SECRET}@db.example/x`, SECRET],
  ['one with an @ in it', 'redis://:p@ss-word@127.0.0.1:6379', 'ss-word'],
  ['a bearer token', `Authorization: Bearer ${SECRET}`, SECRET],
  ['a JWT', 'token eyJhbGciOiJIUzI1NiJ9.eyJyb29tIjoieCJ9.abc-DEF_1 was refused', 'eyJyb29tIjoieCJ9'],
])('%s is taken out of a text, in a field, an error and its stack', (_what, text, secret) => {
  expect(scrub(text)).not.toContain(secret);
  expect(lineOf({ reason: text, deep: { down: [text] }, error: new Error(text) })).not.toContain(secret);
});

test('ids and numbers stay as they are', () => {
  const fields = { internalMeetingId: 'a-1', count: 3, ok: true, nothing: null, ids: ['w_1', 'v_2'] };
  const line = JSON.parse(lineOf(fields)) as object;
  expect(line).toMatchObject({ level: 'info', msg: 'something happened', ...fields });
});

test('what refers to itself is cut off, not followed for ever', () => {
  const loop: { self?: object } = {};
  loop.self = loop;
  expect(lineOf({ loop })).toContain('[too deep]');
});

test('an error keeps its kind', () => {
  expect(lineOf({ error: new TypeError('wrong') })).toMatch(/"type":"TypeError","message":"wrong"/);
});
