/** One line of a history's record. */
import type { MeetingEvent } from '../../../../sidecar/core/events';
import { MEETING, T0 } from '../../../support/builders';
import type { Wrong } from './judge';

export function inSeconds(moment: number): string {
  return ((moment - T0) / 1_000).toFixed(3);
}

export function describeEvent(event: MeetingEvent): string {
  const { internalMeetingId, type, at, ...rest } = event as MeetingEvent & Record<string, unknown>;
  const where = internalMeetingId === MEETING ? '' : `[${internalMeetingId.slice(0, 6)}] `;
  const details = Object.entries(rest)
    .filter(([key]) => key !== 'props' && key !== 'recordingActive')
    .map(([key, value]) => `${key}=${shorten(key, value)}`);
  return `${where}${type}@${inSeconds(at)} ${details.join(' ')}`;
}

function shorten(key: string, value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(describeAttendee).join(' ')}]`;
  if ((key === 'until' || key === 'notBefore') && typeof value === 'number') return inSeconds(value);
  return String(value);
}

function describeAttendee(attendee: object): string {
  return Object.entries(attendee)
    .filter(([name]) => /UserId|joinedAt|leftAt/.test(name))
    .map(([, value]) => (typeof value === 'number' ? inSeconds(value) : String(value)))
    .join(':');
}

/** The end of the record up to that wrong. */
export function describeWrong({ at, person, sessions, by, what }: Wrong, log: readonly string[]): string {
  const text = `${person} (${sessions}), by the ${by}: ${what}`;
  const end = log.indexOf(`${inSeconds(at)} ! ${text}`);
  return [`${inSeconds(at)} ${text}`, ...log.slice(Math.max(0, end - 120), end + 1)].join('\n');
}
