/** The registry behind hooks/create, list and destroy; it delivers nothing. */
import { createHash } from 'node:crypto';
import type { PermanentHook } from '../options';

export interface Hook {
  readonly id: string;
  readonly callbackURL: string;
  readonly permanent: boolean;
  readonly getRaw: boolean;
  /** External meeting id; undefined: hears of all meetings. */
  readonly meetingID: string | undefined;
  /** Lower-case ids of webhook events; undefined: all. */
  readonly eventID: readonly string[] | undefined;
}

export interface Subscription {
  readonly callbackURL: string;
  readonly meetingID?: string | undefined;
  readonly eventID?: string | undefined;
  readonly getRaw?: boolean;
  readonly permanent?: boolean;
}

export interface HookRegistry {
  /** One hook per callback URL: a second registration gets the first one's id. */
  add(subscription: Subscription): { readonly hook: Hook; readonly duplicated: boolean };
  /** Permanent hooks stay. */
  remove(id: string): boolean;
  list(meetingID?: string): Hook[];
  /** Gone by itself: its deliveries failed to the end of the schedule. */
  drop(hook: Hook): void;
  has(hook: Hook): boolean;
  /** Whom an event of that meeting concerns: all global hooks, and at most one of the meeting's own. */
  concerned(externalMeetingId: string | undefined): Hook[];
}

export function hookRegistry(permanent: readonly PermanentHook[]): HookRegistry {
  const hooks = new Map<string, Hook>();
  let lastId = 0;

  function add(subscription: Subscription): { hook: Hook; duplicated: boolean } {
    const existing = [...hooks.values()].find((hook) => hook.callbackURL === subscription.callbackURL);
    if (existing !== undefined) return { hook: existing, duplicated: true };
    lastId += 1;
    const hook: Hook = {
      id: subscription.permanent === true ? urlId(subscription.callbackURL) : `hook-${lastId}`,
      callbackURL: subscription.callbackURL,
      permanent: subscription.permanent ?? false,
      getRaw: subscription.getRaw ?? false,
      meetingID: subscription.meetingID,
      eventID: subscription.eventID?.toLowerCase().split(','),
    };
    hooks.set(hook.id, hook);
    return { hook, duplicated: false };
  }

  const global = (): Hook[] => [...hooks.values()].filter((hook) => hook.meetingID === undefined);
  const ofMeeting = (id: string): Hook[] => [...hooks.values()].filter((hook) => hook.meetingID === id);
  for (const { url, getRaw } of permanent)
    add({ callbackURL: url, getRaw: getRaw ?? false, permanent: true });

  return {
    add,
    remove: (id) => hooks.get(id)?.permanent === false && hooks.delete(id),
    list: (meetingID) =>
      meetingID === undefined ? [...hooks.values()] : [...global(), ...ofMeeting(meetingID)],
    drop: (hook) => void hooks.delete(hook.id),
    has: (hook) => hooks.get(hook.id) === hook,
    concerned: (id) => [...global(), ...(id === undefined ? [] : ofMeeting(id).slice(0, 1))],
  };
}

/** UUID v5 in the URL namespace, as permanent hooks are named. */
function urlId(url: string): string {
  const namespace = Buffer.from('6ba7b8119dad11d180b400c04fd430c8', 'hex');
  const hash = createHash('sha1').update(namespace).update(url).digest().subarray(0, 16);
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  return hash.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
