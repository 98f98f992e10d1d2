/** The queue: how many batches at once, in which order, and what happens to those that nobody answers. */
import fc from 'fast-check';
import { createQueryQueue, type QueueLimits } from '../../../sidecar/greenlight/query-queue';
import { manualClock } from '../../support/clock';

interface Open {
  readonly tenant: string;
  readonly question: string;
  readonly answer: (value: string) => void;
  readonly fail: () => void;
}

/** A queue whose batches, of one key unless said, the test answers by hand. */
function aQueue(limits: Partial<QueueLimits> = {}) {
  const clock = manualClock(0);
  const open: Open[] = [];
  const asked: string[] = [];
  const answers: string[] = [];
  const trouble: string[] = [];
  const queue = createQueryQueue<string>({
    clock,
    limits: { perTenant: 2, overall: 3, waiting: 5, batch: 1, ...limits },
    query(tenant, keys) {
      const question = keys.join('+');
      asked.push(`${tenant}/${question}`);
      return new Promise((resolve, reject) => {
        const settle = (run: () => void) => (): void => {
          open.splice(open.indexOf(entry), 1);
          run();
        };
        const entry: Open = {
          tenant,
          question,
          answer: (value) => settle(() => resolve(new Map(keys.map((key) => [key, value]))))(),
          fail: settle(() => reject(new Error('away'))),
        };
        open.push(entry);
      });
    },
    onAnswer: (tenant, question, answer) => answers.push(`${tenant}/${question}=${answer}`),
    onTrouble: (tenant) => trouble.push(`${tenant} away`),
    onRecovery: (tenant) => trouble.push(`${tenant} back`),
  });
  const settled = (): Promise<void> => clock.advance(0);
  return { clock, queue, open, asked, answers, trouble, settled };
}

it('asks a tenant so many at once, and the next when one is answered', async () => {
  const { queue, open, asked, answers, settled } = aQueue();
  for (const question of ['1', '2', '3']) queue.put('a', question);
  await settled();
  expect(asked).toEqual(['a/1', 'a/2']);
  open[0]?.answer('one');
  await settled();
  expect(answers).toEqual(['a/1=one']);
  expect(asked).toEqual(['a/1', 'a/2', 'a/3']);
});

it('keeps a place for the other tenants', async () => {
  const { queue, asked, settled } = aQueue();
  for (const question of ['1', '2', '3']) queue.put('a', question);
  queue.put('b', '1');
  queue.put('c', '1');
  await settled();
  expect(asked).toEqual(['a/1', 'a/2', 'b/1']);
});

it('does not put a question twice, neither while it waits nor while it is asked', async () => {
  const { queue, open, asked, settled } = aQueue({ perTenant: 1 });
  for (const question of ['1', '2', '1', '2']) queue.put('a', question);
  await settled();
  open[0]?.answer('x');
  await settled();
  open[0]?.answer('y');
  await settled();
  expect(asked).toEqual(['a/1', 'a/2']);
  queue.put('a', '1');
  await settled();
  expect(asked).toEqual(['a/1', 'a/2', 'a/1']);
});

it('leaves a failing tenant alone for 2, 4, 8 … 15 seconds, says so once, and asks until there is an answer', async () => {
  const { clock, queue, open, asked, answers, trouble, settled } = aQueue();
  queue.put('a', '1');
  await settled();
  for (const pauseMs of [2_000, 4_000, 8_000, 15_000, 15_000]) {
    open[0]?.fail();
    await settled();
    const before = asked.length;
    await clock.advance(pauseMs - 1);
    expect(asked).toHaveLength(before);
    await clock.advance(1);
    expect(asked).toHaveLength(before + 1);
  }
  expect(trouble).toEqual(['a away']);
  open[0]?.answer('at last');
  await settled();
  expect(trouble).toEqual(['a away', 'a back']);
  expect(answers).toEqual(['a/1=at last']);
  expect(clock.pending()).toBe(0);
});

