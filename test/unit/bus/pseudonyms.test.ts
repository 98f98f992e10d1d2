import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { createPseudonyms, RECORDING_BEGINS_AT } from '../../../sidecar/bus/pseudonyms';

const BEGAN = Date.parse('2026-11-02T10:00:00Z');
const KEY = Buffer.alloc(32, 7);
const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex');

function replace<T>(value: T): T {
  return createPseudonyms(KEY, BEGAN).message(value as never) as T;
}

const PERSONAL = 'Ada Lovelace';

test('join event → no name, account, address or token left, the vocabulary of BBB is', () => {
  const internal = `${sha1('room-1')}-${BEGAN}`;
  const message = {
    envelope: {
      name: 'UserJoinedMeetingEvtMsg',
      routing: { msgType: 'BROADCAST_TO_MEETING', meetingId: internal, userId: 'w_abcdef123456' },
      timestamp: BEGAN + 5,
    },
    core: {
      header: { name: 'UserJoinedMeetingEvtMsg', meetingId: internal, userId: 'w_abcdef123456' },
      body: {
        intId: 'w_abcdef123456',
        extId: 'gl-4711',
        name: PERSONAL,
        role: 'MODERATOR',
        guestStatus: 'ALLOW',
        avatar: 'https://portal.example/ada.png',
        joinRequestMetadata: { ip: '192.0.2.7', sessionToken: 'abc' },
        userMetadata: { bbb_record_permission: 'false', 'ada-key': 'ada' },
        authToken: 'secret',
        presenter: false,
      },
    },
  };
  const text = JSON.stringify(replace(message));
  expect(text).not.toMatch(
    /Ada |ada-key|ada.png|gl-4711|portal|192\.0|abcdef123456|secret|sessionToken|authToken/,
  );
  const found = replace(message);
  expect(found.envelope).toMatchObject({ name: message.envelope.name, timestamp: RECORDING_BEGINS_AT + 5 });
  expect(found.core.body).toMatchObject({ role: 'MODERATOR', guestStatus: 'ALLOW', presenter: false });
  expect(Object.keys(found.core.body)).toEqual(
    Object.keys(message.core.body).filter((key) => key !== 'joinRequestMetadata' && key !== 'authToken'),
  );
});

test('ids that BBB derives from each other → derived from each other still', () => {
  const external = 'assembly-room';
  const found = replace({
    extId: external,
    intId: `${sha1(external)}-${BEGAN + 60_000}`,
    createdTime: BEGAN + 60_000,
    userId: 'w_abcdef123456',
    inRoom: 'w_abcdef123456-2',
    caller: 'v_10247',
    voiceId: '10247',
  });
  expect(found.intId).toBe(`${sha1(found.extId)}-${found.createdTime}`);
  expect(found.createdTime).toBe(RECORDING_BEGINS_AT + 60_000);
  expect(found.inRoom).toBe(`${found.userId}-2`);
  expect(found.caller).toBe(`v_${found.voiceId}`);
});

test('words in capitals outside the vocabulary → replaced: a name may look like that', () => {
  expect(replace({ name: 'ANNA', fullName: 'MODERATOR' })).toEqual({
    name: expect.stringMatching(/^t-/),
    fullName: expect.stringMatching(/^t-/),
  });
});

/** Letters that no pseudonym and no word of BBB's contains. */
const secret = fc.string({ unit: fc.constantFrom('ä', 'ö', 'ß', 'é', 'ž'), minLength: 3, maxLength: 12 });
const anyMessage = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    secret,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      fc.oneof(secret, fc.constantFrom('name', 'role', 'metadata', 'reason', 'userMetadata')),
      tie('value'),
      {
        maxKeys: 5,
      },
    ),
  ),
})).value;

test('whatever the shape of a message → none of its texts and free keys is left', () => {
  fc.assert(
    fc.property(anyMessage, (message) => {
      expect(JSON.stringify(replace(message)) ?? '').not.toMatch(/[äößéž]/);
    }),
  );
});

test('another key → other pseudonyms; the same key → the same', () => {
  const value = { name: PERSONAL, intId: 'w_abcdef123456' };
  const other = createPseudonyms(Buffer.alloc(32, 8), BEGAN).message(value);
  expect(replace(value)).toEqual(replace(value));
  expect(other).not.toEqual(replace(value));
});
