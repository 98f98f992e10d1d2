/** Counting, usage and retention on a real database: breakout rooms, running meetings, two counters at once, old rows. */
import { rollUp } from '../../../sidecar/ledger/roll-up';
import { readUsage } from '../../../sidecar/ledger/usage';
import { readMeeting } from '../../../sidecar/store/meetings';
import { meetingId, someProps } from '../../support/builders';
import { ended, meeting, notice } from '../store/entries';
import { useJournal } from '../store/journaled';
import { MINUTE, NOON, PARENT, run, stay } from './runs';

const kept = useJournal();

const BREAKOUT = meetingId('breakout');

const breakoutProps = someProps({
  createTime: NOON + 10 * MINUTE,
  isBreakout: true,
  parentInternalMeetingId: PARENT,
  breakoutSequence: 1,
});
const breakout = meeting(
  BREAKOUT,
  { props: breakoutProps, seenAt: NOON + 10 * MINUTE },
  { source: 'parent' },
);

async function used(id: string) {
  return (await readMeeting(kept.pool, id))?.used;
}

test('who is in a breakout room counts once, in the parent, in whichever order the two become known', async () => {
  await kept.flushed(
    breakout,
    stay('x', BREAKOUT, 10, 30, { externalUserId: 'w_ann-1' }),
    ended(BREAKOUT, NOON + 30 * MINUTE),
  );
  await rollUp(kept.pool);
  expect(await used(BREAKOUT)).toMatchObject({ participantMs: 20 * MINUTE });
  await kept.flushed(...run(PARENT, 60), stay('ann', PARENT, 0, 20), stay('ben', PARENT, 0, 60));
  await rollUp(kept.pool);
  expect(await used(PARENT)).toMatchObject({ participantMs: (30 + 60) * MINUTE, peakParticipants: 2 });
  expect(await used(BREAKOUT)).toBeUndefined();
  const { rows } = await kept.pool.query('select internal_meeting_id as id from bbb_tiers.meeting_days');
  expect(rows).toEqual([{ id: PARENT }]);
  // A late word on the room is counted in the parent as well.
  await kept.flushed(stay('y', BREAKOUT, 10, 30, { externalUserId: 'w_cem-1' }));
  await rollUp(kept.pool);
  expect(await used(PARENT)).toMatchObject({ participantMs: (30 + 60 + 20) * MINUTE, peakParticipants: 3 });
});

test('breakout rooms that name each other as parents are counted each by itself, once', async () => {
  const [a, b] = [meetingId('a'), meetingId('b')];
  for (const [id, parentInternalMeetingId] of [
    [a, b],
    [b, a],
  ] as const) {
    const props = someProps({ createTime: NOON, isBreakout: true, parentInternalMeetingId });
    await kept.flushed(
      meeting(id, { props, seenAt: NOON }),
      stay('ann', id, 0, 5),
      ended(id, NOON + 5 * MINUTE),
    );
  }
  await rollUp(kept.pool);
  expect(await rollUp(kept.pool)).toBe(0);
  expect([await used(a), await used(b)]).toMatchObject([
    { participantMs: 5 * MINUTE },
    { participantMs: 5 * MINUTE },
  ]);
});

test('a running meeting is counted up to when it was last seen, and again as time goes by', async () => {
  await kept.flushed(...run(PARENT, undefined), stay('ann', PARENT, 0));
  await rollUp(kept.pool);
  expect(await used(PARENT)).toMatchObject({ participantMs: 0 });
  kept.journal.observed(NOON + 4 * MINUTE, new Set([PARENT]));
  await kept.journal.flush(10_000);
  expect(await rollUp(kept.pool)).toBe(0);
  kept.journal.observed(NOON + 6 * MINUTE, new Set([PARENT]));
  await kept.journal.flush(10_000);
  await rollUp(kept.pool);
  expect(await used(PARENT)).toMatchObject({ participantMs: 6 * MINUTE, countedUntil: NOON + 6 * MINUTE });
  expect(await rollUp(kept.pool)).toBe(0);
});

test('stray events of a meeting nobody knows are minutes, but no meeting', async () => {
  await kept.flushed(stay('ann', PARENT, 0, 5), notice('n', BREAKOUT));
  await rollUp(kept.pool);
  expect(await readUsage(kept.pool, { month: '2026-11', by: 'tenant' })).toMatchObject([
    { meetings: 0, participantMinutes: 5 },
  ]);
});

test('a create time that is far off costs at most a year of days', async () => {
  await kept.flushed(...run(PARENT, undefined, {}, 0), ended(PARENT, NOON), stay('ann', PARENT, -60, 0));
  await rollUp(kept.pool);
  const { rows } = await kept.pool.query(
    'select count(*) days, sum(participant_ms)::bigint ms from bbb_tiers.meeting_days',
  );
  expect(rows).toEqual([{ days: 367, ms: 60 * MINUTE }]);
});

test('counters at once, while entries come in, end with what one would have counted', async () => {
  const ids = Array.from({ length: 60 }, (_, index) => meetingId(`m${index}`));
  const counting = new Set<Promise<unknown>>();
  for (let round = 1; round <= 6; round += 1) {
    for (const id of ids) {
      for (const entry of run(id, 60)) kept.journal.write(entry);
      kept.journal.write(stay(`p${round}`, id, 0, round));
    }
    for (let each = 0; each < 3; each += 1) counting.add(rollUp(kept.pool).catch((error: Error) => error));
    await kept.journal.flush(10_000);
  }
  await Promise.all(counting);
  await rollUp(kept.pool);
  expect(await rollUp(kept.pool)).toBe(0);
  for (const id of ids) expect((await used(id))?.participantMs).toBe((1 + 2 + 3 + 4 + 5 + 6) * MINUTE);
});
