/**
 * Reads akka-apps' list of a meeting's people field by field. Returns what the schema would return; what is laid out otherwise it leaves
 * to it. The list comes for every meeting every 30 s with everybody in it, and checked by the schema the message cost twice as much, and kept
 * the whole of itself alive until the next full garbage collection.
 */
import { LONGEST_ID, LONGEST_NAME } from '../bbb-fields';
import { bbbInstant } from '../core/bbb-instant';
import type { AnalyticsSnapshot } from '../core/events';
import type { InternalUserId } from '../core/meeting';
import { listSnapshot } from './list-snapshot';
import type { QuickRead } from './reading';

/** Well before what a Date can name. */
const LATEST_MS = 1e15;

type Fields = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= LONGEST_ID;
}

function isInstant(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= LATEST_MS;
}

type ListedUser = AnalyticsSnapshot['users'][number];

function userOf(value: unknown): ListedUser | undefined {
  if (!isObject(value)) return undefined;
  const { id, name, role } = value;
  if (!isId(id) || typeof name !== 'string' || name.length > LONGEST_NAME) return undefined;
  if (role !== 'MODERATOR' && role !== 'VIEWER') return undefined;
  return { internalUserId: id as InternalUserId, fullName: name, role };
}

function usersOf(value: unknown): readonly ListedUser[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const users: ListedUser[] = [];
  for (const each of value as readonly unknown[]) {
    const user = userOf(each);
    if (user === undefined) return undefined;
    users.push(user);
  }
  return users;
}

function parsed(message: Buffer): Fields {
  try {
    const value: unknown = JSON.parse(message.toString('utf8'));
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

/** MeetingInfoAnalyticsServiceMsg. */
export const quickList: QuickRead = (message) => {
  const { envelope, core } = parsed(message);
  if (!isObject(envelope) || !isObject(core) || !('header' in core) || !isObject(core.body)) return undefined;
  const { timestamp } = envelope;
  const { meetingInfo } = core.body;
  if (!isInstant(timestamp) || !isObject(meetingInfo)) return undefined;
  const { internalId, isMeetingRecorded } = meetingInfo;
  const users = usersOf(meetingInfo.users);
  if (!isId(internalId) || typeof isMeetingRecorded !== 'boolean' || users === undefined) return undefined;
  return {
    result: 'event',
    event: listSnapshot(internalId, bbbInstant(timestamp), users, meetingInfo.audio, isMeetingRecorded),
  };
};
