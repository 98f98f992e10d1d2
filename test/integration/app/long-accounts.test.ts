/** Whoever signs join links names the accounts, and may name them at any length. */
import { startWorld, type World } from '../../support/world';

const MINUTE = 60_000;
let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

/** A meeting of a tier with ten places, and five more people than that. */
async function crowd(meetingID: string, account: (who: number) => string): Promise<void> {
  world.bbb.create({ meetingID });
  for (let who = 0; who < 15; who += 1) {
    const role = who === 0 ? 'MODERATOR' : 'VIEWER';
    world.bbb.join(meetingID, { externalUserId: account(who), name: `Person ${who}`, role });
    await world.advance(1_000);
  }
  await world.advance(MINUTE);
}

const there = (meetingID: string): number =>
  world.bbb.meeting(meetingID).people.filter(({ connected }) => connected).length;

test.each([
  ['300 characters', 300],
  ['1,100 characters', 1_100],
])('accounts of %s: counted, and removed beyond the cap, like all others', async (_length, length) => {
  const meetingID = `long-${length}`;
  await crowd(meetingID, (who) => (who < 5 ? `short-${who}` : `${who}-`.padEnd(length, 'x')));
  expect(there(meetingID)).toBe(10);
  world.bbb.endMeeting(world.bbb.meeting(meetingID).internalMeetingId);
});
