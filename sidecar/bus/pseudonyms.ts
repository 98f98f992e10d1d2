/**
 * Replaces what BBB's messages reveal about people, keeping what a reader of a recording needs: the shape of every message, which values are
 * equal, and how BBB derives one id from another. Only listed words pass unchanged; every other text is replaced.
 */
import { createHash, createHmac } from 'node:crypto';

/** Left out with everything below them, whatever their type. */
const DROPPED_KEY =
  /pass(word)?$|passwords?$|token|secret|cookie|authori[sz]ation|checksum|joinrequestmetadata|^pin$/i;
/** Keys whose values come from a fixed vocabulary of BBB's. Anything that does not look like one word of it is replaced all the same. */
const VOCABULARY_KEYS: ReadonlySet<string> = new Set([
  'msgType',
  'sender',
  'role',
  'guestStatus',
  'guestPolicy',
  'policy',
  'presenterPolicy',
  'reason',
  'reasonCode',
  'clientType',
  'meetingLayout',
  'cameraBridge',
  'screenShareBridge',
  'audioBridge',
  'callingWith',
  'system',
  'status',
  'access',
  'workflow',
  'version',
]);
/** Message names stand here; elsewhere `name` is a person's or a meeting's. */
const NAME_PARENTS: ReadonlySet<string> = new Set(['envelope', 'header']);
const WORD = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/;
/** Values that BBB writes in places where an id or a text may stand as well. */
const FIXED_VALUES: ReadonlySet<string> = new Set([
  '',
  'true',
  'false',
  'bbb-none',
  'system',
  'SYSTEM',
  'nodeJSapp',
  'bbb-web',
  'bbb-apps-akka',
  'not-used',
  'public',
]);
/** Maps whose keys are chosen by whoever calls the API: `meta_…` and `userdata-…` parameters. */
const FREE_KEYED: ReadonlySet<string> = new Set(['metadata', 'userMetadata', 'userSessionMetadata']);
const KNOWN_FREE_KEY = /^(bbb[-_]|tier-)[a-z0-9_-]{1,40}$/;
const PLAIN_KEY = /^[A-Za-z][A-Za-z_-]{0,59}$/;

const INTERNAL_MEETING_ID = /^([0-9a-f]{40})-(\d{13})$/;
const INTERNAL_USER_ID = /^([wv])_(\w{1,64})$/;
const IN_BREAKOUT = /^([wv]_\w{1,64})-(\d{1,3})$/;
const DIGITS = /^\d+$/;

/** Instants in a recording count from this one, epoch ms. */
export const RECORDING_BEGINS_AT = 1_760_000_000_000;
const NEAR_MS = 400 * 86_400_000;

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export interface Pseudonyms {
  /** The message as it may be given away. */
  message(value: Json): Json;
}

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}

/**
 * `key`: random and never stored, so that nobody can look a pseudonym up. `beganAt`: when the recording began, epoch ms; instants within 400 days
 * of it are moved so that it becomes `RECORDING_BEGINS_AT`.
 */
export function createPseudonyms(key: Buffer, beganAt: number): Pseudonyms {
  const digest = (text: string): string => createHmac('sha256', key).update(text).digest('hex');
  const moved = (instant: number): number =>
    Number.isInteger(instant) && Math.abs(instant - beganAt) < NEAR_MS
      ? instant - beganAt + RECORDING_BEGINS_AT
      : instant;
  /** From the hash of a text, so that `sha1(external id)` of a pseudonym is the pseudonym of the internal id. */
  const ofHash = (hash: string): string => `t-${digest(hash).slice(0, 12)}`;

  function digits(text: string): string {
    return BigInt(`0x${digest(text).slice(0, 40)}`)
      .toString()
      .slice(0, text.length)
      .padEnd(text.length, '7');
  }

  function userId(prefix: string, rest: string): string {
    return `${prefix}_${DIGITS.test(rest) ? digits(rest) : digest(rest).slice(0, 12)}`;
  }

  function text(value: string): string {
    if (FIXED_VALUES.has(value)) return value;
    const meeting = INTERNAL_MEETING_ID.exec(value);
    if (meeting !== null) return `${sha1(ofHash(meeting[1] ?? ''))}-${moved(Number(meeting[2]))}`;
    const room = IN_BREAKOUT.exec(value);
    if (room !== null) return `${text(room[1] ?? '')}-${room[2]}`;
    const user = INTERNAL_USER_ID.exec(value);
    if (user !== null) return userId(user[1] ?? '', user[2] ?? '');
    return DIGITS.test(value) ? digits(value) : ofHash(sha1(value));
  }

  function replaced(name: string, parent: string, value: Json): Json {
    if (typeof value === 'number') return moved(value);
    if (typeof value === 'string') {
      const isWord =
        WORD.test(value) && (VOCABULARY_KEYS.has(name) || (name === 'name' && NAME_PARENTS.has(parent)));
      return isWord ? value : text(value);
    }
    if (value === null || typeof value === 'boolean') return value;
    return Array.isArray(value)
      ? value.map((each) => replaced(name, parent, each))
      : fields(name, value as { readonly [key: string]: Json });
  }

  function fields(name: string, object: { readonly [key: string]: Json }): Json {
    const isFree = FREE_KEYED.has(name);
    const keep = (field: string): string => {
      const isKnown = isFree ? KNOWN_FREE_KEY.test(field) : PLAIN_KEY.test(field);
      return isKnown ? field : text(field);
    };
    return Object.fromEntries(
      Object.entries(object)
        .filter(([field]) => !DROPPED_KEY.test(field))
        .map(([field, value]) => [keep(field), replaced(field, name, value)]),
    );
  }

  return { message: (value) => replaced('', '', value) };
}
