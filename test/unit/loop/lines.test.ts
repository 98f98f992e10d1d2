/** Chat lines that explain a decision: tried until BBB has them, never in the way of what they explain. */
import fc from 'fast-check';
import { TransientError } from '../../../sidecar/errors';
import { createMemoryJournal, type MemoryJournal } from '../../../sidecar/store/memory-journal';
import {
  created,
  HOUR,
  joined,
  left,
  MEETING,
  people,
  someLimits,
  stamped,
  userId,
} from '../../support/builders';
import { type Loop, MINUTE, SECOND, startLoop } from './played-bbb';

const started: Loop[] = [];
afterEach(async () => {
  for (const { watch } of started.splice(0)) await watch.stop();
});

function start(limits = someLimits({ participants: { max: 2, enforce: 'hard' } }), journal?: MemoryJournal) {
  const loop = startLoop(journal ?? createMemoryJournal(), limits);
  started.push(loop);
  loop.bbb.lists = [created()];
  loop.watch.busBack(undefined);
  loop.watch.live(stamped(created()));
  return loop;
}

/** A third person in two places: to be removed at once. */
function full(): Loop {
  const loop = start();
  loop.bbb.online = 3;
  return loop;
}
function come({ watch, clock }: Loop): void {
  for (const event of people(3)) watch.live(stamped({ ...event, at: clock.now() }));
}

const SOFT = someLimits({ participants: { max: 2, enforce: 'soft' } });

/** Code of the decision with this key. */
function codeOf({ journal }: Loop, keyStart: string): string {
  const found = journal.decisions().find(({ decision }) => decision.key.startsWith(keyStart));
  return found?.decision.code ?? 'no such decision';
}

/** Each chat call in turn; the last answer stays. */
function answers(loop: Loop, ...each: readonly ((loop: Loop) => Promise<void>)[]): void {
  let call = 0;
  loop.bbb.chat = async () => {
    const answer = each[Math.min(call, each.length - 1)];
    call += 1;
    await answer?.(loop);
  };
}
const accepts = async (): Promise<void> => undefined;
const refuses = async (): Promise<void> => {
  throw new TransientError('sendChatMessage: connect ECONNREFUSED');
};
const later =
  (ms: number, then: () => Promise<void>) =>
  ({ clock }: Loop): Promise<void> =>
    new Promise((resolve, reject) => clock.schedule(ms, () => then().then(resolve, reject)));
const noAnswer = later(3 * SECOND, async () => {
  throw new TransientError('sendChatMessage: no answer within 3000 ms', { mayHaveHappened: true });
});

describe('a line about a removal', () => {
  test('chat call fails after 2 s → removed at 1.5 s, line sent again, under the code of the removal', async () => {
    const loop = full();
    answers(loop, later(2 * SECOND, refuses), accepts);
    come(loop);
    await loop.clock.advance(1_500);
    expect(loop.done).toEqual(['eject w_p3']);
    loop.watch.live(stamped(left('p3', loop.clock.now(), true)));
    await loop.clock.advance(10 * SECOND);
    expect(loop.lines).toEqual([expect.stringContaining(codeOf(loop, 'participants/eject'))]);
  });

  test('chat call accepted after 2 s → removed at 1.5 s, line sent once', async () => {
    const loop = full();
    answers(loop, later(2 * SECOND, accepts));
    come(loop);
    await loop.clock.advance(1_500);
    expect(loop.done).toEqual(['eject w_p3']);
    loop.watch.live(stamped(left('p3', loop.clock.now(), true)));
    await loop.clock.advance(5 * MINUTE);
    expect(loop.lines).toHaveLength(1);
  });

  test('chat call fails at once → removed at once, line follows', async () => {
    const loop = full();
    answers(loop, refuses, accepts);
    come(loop);
    await loop.clock.advance(100);
    expect(loop.done).toEqual(['eject w_p3']);
    loop.watch.live(stamped(left('p3', loop.clock.now(), true)));
    await loop.clock.advance(3 * SECOND);
    expect(loop.lines).toEqual([expect.stringContaining(codeOf(loop, 'participants/eject'))]);
  });

  test('line failed and somebody made room meanwhile → nobody removed, nothing said', async () => {
    const loop = full();
    loop.bbb.chat = async () => {
      loop.watch.live(stamped(left('p1', loop.clock.now())));
      return refuses();
    };
    come(loop);
    await loop.clock.advance(5 * MINUTE);
    expect(loop.done).toEqual([]);
  });

  test('chat refuses for minutes → given up a minute after the removal', async () => {
    const loop = full();
    answers(loop, refuses);
    come(loop);
    await loop.clock.advance(SECOND);
    loop.watch.live(stamped(left('p3', loop.clock.now(), true)));
    await loop.clock.advance(MINUTE);
    answers(loop, accepts);
    await loop.clock.advance(5 * MINUTE);
    expect(loop.lines).toEqual([]);
  });

  test('its attempts are no decisions of their own', async () => {
    const loop = full();
    answers(loop, refuses, refuses, accepts);
    come(loop);
    await loop.clock.advance(20 * SECOND);
    expect(loop.journal.decisions().map(({ decision }) => decision.action)).toEqual(['eject-user']);
    expect(loop.journal.decisions()[0]?.outcome?.outcome).toBe('sent');
  });
});

