/** The decision log and the meeting ledger read back: by what was asked for, in pages that nothing shifts. */
import fc from 'fast-check';
import type { DecisionRecord } from '../../../sidecar/loop/ports';
import { type Cursor, formatCursor, parseCursor } from '../../../sidecar/store/cursor';
import { type DecisionFilter, type LoggedDecision, readDecisions } from '../../../sidecar/store/decisions';
import { readMeeting, readMeetings, readMeetingsById } from '../../../sidecar/store/meetings';
import { meetingId, someProps, T0 } from '../../support/builders';
import { anAssignment, decision, ended, meeting, outcome, ROOM } from './entries';
import { useJournal } from './journaled';

const kept = useJournal();

const HOSTILE = [
  "' or 1=1 --",
  '"; drop schema bbb_tiers cascade; --',
  '\0',
  '\ud800',
  '%',
  '_',
  '$1',
  '\\',
  'x'.repeat(1_000_000),
];

/** All pages, each cursor taken the way it takes through a client. */
async function allPages(
  filter: DecisionFilter,
  size: number,
  between = async () => {},
): Promise<LoggedDecision[]> {
  const found: LoggedDecision[] = [];
  let after: Cursor | undefined;
  do {
    const page = await readDecisions(kept.pool, filter, { size, after });
    expect(page.rows.length).toBeLessThanOrEqual(size);
    found.push(...page.rows);
    after = page.next === undefined ? undefined : parseCursor(formatCursor(page.next));
    await between();
  } while (after !== undefined);
  return found;
}

async function codesOf(filter: DecisionFilter): Promise<string[]> {
  const { rows } = await readDecisions(kept.pool, filter, { size: 100 });
  return rows.map(({ code }) => code);
}

test('a decision comes back as it was written, with what became of it', async () => {
  const written: DecisionRecord = {
    code: 'K7Q-2MX',
    at: T0,
    internalMeetingId: ROOM,
    externalMeetingId: 'ext',
    key: 'participants/eject/gl-ann/1',
    action: 'eject-user',
    reason: { limit: 'participants', enforce: 'hard', value: 11, allowed: 10 },
    tenant: 'demo',
    tier: 'free',
    configVersion: 'v1',
    subject: 'gl-ann',
    dryRun: false,
    detail: undefined,
  };
  await kept.flushed({ type: 'decision', decision: written }, outcome('K7Q-2MX'));
  const { rows } = await readDecisions(kept.pool, { code: 'K7Q-2MX' }, { size: 1 });
  expect(rows).toEqual([
    {
      ...written,
      id: expect.stringMatching(/^\d+$/),
      outcome: { at: T0 + 5, outcome: 'confirmed', attempts: 1, sent: 'end', latencyMs: 5 },
    },
  ]);
});

test('each filter finds its own', async () => {
  const other = meetingId('other');
  await kept.flushed(
    decision('A', { at: T0, tenant: 'acme', tier: 'level-1' }),
    decision('B', { at: T0 + 1, internalMeetingId: other, externalMeetingId: 'their room' }),
    decision('C', {
      at: T0 + 2,
      action: 'send-notice',
      reason: { limit: 'participants', enforce: 'soft', value: 2, allowed: 1 },
    }),
    decision('D', {
      at: T0 + 3,
      action: 'refuse-claim',
      reason: undefined,
      tenant: undefined,
      tier: undefined,
    }),
    outcome('A'),
    outcome('B', { outcome: 'failed' }),
  );
  expect(await codesOf({})).toEqual(['D', 'C', 'B', 'A']);
  expect(await codesOf({ code: 'B' })).toEqual(['B']);
  expect(await codesOf({ meeting: other })).toEqual(['B']);
  expect(await codesOf({ meeting: 'their room' })).toEqual(['B']);
  expect(await codesOf({ tenant: 'acme' })).toEqual(['A']);
  expect(await codesOf({ tier: 'level-1' })).toEqual(['A']);
  expect(await codesOf({ limit: 'participants' })).toEqual(['C']);
  expect(await codesOf({ action: 'refuse-claim' })).toEqual(['D']);
  expect(await codesOf({ outcome: 'confirmed' })).toEqual(['A']);
  expect(await codesOf({ outcome: 'open' })).toEqual(['D', 'C']);
  expect(await codesOf({ from: T0 + 1, to: T0 + 3 })).toEqual(['C', 'B']);
  expect(await codesOf({ tenant: 'acme', limit: 'participants' })).toEqual([]);
});

