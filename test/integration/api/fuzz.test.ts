import * as fc from 'fast-check';
import { formatCursor } from '../../../sidecar/store/cursor';
import { type ApiWorld, startApiWorld } from './api-world';
import { type Contract, contractOf, type Documented } from './contract';
import { rowCounts } from './row-counts';

let world: ApiWorld;
let contract: Contract;
beforeAll(async () => {
  world = await startApiWorld();
  world.crowd(world.create(), 3);
  await world.advance(2_000);
  contract = contractOf((await world.call('/openapi.json')).body);
});
afterAll(() => world.stop());

const hostile = fc.oneof(
  fc.constantFrom(
    "' or 1=1; --",
    '"; drop table bbb_tiers.decisions; --',
    '\0',
    '-1',
    '1e309',
    '9'.repeat(40),
    'NaN',
    '__proto__',
    'constructor',
    '[object Object]',
    '{"$gt":""}',
    '%',
    '\u202e\u0000\uffff',
    'x'.repeat(1_500),
    '../../etc/passwd',
    '2026-11-02T10:00:00Z',
    '0000-00',
    '+275760-09-13T00:00:00Z',
    '\r\nSet-Cookie: a=b',
  ),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ maxLength: 40 }),
  fc.integer().map(String),
);

/** Such as are made here, but of any moment and any row. */
const cursors = fc.record({
  at: fc.oneof(fc.integer(), fc.constantFrom(0, -1, 8.64e15, -8.64e15, 253_402_300_800_000, 1e15)),
  id: fc.oneof(
    fc.nat().map(String),
    fc.constantFrom('9'.repeat(18), '9'.repeat(19), 'x'),
    fc.string({ minLength: 1 }),
  ),
});

/** A value for a parameter: sometimes one that is right, so that what comes after the check is reached too. */
function valueFor(schema: Record<string, unknown>): fc.Arbitrary<string> {
  const right = Array.isArray(schema.enum)
    ? fc.constantFrom(...(schema.enum as string[]))
    : fc.constantFrom('assembly', '2026-11', '24', '222-222');
  return fc.oneof(
    { arbitrary: hostile, weight: 3 },
    { arbitrary: right, weight: 1 },
    { arbitrary: cursors.map(formatCursor), weight: 1 },
  );
}

const bodies = fc.oneof(
  fc.constant(undefined),
  fc.json().map((text) => ({ type: 'application/json', text })),
  hostile.map((text) => ({ type: 'application/json', text })),
  hostile.map((text) => ({ type: 'text/plain', text })),
  fc
    .constantFrom('{"__proto__":{"a":1}}', '{"constructor":{"prototype":{"a":1}}}', '[[[[]]]]')
    .map((text) => ({ type: 'application/json', text })),
);

interface Attack {
  readonly operation: Documented;
  readonly path: string;
  readonly query: string;
  readonly body: { readonly type: string; readonly text: string } | undefined;
}

function attackOn(operation: Documented): fc.Arbitrary<Attack> {
  const place = (where: string) =>
    fc.record(
      Object.fromEntries(
        operation.parameters
          .filter((each) => each.in === where)
          .map((each) => [each.name, valueFor(each.schema)]),
      ),
      where === 'query' ? { requiredKeys: [] } : {},
    ) as fc.Arbitrary<Record<string, string>>;
  return fc
    .record({
      path: place('path'),
      query: place('query'),
      more: fc.option(fc.tuple(hostile, hostile), { freq: 4 }),
      body: operation.takesBody ? bodies : fc.constant(undefined),
    })
    .map(({ path, query, more, body }) => {
      const encode = (text: string): string => encodeURIComponent(Buffer.from(text).toString());
      const pairs = [...Object.entries(query), ...(more === null ? [] : [more])];
      return {
        operation,
        path: operation.path.replaceAll(
          /\{(\w+)\}/g,
          (_all, name: string) => encode(path[name] ?? '') || '%20',
        ),
        query: pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&'),
        body,
      };
    });
}

test('whatever is put into any parameter or body: a documented answer, never a 500, and nothing stored', async () => {
  await world.stored();
  const before = await rowCounts(world.database.databaseUrl);
  const attackable = contract.operations.filter(({ operationId }) => operationId !== 'stream');
  const attacks = fc.constantFrom(...attackable).chain(attackOn);
  const seen = new Set<number>();
  await fc.assert(
    fc.asyncProperty(attacks, async ({ operation, path, query, body }) => {
      // Ending the one meeting that runs would be a documented success, and stored.
      fc.pre(!(operation.operationId === 'endMeeting' && path === '/meetings/assembly/end'));
      // A browser resolves `..` before it asks; so does fetch.
      fc.pre(!/\/(\.|%2e){1,2}(\/|$)/i.test(path));
      const init = body === undefined ? {} : { body: body.text, headers: { 'content-type': body.type } };
      const target = `${path}${query === '' ? '' : `?${query}`}`;
      const answer = await (operation.method === 'post'
        ? world.post(target, init)
        : world.call(target, init));
      seen.add(answer.status);
      expect(answer.status).not.toBe(500);
      const type = answer.headers.get('content-type') ?? '';
      expect(contract.problems(operation, answer.status, type, answer.body)).toEqual([]);
      if (answer.status >= 400) expect(answer.body.status).toBe(answer.status);
    }),
    { numRuns: 500, endOnFailure: false },
  );
  expect([...seen].sort()).toEqual(expect.arrayContaining([200, 400, 404, 415]));
  expect(seen.has(503)).toBe(false);
  await world.app.journal.flush(5_000);
  expect(await rowCounts(world.database.databaseUrl)).toEqual(before);
  expect(({} as Record<string, unknown>).a).toBeUndefined();
});
