/**
 * Reads the events that come with every person, laid out as akka-apps writes them, without parsing the rest of the message: a fifth of
 * the cost, and these are most of what is relevant. Returns what the parser would return; what is laid out otherwise is left to it.
 * The list of people is parsed (`quick-list.ts`), but not checked by the schema.
 */
import { bbbInstant } from '../core/bbb-instant';
import type { InternalMeetingId, InternalUserId } from '../core/meeting';
import { isRemovedForGood } from './eject-reason';
import { quickList } from './quick-list';
import { IRRELEVANT, type QuickRead, type Reading } from './reading';

/** These messages have some 700 bytes; a longer one is better parsed. */
const LONGEST_BYTES = 4096;

/** Plain ASCII without quotes, escapes and what a parser would take for an error. */
const PLAIN = '[ !#-\\[\\]-~]';
const ID = `(${PLAIN}{1,256})`;
/** A JSON string of any content, as bytes. */
const ANY_TEXT = '(?:[^"\\\\]|\\\\.)*';
/** Whatever else is in an object that holds no other, as far as it must be closed again: what is cut off does not fit. */
const REST = `(?:[^"{}]|"${ANY_TEXT}")*`;
const END = '\\}\\}\\}$';
const INSTANT = '(0|[1-9]\\d{0,14})';
const YES = '(true|false)';

/** Nobody can put these into a message: inside a JSON string every quote has a backslash before it. */
function layout(name: string, body: string): RegExp {
  const envelope = `\\{"envelope":\\{"name":"${name}","routing":\\{[^{}]*\\},"timestamp":${INSTANT}\\}`;
  const header = `"header":\\{"name":"${name}","meetingId":"${ID}","userId":"${PLAIN}*"\\}`;
  return new RegExp(`^${envelope},"core":\\{${header},"body":\\{${body}`);
}

type Found = readonly (string | undefined)[];

/** What a pattern finds is a view of the whole message to V8, which would be kept for as long as the id is. */
function copyOf(found: string | undefined): string {
  return Buffer.from(found ?? '', 'latin1').toString('latin1');
}

function base(found: Found) {
  return {
    internalMeetingId: copyOf(found[2]) as InternalMeetingId,
    at: bbbInstant(Number(found[1])),
    via: 'bus' as const,
  };
}

function userIn(found: Found): InternalUserId {
  return copyOf(found[3]) as InternalUserId;
}

function quickly(pattern: RegExp, convert: (found: Found, text: string) => Reading | undefined): QuickRead {
  return (message) => {
    if (message.length > LONGEST_BYTES) return undefined;
    const text = message.toString('latin1');
    const found = pattern.exec(text);
    return found === null ? undefined : convert(found, text);
  };
}

const ROLE = '"role":"(MODERATOR|VIEWER)"';
/** The last field, userMetadata, is the only object in it. */
const JOINED = `"intId":"${ID}","extId":"${ID}","name":"${ANY_TEXT}",${ROLE},(?:"bot":${YES},)?${REST}(?:\\{${REST}\\})?${END}`;

const userJoined = quickly(layout('UserJoinedMeetingEvtMsg', JOINED), (found, text) => {
  const [, , , , externalUserId, role, bot] = found;
  // Before 3.0 there is no such field; anywhere else than expected it would be overlooked.
  if (bot === undefined && text.includes('"bot"')) return undefined;
  if (text.includes('"bbb_record_permission"')) return undefined;
  const event = {
    type: 'user-joined',
    ...base(found),
    internalUserId: userIn(found),
    externalUserId: copyOf(externalUserId),
    role: role === 'MODERATOR' ? 'MODERATOR' : 'VIEWER',
    bot: bot === 'true',
  } as const;
  return { result: 'event', event };
});

const EJECTION = `"eject":${YES},"ejectedBy":"${PLAIN}*","reason":"${ANY_TEXT}","reasonCode":"(${PLAIN}*)"`;

const userLeft = quickly(
  layout('UserLeftMeetingEvtMsg', `"intId":"${ID}"(?:,${EJECTION})?${END}`),
  (found) => {
    const ejected = isRemovedForGood(found[5] ?? '');
    return {
      result: 'event',
      event: { type: 'user-left', ...base(found), internalUserId: userIn(found), ejected },
    };
  },
);

const FLAG = `"intId":"${ID}","userLeftFlag":${YES}${END}`;

const userLeftFlagUpdated = quickly(layout('UserLeftFlagUpdatedEvtMsg', FLAG), (found) => {
  const left = found[4] === 'true';
  return {
    result: 'event',
    event: { type: 'user-left-flag-updated', ...base(found), internalUserId: userIn(found), left },
  };
});

/** Of those in the voice conference only phone callers matter: their ids begin with `v_`. */
const BROWSER_AUDIO = `"voiceConf":"${PLAIN}*","intId":"(?!v_)${ID}",?${REST}${END}`;

function browserAudio(name: string): QuickRead {
  return quickly(layout(name, BROWSER_AUDIO), () => IRRELEVANT);
}

/** By message name. */
export const QUICK_READS: ReadonlyMap<string, QuickRead> = new Map([
  ['UserJoinedMeetingEvtMsg', userJoined],
  ['UserLeftMeetingEvtMsg', userLeft],
  ['UserLeftFlagUpdatedEvtMsg', userLeftFlagUpdated],
  ['UserJoinedVoiceConfToClientEvtMsg', browserAudio('UserJoinedVoiceConfToClientEvtMsg')],
  ['UserLeftVoiceConfToClientEvtMsg', browserAudio('UserLeftVoiceConfToClientEvtMsg')],
  ['MeetingInfoAnalyticsServiceMsg', quickList],
]);