it('does not let a failing tenant hold up another', async () => {
  const { queue, open, asked, settled } = aQueue({ perTenant: 2, overall: 2 });
  for (const question of ['1', '2', '3']) queue.put('a', question);
  queue.put('b', '1');
  await settled();
  expect(asked).toEqual(['a/1', 'a/2']);
  open[0]?.fail();
  await settled();
  expect(asked).toEqual(['a/1', 'a/2', 'b/1']);
});

it('gives up the oldest question when too many wait', async () => {
  const { queue, open, asked, settled } = aQueue({ perTenant: 1, waiting: 2 });
  queue.put('a', '1');
  await settled();
  for (const question of ['2', '3', '4']) queue.put('a', question);
  await settled();
  for (let turn = 0; turn < 4; turn += 1) {
    open[0]?.answer('x');
    await settled();
  }
  expect(asked).toEqual(['a/1', 'a/3', 'a/4']);
});

it('asks and tells nothing after it was closed', async () => {
  const { clock, queue, open, asked, answers, settled } = aQueue();
  queue.put('a', '1');
  queue.put('b', '1');
  await settled();
  open[1]?.fail();
  await settled();
  queue.close();
  queue.put('c', '1');
  await settled();
  open[0]?.answer('too late');
  await clock.advance(120_000);
  expect(asked).toEqual(['a/1', 'b/1']);
  expect(answers).toEqual([]);
  expect(clock.pending()).toBe(0);
});

it('answers every question in the end, within its limits, whatever fails on the way', async () => {
  const questions = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('1', '2', '3', '4')), {
    maxLength: 20,
  });
  const fates = fc.infiniteStream(fc.record({ pick: fc.nat(), fail: fc.boolean() }));
  await fc.assert(
    fc.asyncProperty(questions, fates, async (put, stream) => {
      const { clock, queue, open, answers, settled } = aQueue();
      for (const [tenant, question] of put) queue.put(tenant, question);
      await settled();
      for (let turn = 0; turn < 30; turn += 1) {
        expect(open.length).toBeLessThanOrEqual(3);
        for (const tenant of ['a', 'b', 'c'])
          expect(open.filter((entry) => entry.tenant === tenant).length).toBeLessThanOrEqual(2);
        const { pick, fail } = stream.next().value as { pick: number; fail: boolean };
        const entry = open[pick % Math.max(open.length, 1)];
        if (fail) entry?.fail();
        else entry?.answer('ok');
        await clock.advance(1_000);
      }
      while (open.length > 0 || clock.pending() > 0) {
        open[0]?.answer('ok');
        await clock.advance(60_000);
      }
      await settled();
      const wanted = new Set(put.map(([tenant, question]) => `${tenant}/${question}=ok`));
      expect(new Set(answers)).toEqual(wanted);
      expect(answers).toHaveLength(wanted.size);
    }),
    { numRuns: 40 },
  );
});

it('what is put in one go is one batch, up to its size', async () => {
  const { queue, open, asked, answers, settled } = aQueue({ batch: 3, perTenant: 1 });
  for (const key of ['1', '2', '3', '4', '5']) queue.put('a', key);
  await settled();
  expect(asked).toEqual(['a/1+2+3']);
  open[0]?.answer('x');
  await settled();
  expect(asked).toEqual(['a/1+2+3', 'a/4+5']);
  expect(answers).toEqual(['a/1=x', 'a/2=x', 'a/3=x']);
});

it('a failing tenant → says when it is tried again, until there is an answer', async () => {
  const { clock, queue, open, settled } = aQueue();
  queue.put('a', '1');
  await settled();
  expect(queue.retryAt('a')).toBeUndefined();
  open[0]?.fail();
  await settled();
  expect(queue.retryAt('a')).toBe(clock.now() + 2_000);
  await clock.advance(2_000);
  open[0]?.answer('x');
  await settled();
  expect(queue.retryAt('a')).toBeUndefined();
});
