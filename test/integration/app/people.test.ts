/** Who takes a place: callers in the lobby do not, people in a breakout room do for as long as they are there. */
import { startWorld, type World } from '../../support/world';

const MINUTE = 60_000;

let world: World;
afterEach(() => world.stop());

const ejected = (): readonly string[] =>
  world.bbb.meeting('assembly').ejected.map(({ internalUserId }) => internalUserId);

test('callers wait in the lobby → ten members stay in ten places; a caller let in as the eleventh goes', async () => {
  world = await startWorld();
  const meeting = world.bbb.create({ meetingID: 'assembly', guestPolicy: 'ASK_MODERATOR' });
  const moderator = world.bbb.join(meeting, { externalUserId: 'u0', name: 'P 0', role: 'MODERATOR' });
  await world.advance(1_000);
  const callers = ['1', '2', '3'].map((n) => world.bbb.dialIn(meeting, { callerName: `+49 30 555010${n}` }));
  await world.advance(40_000);
  for (let index = 1; index < 10; index += 1) {
    world.bbb.join(meeting, { externalUserId: `u${index}`, name: `P ${index}` });
    await world.advance(5_000);
  }
  await world.advance(3 * MINUTE);
  expect(ejected()).toEqual([]);
  expect(world.bbb.meeting('assembly').chat).toEqual([]);

  const [first = ''] = callers;
  world.bbb.decideGuests(meeting, [{ guest: first, status: 'ALLOW' }], moderator.internalUserId);
  await world.advance(MINUTE);
  expect(ejected()).toEqual([first]);
});

test('in a breakout room for 25 minutes with the main tab closed → keeps the seat, newcomers go', async () => {
  world = await startWorld();
  await world.editTiers((tiers) => tiers.replace('meeting_duration: 60m', 'meeting_duration: 6h'));
  const meeting = world.bbb.create({ meetingID: 'assembly' });
  const people: { readonly internalUserId: string }[] = [];
  for (let index = 0; index < 10; index += 1) {
    const role = index === 0 ? 'MODERATOR' : 'VIEWER';
    people.push(world.bbb.join(meeting, { externalUserId: `u${index}`, name: `P ${index}`, role }));
    await world.advance(1_000);
  }
  const eighth = people[8]?.internalUserId ?? '';
  await world.advance(4 * MINUTE);
  const [room = ''] = world.bbb.openBreakouts(meeting, { count: 1, durationMinutes: 60 });
  world.bbb.joinBreakout(room, eighth, { name: 'P 8' });
  await world.advance(MINUTE);
  world.bbb.leave(meeting, eighth);
  const late: string[] = [];
  for (const minutes of [5, 20]) {
    await world.advance(minutes * MINUTE);
    late.push(
      world.bbb.join(meeting, { externalUserId: `n${minutes}`, name: `N ${minutes}` }).internalUserId,
    );
    await world.advance(90_000);
    expect(ejected()).toEqual(late);
  }
  world.bbb.join(meeting, { externalUserId: 'u8', name: 'P 8' });
  await world.advance(2 * MINUTE);
  expect(ejected()).toEqual(late);
});

test('the eleventh sits in a breakout room by the time of the removal → goes from there at once, too', async () => {
  world = await startWorld();
  const meeting = world.bbb.create({ meetingID: 'assembly' });
  for (let index = 0; index < 10; index += 1) {
    const role = index === 0 ? 'MODERATOR' : 'VIEWER';
    world.bbb.join(meeting, { externalUserId: `u${index}`, name: `P ${index}`, role });
    await world.advance(1_000);
  }
  const [room = ''] = world.bbb.openBreakouts(meeting, { count: 1, durationMinutes: 30 });
  await world.advance(MINUTE);
  // A clock that was set keeps everybody in for two resyncs.
  world.clock.stepWall(60 * MINUTE);
  const eleventh = world.bbb.join(meeting, { externalUserId: 'eleventh', name: 'Eleventh' }).internalUserId;
  await world.advance(5_000);
  world.bbb.joinBreakout(room, eleventh, { name: 'Eleventh' });
  await world.advance(5_000);
  expect(world.bbb.meeting(room).people).toHaveLength(1);
  for (let tenths = 0; tenths < 600 && ejected().length === 0; tenths += 1) await world.advance(100);
  expect(ejected()).toEqual([eleventh]);
  expect(world.bbb.meeting(room).people).toEqual([]);
});