test('pages together are the whole list, whatever their size, also where many decisions share a moment', async () => {
  const moments = fc.array(fc.nat(4), { minLength: 1, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(moments, fc.integer({ min: 1, max: 7 }), async (offsets, size) => {
      await kept.pool.query('truncate bbb_tiers.decisions');
      await kept.flushed(...offsets.map((offset, index) => decision(`C-${index}`, { at: T0 + offset })));
      const paged = await allPages({}, size);
      const whole = await readDecisions(kept.pool, {}, { size: 1_000 });
      expect(paged).toEqual(whole.rows);
      expect(paged).toHaveLength(offsets.length);
      expect(whole.next).toBeUndefined();
      expect(paged.map(({ at }) => at)).toEqual([...paged.map(({ at }) => at)].sort((a, b) => b - a));
    }),
    { numRuns: 15 },
  );
});

test('what is added while somebody pages on neither shifts nor repeats anything', async () => {
  await kept.flushed(...Array.from({ length: 20 }, (_, index) => decision(`C-${index}`, { at: T0 + index })));
  let added = 0;
  const paged = await allPages({}, 3, async () => {
    added += 1;
    await kept.flushed(decision(`N-${added}`, { at: T0 + 100 + added }));
  });
  expect(paged.map(({ code }) => code)).toEqual(Array.from({ length: 20 }, (_, index) => `C-${19 - index}`));
});

test('hostile filters find nothing and harm nothing; a strange cursor or moment is refused', async () => {
  await kept.flushed(decision('A'), meeting());
  for (const text of HOSTILE) {
    expect(await codesOf({ code: text, meeting: text, tenant: text, tier: text })).toEqual([]);
    expect(await codesOf({ meeting: text })).toEqual([]);
    const filter = { tenant: text, externalMeetingId: text };
    expect((await readMeetings(kept.pool, filter, { size: 10 })).rows).toEqual([]);
    expect(await readMeeting(kept.pool, text)).toBeUndefined();
    expect(
      (await readMeetings(kept.pool, {}, { size: 10, after: { at: T0 - 1, id: text.slice(0, 200) } })).rows,
    ).toEqual([]);
  }
  for (const id of ['1; drop table x', '-1', '1e3', '9'.repeat(30)]) {
    await expect(readDecisions(kept.pool, {}, { size: 10, after: { at: T0, id } })).rejects.toBeInstanceOf(
      RangeError,
    );
  }
  await expect(codesOf({ from: Number.NaN })).rejects.toBeInstanceOf(RangeError);
  expect(await codesOf({})).toEqual(['A']);
});

test('meetings are listed newest first, in pages, by tenant, room, time and recording', async () => {
  const rooms = Array.from({ length: 9 }, (_, index) => meetingId(`m${index}`));
  for (const [index, id] of rooms.entries()) {
    const props = someProps({
      createTime: T0 + Math.floor(index / 2),
      externalMeetingId: `room-${index % 3}`,
    });
    const recordedAt = index === 4 ? T0 + 50 : undefined;
    kept.journal.write(meeting(id, { props, recordedAt }, { tenant: index < 5 ? 'demo' : 'acme' }));
  }
  await kept.flushed(ended(rooms[8], T0 + 99), {
    type: 'notice',
    internalMeetingId: meetingId('stray'),
    key: 'x',
    at: T0,
  });
  const listed: string[] = [];
  let after: Cursor | undefined;
  do {
    const page = await readMeetings(kept.pool, {}, { size: 2, after });
    listed.push(...page.rows.map(({ internalMeetingId }) => internalMeetingId));
    after = page.next;
  } while (after !== undefined);
  expect(listed).toEqual(['m8', 'm7', 'm6', 'm5', 'm4', 'm3', 'm2', 'm1', 'm0']);
  const ids = async (filter: Parameters<typeof readMeetings>[1]) =>
    (await readMeetings(kept.pool, filter, { size: 100 })).rows.map(
      ({ internalMeetingId }) => internalMeetingId,
    );
  expect(await ids({ tenant: 'acme' })).toEqual(['m8', 'm7', 'm6', 'm5']);
  expect(await ids({ externalMeetingId: 'room-0' })).toEqual(['m6', 'm3', 'm0']);
  expect(await ids({ recorded: true })).toEqual(['m4']);
  expect(await ids({ recorded: false })).toHaveLength(8);
  expect(await ids({ from: T0 + 1, to: T0 + 3 })).toEqual(['m5', 'm4', 'm3', 'm2']);
});

test('one meeting comes back with its tier, its end and its mark', async () => {
  const mark = { internalMeetingId: ROOM, externalMeetingId: 'x' };
  const assignment = anAssignment({ tenant: undefined, owner: undefined, source: 'default' });
  await kept.flushed(
    meeting(ROOM, { recordedAt: T0 + 7 }, assignment),
    { type: 'recording-mark', meeting: mark, code: 'K7Q-2MX', at: T0 + 8 },
    ended(ROOM, T0 + 99),
  );
  expect(await readMeeting(kept.pool, ROOM)).toMatchObject({
    externalMeetingId: `ext-${ROOM}`,
    createTime: T0,
    tenant: undefined,
    tier: 'free',
    assignment,
    ended: { at: T0 + 99, reason: 'ENDED_FROM_API', certain: true },
    recordedAt: T0 + 7,
    recordingMark: { at: T0 + 8, code: 'K7Q-2MX' },
    used: undefined,
  });
  const strange = meetingId('\ud800');
  await kept.flushed(meeting(strange));
  const byId = await readMeetingsById(kept.pool, [ROOM, strange, 'unknown']);
  expect([...byId.keys()].sort()).toEqual([ROOM, strange].sort());
});
