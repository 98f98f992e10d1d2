/** What every journal keeps and hands back, on PostgreSQL and in memory. */
import fc from 'fast-check';
import type { Attendee, InternalMeetingId, PresenceEdge } from '../../sidecar/core/meeting';
import { unknownMeeting } from '../../sidecar/core/reduce';
import type { JournalEntry, Recollection } from '../../sidecar/loop/ports';
import { anAssignment, anAttendee, decision, meeting } from '../integration/store/entries';
import { meetingId, someLimits, T0, userId } from '../support/builders';
import { freshMeeting, type Harness, HOSTILE, inMemory, onPostgres } from './journal-harness';

describe.each([
  ['PostgreSQL', onPostgres],
  ['memory', inMemory],
])('a journal on %s', (_, open) => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await open();
  });
  afterAll(() => harness.close());

  async function written(
    entries: readonly JournalEntry[],
    id: InternalMeetingId,
  ): Promise<Recollection | undefined> {
    for (const entry of entries) harness.journal().write(entry);
    return (await (await harness.restart()).recall([id])).get(id);
  }

  test('hands back the tier, the notices and who was there', async () => {
    const id = freshMeeting();
    const assignment = anAssignment({
      limits: someLimits({ participants: { max: 'unlimited', enforce: 'soft' } }),
    });
    const found = await written(
      [
        meeting(id, { recordedAt: T0 + 3 }, assignment),
        { type: 'notice', internalMeetingId: id, key: 'a/1', at: T0 + 5 },
        { type: 'notice', internalMeetingId: id, key: 'a/1', at: T0 + 9 },
        { type: 'notice', internalMeetingId: id, key: 'b', at: T0 + 7 },
        {
          type: 'attendance',
          internalMeetingId: id,
          attendee: anAttendee('ann', [
            { kind: 'joined', by: 'bus', at: T0 + 1 },
            { kind: 'left', by: 'bus', at: T0 + 4 },
            { kind: 'seen', by: 'bus', at: T0 + 20, notBefore: T0 + 10 },
          ]),
        },
      ],
      id,
    );
    expect(found?.assignment).toEqual(assignment);
    expect(found?.notices).toEqual(
      new Map([
        ['a/1', T0 + 9],
        ['b', T0 + 7],
      ]),
    );
    const known = {
      internalUserId: 'w_ann',
      externalUserId: 'gl-ann',
      kind: 'web',
      bot: false,
      role: 'VIEWER',
    };
    expect(found?.remembered).toEqual({
      type: 'meeting-remembered',
      internalMeetingId: id,
      at: T0 + 20,
      recordedAt: T0 + 3,
      missingSince: Number.NEGATIVE_INFINITY,
      attendees: [
        { ...known, joinedAt: T0 + 1, leftAt: T0 + 4, ejected: false },
        { ...known, joinedAt: T0 + 20, notBefore: T0 + 10, leftAt: undefined, ejected: false },
      ],
    });
  });

  test.each([
    ['nothing', undefined, undefined],
    ['something', { from: T0 + 5, until: T0 + 9 }, T0 + 5],
    ['everything', { from: Number.NEGATIVE_INFINITY, until: T0 + 9 }, Number.NEGATIVE_INFINITY],
  ])('hands back since when %s was missed', async (_what, gap, missingSince) => {
    const id = freshMeeting();
    const assignment = { tenant: undefined };
    const gone = { from: T0 + 1, until: T0 + 2 };
    const entries = [gone, gap].map((missed) => ({
      type: 'meeting' as const,
      meeting: { ...unknownMeeting(id), gap: missed, seenAt: T0 },
      assignment,
      at: T0,
    }));
    expect((await written(entries, id))?.remembered.missingSince).toEqual(missingSince);
  });

  test('hands back, where it is not on record, that everything was missed', async () => {
    const id = freshMeeting();
    const found = await written([{ type: 'notice', internalMeetingId: id, key: 'a', at: T0 }], id);
    expect(found?.remembered.missingSince).toBe(Number.NEGATIVE_INFINITY);
  });

  test('knows nothing of a meeting that was never written, and answers nothing asked with nothing', async () => {
    expect((await harness.journal().recall([freshMeeting()])).size).toBe(0);
    expect((await harness.journal().recall([])).size).toBe(0);
  });

  test('hands back many meetings, each under its own id', async () => {
    const many = Array.from({ length: 1_203 }, freshMeeting);
    for (const id of many)
      harness.journal().write({ type: 'notice', internalMeetingId: id, key: id, at: T0 });
    const found = await (await harness.restart()).recall(many);
    expect([...found.keys()].sort()).toEqual([...many].sort());
    for (const [id, { notices }] of found) expect([...notices.keys()]).toEqual([id]);
  });

  test('the newest assignment stands, and infinity comes back as unlimited', async () => {
    const id = freshMeeting();
    const raised = someLimits({ participants: { max: Number.POSITIVE_INFINITY, enforce: 'hard' } });
    const entries = [meeting(id), meeting(id, {}, { limits: raised, tierCode: 'custom' })];
    const found = await written(entries, id);
    expect(found?.assignment?.tierCode).toBe('custom');
    expect(found?.assignment?.limits.participants?.max).toBe('unlimited');
  });

  test('an announced end is final: nothing is handed back, whatever is written after it', async () => {
    const id = freshMeeting();
    const end = {
      type: 'meeting-ended',
      internalMeetingId: id,
      at: T0 + 50,
      reason: 'ENDED_FROM_API',
      certain: true,
    } as const;
    const late = {
      type: 'attendance',
      internalMeetingId: id,
      attendee: anAttendee('ann', [{ kind: 'joined', by: 'bus', at: T0 + 90 }]),
    } as const;
    const entries: JournalEntry[] = [meeting(id), end, { ...end, at: T0 + 60, certain: false }, late];
    expect(await written(entries, id)).toBeUndefined();
  });

  test('a supposed end does not outlive a newer sign of life, and takes nothing away', async () => {
    const id = freshMeeting();
    const attendee = anAttendee('ann', [{ kind: 'joined', by: 'bus', at: T0 + 10 }]);
    const found = await written(
      [
        meeting(id),
        { type: 'attendance', internalMeetingId: id, attendee },
        { type: 'meeting-ended', internalMeetingId: id, at: T0 + 50, reason: 'missing', certain: false },
      ],
      id,
    );
    expect(found?.remembered.attendees).toHaveLength(1);
    const presence: PresenceEdge[] = [...attendee.presence, { kind: 'left', by: 'bus', at: T0 + 60 }];
    const again = await written(
      [{ type: 'attendance', internalMeetingId: id, attendee: { ...attendee, presence } }],
      id,
    );
    expect(again?.remembered.attendees).toMatchObject([{ joinedAt: T0 + 10, leftAt: T0 + 60 }]);
  });

  test('an account once known stays known, and so does a bot; the role follows', async () => {
    const id = freshMeeting();
    const presence = [{ kind: 'joined', by: 'bus', at: T0 }] as const;
    const entry = (change: Partial<Attendee>) =>
      ({ type: 'attendance', internalMeetingId: id, attendee: anAttendee('ann', presence, change) }) as const;
    await written([entry({ bot: true })], id);
    const found = await written([entry({ externalUserId: undefined, role: 'MODERATOR' })], id);
    expect(found?.remembered.attendees).toMatchObject([
      { externalUserId: 'gl-ann', bot: true, role: 'MODERATOR' },
    ]);
  });

  test('hostile ids and texts are kept apart and found again', async () => {
    const known = HOSTILE.map((text, index) => meetingId(`${text}${index}`));
    for (const id of known) {
      const { journal } = { journal: harness.journal() };
      journal.write(meeting(id, {}, { tenant: id, owner: id, tierTitle: id, configVersion: id }));
      journal.write({ type: 'notice', internalMeetingId: id, key: id, at: T0 + 1 });
      const attendee = anAttendee('ann', [{ kind: 'joined', by: 'bus', at: T0 }], {
        internalUserId: userId(id),
        externalUserId: id,
      });
      journal.write({ type: 'attendance', internalMeetingId: id, attendee });
      journal.write(decision(id, { internalMeetingId: id, key: id, tenant: id, subject: id, detail: id }));
      const sent = {
        code: id,
        at: T0 + 2,
        outcome: 'sent',
        attempts: 1,
        sent: id,
        latencyMs: undefined,
      } as const;
      journal.write({ type: 'outcome', outcome: sent });
      journal.write({
        type: 'recording-mark',
        meeting: { internalMeetingId: id, externalMeetingId: id },
        code: id,
        at: T0,
      });
    }
    const journal = await harness.restart();
    expect(journal.state().rejected).toBe(0);
    const found = await journal.recall(known);
    expect([...found.keys()]).toEqual(expect.arrayContaining(known));
    for (const { remembered, notices } of found.values()) {
      expect(remembered.attendees).toHaveLength(1);
      expect(notices.size).toBe(1);
    }
    const users = [...found.values()].map(({ remembered }) => remembered.attendees[0]?.internalUserId);
    expect(new Set(users).size).toBe(known.length);
  });

  test('what cannot be stored is refused and counted, and holds nothing up', async () => {
    const id = freshMeeting();
    const journal = harness.journal();
    const before = journal.state().rejected;
    journal.write({ type: 'notice', internalMeetingId: id, key: 'no moment', at: Number.NaN });
    journal.write({
      type: 'meeting-ended',
      internalMeetingId: id,
      at: Number.POSITIVE_INFINITY,
      reason: '',
      certain: true,
    });
    const never = { kind: 'seen', by: 'bus', at: T0, notBefore: Number.NEGATIVE_INFINITY } as const;
    journal.write({ type: 'attendance', internalMeetingId: id, attendee: anAttendee('ann', [never]) });
    const limits = someLimits({ meeting_duration: { max: Number.NaN, enforce: 'hard' } });
    journal.write(meeting(id, {}, { limits }));
    journal.write({ type: 'notice', internalMeetingId: id, key: 'fine', at: T0 });
    expect(await journal.flush(10_000)).toBe(true);
    expect(journal.state().rejected - before).toBe(4);
    const found = await journal.recall([id]);
    expect([...(found.get(id)?.notices.keys() ?? [])]).toEqual(['fine']);
    expect(found.get(id)?.assignment).toBeUndefined();
  });

  test('a random history, cut anywhere and written twice, is remembered as if it had been written once', async () => {
    const edge = fc.record({
      kind: fc.constantFrom('joined', 'left', 'ejected', 'seen'),
      at: fc.integer({ min: T0, max: T0 + 40 }),
    });
    const history = fc.array(edge, { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(history, fc.nat(12), fc.nat(12), async (edges, cutA, cutB) => {
        const presence = edges.map((each) => ({ ...each, notBefore: each.at })) as PresenceEdge[];
        const states = [cutA, cutB, 12].map((cut) => presence.slice(0, Math.max(1, cut)));
        const once = freshMeeting();
        const often = freshMeeting();
        const write = (id: InternalMeetingId, some: readonly PresenceEdge[]) =>
          harness
            .journal()
            .write({ type: 'attendance', internalMeetingId: id, attendee: anAttendee('ann', some) });
        write(once, presence);
        for (const some of [...states, ...states]) {
          write(often, some);
          if (cutA > cutB) await harness.journal().flush(10_000);
        }
        await harness.journal().flush(10_000);
        const found = await harness.journal().recall([once, often]);
        const closed = (id: InternalMeetingId) => found.get(id)?.remembered.attendees;
        expect(closed(often)?.at(-1)?.leftAt).toEqual(closed(once)?.at(-1)?.leftAt);
        expect(closed(often)).toEqual(closed(once));
      }),
      { numRuns: 60 },
    );
  });
});
