/** The journal across the lives of the service: two at once, killed in the middle, and back after a meeting ended unseen. */
import { rm } from 'node:fs/promises';
import { createPgJournal } from '../../../sidecar/store/journal';
import { meetingId, T0, userId } from '../../support/builders';
import { compileProgram, killHard, startProgram } from '../../support/separate-process';
import { ended, meeting, notice, present, ROOM } from './entries';
import { clock, log, useJournal } from './journaled';

const kept = useJournal();

test('two services on one database write the same things without harm', async () => {
  const second = createPgJournal({ database: { pool: kept.pool }, clock, log });
  const rooms = Array.from({ length: 40 }, (_, index) => meetingId(`r${index}-${T0}`));
  for (let round = 0; round < 10; round += 1) {
    // In opposite orders, so that they come at each other's rows from both ends.
    for (const [writer, order] of [
      [kept.journal, rooms],
      [second, rooms.toReversed()],
    ] as const) {
      for (const id of order) {
        writer.write(meeting(id));
        writer.write(
          present(
            'ann',
            [
              { kind: 'joined', by: 'bus', at: T0 },
              { kind: 'left', by: 'bus', at: T0 + round + 1 },
            ],
            id,
          ),
        );
        writer.write(notice(`n${round}`, id));
      }
    }
    await Promise.all([kept.journal.flush(20_000), second.flush(20_000)]);
  }
  expect([kept.journal.state(), second.state()]).toMatchObject([
    { pending: 0, rejected: 0 },
    { pending: 0, rejected: 0 },
  ]);
  const attendance = await kept.rows<{ left_at: Date }>('select left_at from bbb_tiers.attendance');
  expect(attendance).toHaveLength(40);
  for (const { left_at } of attendance) expect(left_at.getTime()).toBe(T0 + 1);
  expect(await kept.rows('select 1 from bbb_tiers.notices')).toHaveLength(400);
  await second.close();
});

test('kill -9 in the middle: what the service had seen stored is found again, and nothing is there without what came before it', async () => {
  const file = compileProgram(
    'journal-writer',
    `import { createPgJournal } from './sidecar/store/journal';
     import { systemClock } from './sidecar/system-clock';
     import { decision, present } from './test/integration/store/entries';
     const { databaseUrl, base } = JSON.parse(process.argv[2]);
     const log = { info() {}, warn() {}, error() {} };
     const journal = createPgJournal({ database: { databaseUrl }, clock: systemClock(), log });
     let number = 0;
     let told = false;
     function write() {
       number += 1;
       journal.write(present('p' + number, [{ kind: 'joined', by: 'bus', at: base + number }]));
       journal.write(decision('C-' + number, { at: base + number }));
     }
     for (let each = 0; each < 50; each += 1) write();
     setInterval(() => {
       // Nobody asks for a flush: what is written is on its way at once.
       if (told) for (let each = 0; each < 7; each += 1) write();
       else if (journal.state().pending === 0) { told = true; console.log(JSON.stringify({ stored: number })); }
     }, 1);`,
  );
  const { child, line } = await startProgram<{ stored: number }>(file, {
    databaseUrl: kept.database.databaseUrl,
    base: T0,
  });
  await killHard(child);
  await rm(file);
  const attendees = (await kept.journal.recall([ROOM])).get(ROOM)?.remembered.attendees ?? [];
  expect(attendees.length).toBeGreaterThanOrEqual(line.stored);
  const arrivals = attendees.map(({ joinedAt }) => joinedAt - T0);
  expect(arrivals).toEqual(arrivals.map((_, index) => index + 1));
  const decisions = await kept.rows('select 1 from bbb_tiers.decisions');
  expect(Math.abs(decisions.length - attendees.length)).toBeLessThanOrEqual(1);
  // And the next one goes on where it was cut off.
  const last = userId(`w_p${attendees.length}`);
  await kept.flushed(present(`p${attendees.length}`, [{ kind: 'left', by: 'bus', at: T0 + 1e6 }]));
  const again = (await kept.journal.recall([ROOM])).get(ROOM)?.remembered.attendees ?? [];
  expect(again.filter(({ internalUserId }) => internalUserId === last)).toMatchObject([{ leftAt: T0 + 1e6 }]);
});

test('any newer sign of life opens a meeting again that was supposed to have ended, an older one does not', async () => {
  const end = () => kept.rows('select ended_at from bbb_tiers.meetings');
  await kept.flushed(
    meeting(),
    present('ann', [{ kind: 'joined', by: 'bus', at: T0 + 40 }]),
    ended(ROOM, T0 + 50, false),
  );
  await kept.flushed(present('ben', [{ kind: 'joined', by: 'bus', at: T0 + 45 }]));
  expect(await end()).toEqual([{ ended_at: new Date(T0 + 50) }]);
  await kept.flushed(
    present('ben', [
      { kind: 'joined', by: 'bus', at: T0 + 45 },
      { kind: 'left', by: 'bus', at: T0 + 70 },
    ]),
  );
  expect(await end()).toEqual([{ ended_at: null }]);
});

test('a meeting that was supposed to have ended and is listed again is open again', async () => {
  await kept.flushed(meeting(), ended(ROOM, T0 + 50, false));
  kept.journal.observed(T0 + 60_000, new Set([ROOM]));
  await kept.journal.flush(10_000);
  expect(await kept.rows('select ended_at, end_certain from bbb_tiers.meetings')).toEqual([
    { ended_at: null, end_certain: null },
  ]);
  await kept.flushed(ended(ROOM, T0 + 90_000));
  await kept.reopen();
  kept.journal.observed(T0 + 120_000, new Set([ROOM]));
  await kept.journal.flush(10_000);
  expect(await kept.rows('select end_certain from bbb_tiers.meetings')).toEqual([{ end_certain: true }]);
});

test('meetings that ended unseen get a supposed end at the observation before, the others stay', async () => {
  const [gone, alive, young] = ['gone', 'alive', 'young'].map((name) => meetingId(`${name}-${T0}`)) as [
    ReturnType<typeof meetingId>,
    ReturnType<typeof meetingId>,
    ReturnType<typeof meetingId>,
  ];
  await kept.flushed(meeting(gone), meeting(alive));
  kept.journal.observed(T0 + 60_000, new Set([gone, alive]));
  await kept.journal.flush(10_000);
  await kept.reopen();
  kept.journal.write(meeting(young, { seenAt: T0 + 200_000 }));
  // An incomplete list says nothing of who is missing.
  kept.journal.observed(T0 + 150_000, undefined);
  kept.journal.observed(T0 + 180_000, new Set([alive]));
  await kept.journal.flush(10_000);
  const found = await kept.rows(
    'select internal_meeting_id as id, ended_at, end_certain from bbb_tiers.meetings order by 1',
  );
  expect(found).toEqual([
    { id: alive, ended_at: null, end_certain: null },
    { id: gone, ended_at: new Date(T0 + 60_000), end_certain: false },
    { id: young, ended_at: null, end_certain: null },
  ]);
});
