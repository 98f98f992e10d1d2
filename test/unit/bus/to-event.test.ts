/** Whatever comes over the bus: read, passed over or dropped, and never a crash. */
import fc from 'fast-check';
import { LONGEST_MESSAGE_BYTES } from '../../../sidecar/bus/protocol';
import { readMessage } from '../../../sidecar/bus/to-event';
import { busFixture, busFixtures } from '../../fixtures/bus';

const RESULTS = ['irrelevant', 'dropped', 'event', 'recording', 'pong'];
const SAMPLES = (['3.0', '2.7', '2.5', 'recordings'] as const).flatMap((file) => [
  ...busFixtures(file).values(),
]);
const JOINED = busFixture('3.0', 'UserJoinedMeetingEvtMsg').toString('utf8');

type Json = Record<string, unknown>;

/** The sample with `change` done to it, written in BBB's order. */
function changed(text: string, change: (message: Json) => void): Buffer {
  const message = JSON.parse(text) as Json;
  change(message);
  return Buffer.from(JSON.stringify(message));
}

function at(message: Json, path: readonly string[]): Json {
  return path.reduce((inner, key) => inner[key] as Json, message);
}

describe('any bytes', () => {
  it('never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(RESULTS).toContain(readMessage(Buffer.from(bytes)).result);
      }),
    );
  });

  it('drops every sample that is cut off, if it was ours', () => {
    for (const sample of SAMPLES) {
      const whole = readMessage(sample).result;
      fc.assert(
        fc.property(fc.integer({ min: 0, max: sample.length - 1 }), (length) => {
          const { result } = readMessage(sample.subarray(0, length));
          expect(['dropped', 'irrelevant']).toContain(result);
          if (whole === 'event' && length > 60) expect(result).toBe('dropped');
        }),
        { numRuns: 20 },
      );
    }
  });

  it('never throws on a sample with a byte changed', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...SAMPLES),
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 5 }),
        (sample, changes) => {
          const bytes = Buffer.from(sample);
          for (const [position, byte] of changes) bytes[position % bytes.length] = byte;
          expect(RESULTS).toContain(readMessage(bytes).result);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('any JSON in place of any field', () => {
  function paths(value: unknown, path: readonly string[] = []): (readonly string[])[] {
    if (typeof value !== 'object' || value === null) return [path];
    return [path, ...Object.entries(value).flatMap(([key, inner]) => paths(inner, [...path, key]))];
  }

  it('is an event of the right kinds of fields, or dropped', () => {
    const samples = SAMPLES.map((sample) => JSON.parse(sample.toString('utf8')) as Json);
    const places = samples.flatMap((sample) =>
      paths(sample)
        .slice(1)
        .map((path) => ({ sample, path })),
    );
    fc.assert(
      fc.property(fc.constantFrom(...places), fc.jsonValue(), ({ sample, path }, value) => {
        const raw = changed(JSON.stringify(sample), (message) => {
          at(message, path.slice(0, -1))[path.at(-1) ?? ''] = value;
        });
        const read = readMessage(raw);
        if (read.result !== 'event') return;
        expect(typeof read.event.internalMeetingId).toBe('string');
        expect(read.event.internalMeetingId).not.toBe('');
        expect(Number.isSafeInteger(read.event.at)).toBe(true);
        if ('role' in read.event) expect(['MODERATOR', 'VIEWER']).toContain(read.event.role);
      }),
      { numRuns: 5000 },
    );
  });
});

describe('tells the same whatever the order of keys', () => {
  function reversed(value: unknown): unknown {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([key, inner]) => [key, reversed(inner)]),
    );
  }

  it.each(SAMPLES.map((sample) => [sample.toString('utf8').slice(0, 80), sample] as const))(
    '%s',
    (_start, sample) => {
      const turned = Buffer.from(JSON.stringify(reversed(JSON.parse(sample.toString('utf8')))));
      expect(readMessage(turned)).toEqual(readMessage(sample));
    },
  );
});

