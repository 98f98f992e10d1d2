/** Names out of the first bytes. */
import fc from 'fast-check';
import { nameFilter } from '../../../sidecar/bus/message-name';
import { NAME_PREFIX } from '../../../sidecar/bus/protocol';

const NAMES = [
  'MeetingEndedEvtMsg',
  'MeetingEndingEvtMsg',
  'MeetingCreatedEvtMsg',
  'UserJoinedMeetingEvtMsg',
];
const values = new Map(NAMES.map((name) => [name, { name }]));
const find = nameFilter(values);

function message(name: string): Buffer {
  return Buffer.from(`${NAME_PREFIX}${name}","routing":{},"timestamp":1},"core":{}}`);
}

it('finds each name and hands back its value', () => {
  for (const name of NAMES) expect(find(message(name))).toBe(values.get(name));
});

it.each([
  'UserTalkingVoiceEvtMsg',
  'MeetingEndedEvtMs',
  'MeetingEndedEvtMsgX',
  'meetingEndedEvtMsg',
  '',
  'Ünbekannt',
  '__proto__',
  'constructor',
])('knows nothing of %j', (name) => {
  expect(find(message(name))).toBeUndefined();
});

it('is no name until the quote that ends it', () => {
  expect(find(Buffer.from(`${NAME_PREFIX}MeetingEndedEvtMsg`))).toBeUndefined();
  expect(find(Buffer.from(`${NAME_PREFIX}MeetingEndedEvtMsg"`))).toBe(values.get('MeetingEndedEvtMsg'));
});

it.each([
  '',
  '{',
  ' {"envelope":{"name":"MeetingEndedEvtMsg"}}',
  '{"core":{},"envelope":{}}',
  NAME_PREFIX.slice(0, -1),
])('cannot tell from the first bytes: %j', (text) => {
  expect(find(Buffer.from(text))).toBe('unreadable');
});

it('agrees with a look at the text, for any bytes', () => {
  const piece = fc.oneof(fc.constantFrom(...NAMES, NAME_PREFIX, '"'), fc.string());
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 4 }), (pieces) => {
      const text = pieces.join('');
      const expected = text.startsWith(NAME_PREFIX)
        ? values.get(NAMES.find((name) => text.startsWith(`${NAME_PREFIX}${name}"`)) ?? '')
        : 'unreadable';
      expect(find(Buffer.from(text))).toBe(expected);
    }),
  );
});
