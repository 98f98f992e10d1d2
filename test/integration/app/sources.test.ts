/** Each limit by each of the ways in which BBB tells what happens: the bus of another version, its lists alone, the list on the bus alone. */

import { isPresent } from '../../../sidecar/core/evidence';
import type { InternalMeetingId } from '../../../sidecar/core/meeting';
import type { Attendee, MeetingView } from '../../bbb-simulator';
import { until } from '../../support/until';
import { startWorld, type World } from '../../support/world';

const MINUTE = 60_000;
let world: World;
afterEach(() => world.stop());

/** A meeting of the default tier (free: 60 minutes, 10 people, no recording) that BBB itself limits in nothing. */
function create(): MeetingView {
  return world.bbb.create({ meetingID: 'assembly', record: true });
}

const join = (account: string, role: 'MODERATOR' | 'VIEWER' = 'VIEWER'): Attendee =>
  world.bbb.join('assembly', { externalUserId: account, name: `Name of ${account}`, role });

const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `u${index + 1}`);
const assembly = (): MeetingView => world.bbb.meeting('assembly');
const accounts = (): string[] => assembly().people.map((person) => person.externalUserId);

describe('on BBB 2.7', () => {
  const given = async (): Promise<void> => {
    world = await startWorld({ simulator: { version: '2.7' } });
    create();
  };

  test('participants: the eleventh is removed', async () => {
    await given();
    for (const name of names(10)) join(name);
    await world.advance(1_000);
    join('late');
    await world.advance(2_000);
    expect(accounts()).toEqual(names(10));
  });

  test('meeting_duration: the end, of which 2.7 lets nobody tell in the chat', async () => {
    await given();
    join('u1');
    await world.advance(60 * MINUTE + 14_000);
    expect([assembly().running, assembly().chat]).toEqual([true, []]);
    await world.advance(2_000);
    expect(assembly().ended).toMatchObject({ reason: 'ENDED_FROM_API' });
  });

  test('recording: a start is stopped', async () => {
    await given();
    const { internalUserId } = join('mod', 'MODERATOR');
    await world.advance(1_000);
    world.bbb.startRecording('assembly', internalUserId);
    expect(assembly().recording.active).toBe(true);
    await world.advance(1_000);
    expect(assembly().recording.active).toBe(false);
  });
});

describe("by BBB's lists alone, with nothing ever heard on the bus", () => {
  const given = async (): Promise<void> => {
    world = await startWorld({ env: { WEBHOOKS: 'off' } });
    world.bbb.faults.pauseBus();
    create();
  };

  test('participants: who certainly came last is removed, one place being left for a bot that the lists do not tell', async () => {
    await given();
    for (const name of names(11)) join(name);
    await world.advance(2 * MINUTE);
    expect(accounts()).toHaveLength(11);
    join('late');
    await world.advance(2 * MINUTE);
    expect(accounts()).toEqual(names(11));
  });

  test('meeting_duration: told, and ended', async () => {
    await given();
    join('u1');
    await world.advance(60 * MINUTE + 14_000);
    expect(assembly().chat).toHaveLength(3);
    expect(assembly().running).toBe(true);
    await world.advance(31_000);
    expect(assembly().ended).toMatchObject({ reason: 'ENDED_FROM_API' });
  });

  test('recording: stopped in the name of a moderator who is there', async () => {
    await given();
    const { internalUserId } = join('mod', 'MODERATOR');
    await world.advance(2 * MINUTE);
    world.bbb.startRecording('assembly', internalUserId);
    await world.advance(2 * MINUTE);
    expect(assembly().recording.active).toBe(false);
  });
});

test('the list that passes by on the bus tells of whoever came unheard, with both lists of the API down', async () => {
  world = await startWorld();
  const meeting = create();
  for (const name of names(10)) join(name);
  await world.advance(MINUTE);
  await world.bbb.faults.api({ kind: 'down' });
  await world.bbb.faults.analytics('down');
  const heard = world.bbb.faults.bus({ match: 'UserJoinedMeetingEvtMsg', effect: 'lose' });
  const { internalUserId } = join('late');
  const isKnown = (): boolean =>
    [
      ...(world.app.watch.meetings.get(meeting.internalMeetingId as InternalMeetingId)?.attendees.values() ??
        []),
    ].some((attendee) => attendee.internalUserId === internalUserId && isPresent(attendee));
  await world.advance(1_000);
  heard();
  expect(isKnown()).toBe(false);
  await world.advance(MINUTE);
  expect(isKnown()).toBe(true);
  // Whose session that is, it does not say: nobody goes before BBB's other list has told.
  expect(accounts()).toContain('late');
  await world.bbb.faults.clear();
  // BBB's API is left alone for a second of real time after it failed so often.
  await world.advance(MINUTE);
  // It may be a bot, as everybody whom only lists show; the next to come is none.
  join('later');
  await until('BBB to be asked again', async () => {
    await world.advance(5_000);
    return !accounts().includes('later');
  });
  expect(accounts()).toEqual([...names(10), 'late']);
});