describe('hostile input', () => {
  it('a `__proto__` key changes no prototype and is no field', () => {
    const evil = JOINED.replace(
      '"core":{',
      '"__proto__":{"envelope":{"timestamp":1},"polluted":true},"core":{"__proto__":{"header":1},',
    );
    expect(readMessage(Buffer.from(evil))).toEqual(readMessage(Buffer.from(JOINED)));
    expect(({} as Json).polluted).toBeUndefined();
    const only = `{"__proto__":${JOINED}}`;
    expect(readMessage(Buffer.from(only)).result).toBe('dropped');
  });

  it('metadata: `__proto__`, other types and endless values are left out', () => {
    const created = busFixture('3.0', 'MeetingCreatedEvtMsg').toString('utf8');
    const long = 'x'.repeat(5000);
    const raw = created.replace(
      '"metadata":{',
      `"metadata":{"__proto__":"x","constructor":"c","N":1,"O":{"a":"b"},"long":"${long}","Upper":"Y",`,
    );
    const read = readMessage(Buffer.from(raw));
    if (read.result !== 'event' || read.event.type !== 'meeting-created')
      throw new Error('expected a meeting');
    expect(Object.entries(read.event.props.metadata)).toEqual([
      ['constructor', 'c'],
      ['upper', 'Y'],
      ['tier-code', 'free'],
      ['bbb-origin', 'portal'],
    ]);
  });

  it.each([
    ['no timestamp', (message: Json) => delete at(message, ['envelope']).timestamp],
    [
      'a timestamp as text',
      (message: Json) => Object.assign(at(message, ['envelope']), { timestamp: '1760000005000' }),
    ],
    [
      'a timestamp that is no instant',
      (message: Json) => Object.assign(at(message, ['envelope']), { timestamp: 1e300 }),
    ],
    ['a negative timestamp', (message: Json) => Object.assign(at(message, ['envelope']), { timestamp: -1 })],
    ['no meeting', (message: Json) => delete at(message, ['core', 'header']).meetingId],
    [
      'an empty meeting',
      (message: Json) => Object.assign(at(message, ['core', 'header']), { meetingId: '' }),
    ],
    ['no account', (message: Json) => delete at(message, ['core', 'body']).extId],
    ['an empty account', (message: Json) => Object.assign(at(message, ['core', 'body']), { extId: '' })],
    [
      'an endless id',
      (message: Json) => Object.assign(at(message, ['core', 'body']), { intId: 'w'.repeat(300) }),
    ],
    ['a list for a body', (message: Json) => Object.assign(at(message, ['core']), { body: [] })],
    ['a text for bot', (message: Json) => Object.assign(at(message, ['core', 'body']), { bot: 'false' })],
  ])('dropped: %s', (_what, change) => {
    expect(readMessage(changed(JOINED, change)).result).toBe('dropped');
  });

  it('unknown fields and unknown roles are fine', () => {
    const raw = changed(JOINED, (message) => {
      Object.assign(message, { extra: 1 });
      Object.assign(at(message, ['core', 'body']), { role: 'PRESENTER', extra: { a: [] } });
    });
    const read = readMessage(raw);
    expect(read).toMatchObject({ result: 'event', event: { type: 'user-joined', role: 'VIEWER' } });
  });

  it('unknown events are irrelevant, in either way of writing', () => {
    expect(
      readMessage(Buffer.from(JOINED.replaceAll('UserJoinedMeetingEvtMsg', 'TomorrowsEvtMsg'))).result,
    ).toBe('irrelevant');
    expect(readMessage(Buffer.from('{"core":{},"envelope":{"name":"TomorrowsEvtMsg"}}')).result).toBe(
      'irrelevant',
    );
  });

  it.each(['null', '1', '"x"', '[]', '{}', '{"envelope":null}', '{"header":{}}', '[[[[', '\0'])(
    'dropped: %s',
    (text) => {
      expect(readMessage(Buffer.from(text)).result).toBe('dropped');
    },
  );

  it('a message of a megabyte is read, one beyond two is not even parsed', () => {
    const big = JOINED.replace('"avatar":""', `"avatar":"${'x'.repeat(1024 * 1024)}"`);
    expect(readMessage(Buffer.from(big))).toEqual(readMessage(Buffer.from(JOINED)));
    const tooBig = JOINED.replace('"avatar":""', `"avatar":"${'x'.repeat(LONGEST_MESSAGE_BYTES)}"`);
    expect(readMessage(Buffer.from(tooBig)).result).toBe('dropped');
    expect(readMessage(Buffer.alloc(LONGEST_MESSAGE_BYTES + 1, '{')).result).toBe('dropped');
    expect(readMessage(Buffer.alloc(1024 * 1024, '[')).result).toBe('dropped');
  });
});