describe('a line about a stop', () => {
  test('chat call fails at once → stopped, line follows under the code of the stop', async () => {
    const loop = start();
    answers(loop, refuses, accepts);
    loop.watch.live(stamped(joined('m', loop.clock.now(), { role: 'MODERATOR' })));
    loop.watch.live(
      stamped({
        type: 'recording-status-changed',
        internalMeetingId: MEETING,
        at: loop.clock.now(),
        active: true,
        setBy: userId('w_m'),
      }),
    );
    await loop.clock.advance(10 * SECOND);
    expect(loop.lines).toEqual([expect.stringContaining(codeOf(loop, 'recording/stop'))]);
  });
});

describe('a line about a soft breach', () => {
  test('one failed chat call → told on the next, under the code of the breach', async () => {
    const loop = start(SOFT);
    answers(loop, refuses, accepts);
    come(loop);
    await loop.clock.advance(3 * SECOND);
    expect(loop.lines).toEqual([expect.stringContaining(codeOf(loop, 'participants/breach'))]);
    await loop.clock.advance(10 * MINUTE);
    expect(loop.lines).toHaveLength(1);
    expect(loop.journal.decisions()).toHaveLength(1);
  });

  test('chat fails for an hour → told when it is back', async () => {
    const loop = start(SOFT);
    answers(loop, refuses);
    come(loop);
    await loop.clock.advance(30 * MINUTE);
    answers(loop, accepts);
    await loop.clock.advance(MINUTE);
    expect(loop.lines).toHaveLength(1);
  });

  test('chat fails and the breach is over → not told any more', async () => {
    const loop = start(SOFT);
    answers(loop, refuses);
    come(loop);
    await loop.clock.advance(SECOND);
    loop.watch.live(stamped(left('p1', loop.clock.now())));
    answers(loop, accepts);
    await loop.clock.advance(5 * MINUTE);
    expect(loop.lines).toEqual([]);
  });

  test('chat fails and the meeting ends → not told any more', async () => {
    const loop = start(SOFT);
    answers(loop, refuses);
    come(loop);
    await loop.clock.advance(SECOND);
    loop.watch.live(
      stamped({
        type: 'meeting-ended',
        via: 'bus',
        internalMeetingId: MEETING,
        at: loop.clock.now(),
        reason: 'x',
      }),
    );
    answers(loop, accepts);
    await loop.clock.advance(5 * MINUTE);
    expect(loop.lines).toEqual([]);
  });

  test('service restarted before the line arrived → told once, and its code is found', async () => {
    const first = start(SOFT);
    answers(first, refuses);
    come(first);
    await first.clock.advance(SECOND);
    const second = startLoop(first.journal, SOFT);
    started.push(second);
    second.bbb.lists = [created()];
    second.watch.busBack(undefined);
    await second.watch.resync.start();
    await second.clock.advance(10 * SECOND);
    come(second);
    await second.clock.advance(MINUTE);
    const codes = first.journal.decisions().map(({ decision }) => decision.code);
    expect(second.lines).toHaveLength(1);
    expect(codes.some((code) => second.lines[0]?.endsWith(code))).toBe(true);
  });
});

test('an answer got lost → the next attempt goes by the bus alone', async () => {
  const loop = start(SOFT);
  const ways: boolean[] = [];
  loop.bbb.chat = async (_text, byBusOnly) => {
    ways.push(byBusOnly);
    if (ways.length === 1) await noAnswer(loop);
  };
  come(loop);
  await loop.clock.advance(MINUTE);
  expect(ways).toEqual([false, true]);
});

describe('whatever the chat does', () => {
  const answer = fc.oneof(
    fc.constant(accepts),
    fc.constant(refuses),
    fc.constant(noAnswer),
    fc.integer({ min: 1, max: 3_000 }).map((ms) => later(ms, accepts)),
    fc.integer({ min: 1, max: 3_000 }).map((ms) => later(ms, refuses)),
  );

  test('a removal waits 1.5 s at most, its line is sent once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(answer, { maxLength: 4 }), async (first) => {
        const loop = full();
        answers(loop, ...first, accepts);
        come(loop);
        await loop.clock.advance(1_500);
        expect(loop.done).toContain('eject w_p3');
        loop.watch.live(stamped(left('p3', loop.clock.now(), true)));
        await loop.clock.advance(2 * MINUTE);
        expect(loop.lines).toEqual([expect.stringContaining(codeOf(loop, 'participants/eject'))]);
      }),
      { numRuns: 60 },
    );
  });

  test('a soft breach is told once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(answer, { maxLength: 6 }), async (first) => {
        const loop = start(
          someLimits({
            meeting_duration: { max: HOUR, enforce: 'soft' },
            participants: { max: 'unlimited', enforce: 'hard' },
          }),
        );
        answers(loop, ...first, accepts);
        loop.watch.live(stamped(joined('p1', loop.clock.now())));
        await loop.clock.advance(HOUR + 5 * MINUTE);
        expect(loop.lines).toEqual([expect.stringContaining(codeOf(loop, 'meeting_duration/breach'))]);
      }),
      { numRuns: 60 },
    );
  });
});
