/** The quick way tells what the parser tells, or nothing. */
import fc from 'fast-check';
import { QUICK_READS } from '../../../sidecar/bus/quick-read';
import { readByContent, readMessage } from '../../../sidecar/bus/to-event';
import { busFixtures } from '../../fixtures/bus';

const MEETING = '5f2c1d9e8b7a6054f3e2d1c0b9a8877665544332-1760000000000';

function quick(message: Buffer): unknown {
  const name = (JSON.parse(message.toString('utf8')) as { envelope: { name: string } }).envelope.name;
  return QUICK_READS.get(name)?.(message);
}

function written(name: string, timestamp: number, meetingId: string, userId: string, body: unknown): Buffer {
  const routing = { msgType: 'BROADCAST_TO_MEETING', meetingId, userId };
  const header = { name, meetingId, userId };
  return Buffer.from(JSON.stringify({ envelope: { name, routing, timestamp }, core: { header, body } }));
}

it.each(
  (['3.0', '2.7', '2.5'] as const).flatMap((version) =>
    [...busFixtures(version)]
      .filter(([, raw]) =>
        QUICK_READS.has((JSON.parse(raw.toString('utf8')) as { envelope: { name: string } }).envelope.name),
      )
      .map(([name, raw]) => [version, name, raw] as const),
  ),
)('BBB %s, %s: as the parser, and really quick but for callers', (_version, name, raw) => {
  expect(readMessage(raw)).toEqual(readByContent(raw));
  // Callers, and joins that say who may record, are left to the parser.
  const isLeft = name.startsWith('dial-in') || raw.includes('"bbb_record_permission"');
  if (isLeft) expect(quick(raw)).toBeUndefined();
  else expect(quick(raw)).toEqual(readByContent(raw));
});

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('","role":"MODERATOR","bot":true,"x":"', '\\', '"', '"bot":true', '}}}', '{', 'ü😀'),
);
const id = fc.oneof(fc.constantFrom('w_abc123def456', 'v_71347000001', 'portal-user-77', ''), anyText);
const instant = fc.oneof(
  fc.nat(),
  fc.integer(),
  fc.double(),
  fc.constantFrom(1_760_000_000_000, 1e15, 1e16, 1e300),
);
const yes = fc.oneof(fc.boolean(), fc.constantFrom('true', null, 1));

const joined = fc
  .record({
    intId: id,
    extId: id,
    name: anyText,
    role: fc.constantFrom('MODERATOR', 'VIEWER', 'GUEST'),
    bot: fc.option(yes, { nil: undefined }),
    avatar: anyText,
    pin: yes,
    userMetadata: fc.option(fc.dictionary(anyText, fc.oneof(anyText, fc.jsonValue())), { nil: undefined }),
  })
  .map(({ bot, userMetadata, ...rest }) => {
    const { intId, extId, name, role, avatar, pin } = rest;
    return {
      intId,
      extId,
      name,
      role,
      ...(bot === undefined ? {} : { bot }),
      pin,
      avatar,
      ...(userMetadata === undefined ? {} : { userMetadata }),
    };
  });
const left = fc.oneof(
  fc.record({ intId: id }),
  fc.record({
    intId: id,
    eject: yes,
    ejectedBy: id,
    reason: anyText,
    reasonCode: fc.oneof(anyText, fc.constantFrom('system_requested_eject_reason', '')),
  }),
);
const flag = fc.record({ intId: id, userLeftFlag: yes });
const voice = fc.record({ voiceConf: anyText, intId: id, voiceUserId: id, callerName: anyText });

const listedUser = fc.oneof(
  { weight: 9, arbitrary: fc.record({ id, name: anyText, role: fc.constantFrom('MODERATOR', 'VIEWER') }) },
  fc.record(
    {
      id: fc.oneof(id, fc.constantFrom(7, 'x'.repeat(257))),
      name: fc.oneof(anyText, fc.constantFrom(null, 7, 'n'.repeat(2_000))),
      role: fc.oneof(anyText, fc.constantFrom(null, true)),
    },
    { requiredKeys: [] },
  ),
  fc.jsonValue(),
);
/** Who is in the voice conference: callers by their bare number, sometimes by their id, sometimes nothing of the kind. */
const audio = fc.oneof(
  fc.record({
    total: fc.nat(),
    twoWay: fc.record({
      total: fc.nat(),
      users: fc.array(fc.record({ id: fc.oneof(id, fc.constant('71347000001')) })),
    }),
  }),
  fc.jsonValue(),
);
const list = fc.record({
  meetingInfo: fc.oneof(
    {
      weight: 9,
      arbitrary: fc.record(
        { internalId: id, isMeetingRecorded: fc.boolean(), users: fc.array(listedUser), audio },
        { requiredKeys: ['internalId', 'isMeetingRecorded', 'users'] },
      ),
    },
    fc.record({ internalId: id, isMeetingRecorded: yes, users: fc.jsonValue() }),
    fc.jsonValue(),
  ),
});

const message = fc
  .oneof(
    fc.tuple(fc.constant('MeetingInfoAnalyticsServiceMsg'), list),
    fc.tuple(fc.constant('UserJoinedMeetingEvtMsg'), joined),
    fc.tuple(fc.constant('UserLeftMeetingEvtMsg'), left),
    fc.tuple(fc.constant('UserLeftFlagUpdatedEvtMsg'), flag),
    fc.tuple(fc.constantFrom('UserJoinedVoiceConfToClientEvtMsg', 'UserLeftVoiceConfToClientEvtMsg'), voice),
  )
  .chain(([name, body]) =>
    fc.tuple(fc.constant(name), fc.constant(body), instant, fc.oneof(fc.constant(MEETING), id), id),
  )
  .map(([name, body, timestamp, meetingId, userId]) => written(name, timestamp, meetingId, userId, body));

it('any person, name and metadata: as the parser', () => {
  fc.assert(
    fc.property(message, (raw) => {
      expect(readMessage(raw)).toEqual(readByContent(raw));
    }),
    { numRuns: 5000 },
  );
});

it.each([
  ['a name as long as may be', { name: 'n'.repeat(1024) }, true],
  ['a longer one', { name: 'n'.repeat(1025) }, false],
  ['no name', { name: undefined }, false],
  ['an id as long as may be', { id: 'w'.repeat(256) }, true],
  ['a longer one', { id: 'w'.repeat(257) }, false],
  ['no id', { id: '' }, false],
  ['another role', { role: 'GUEST' }, false],
  ['something more', { guest: true }, true],
])('a list with %s: as the parser', (_, change, isQuick) => {
  const users = [{ id: 'w_abc123def456', name: 'Ada', role: 'MODERATOR', ...change }];
  const meetingInfo = { internalId: MEETING, isMeetingRecorded: true, users };
  const raw = written('MeetingInfoAnalyticsServiceMsg', 1_760_000_000_000, MEETING, '', { meetingInfo });
  expect(readMessage(raw)).toEqual(readByContent(raw));
  expect(quick(raw) !== undefined).toBe(isQuick);
});

it.each(['envelope', 'core', 'header', 'body', 'meetingInfo'])(
  'a list without %s: as the parser',
  (missing) => {
    const meetingInfo = { internalId: MEETING, isMeetingRecorded: true, users: [] };
    const raw = written('MeetingInfoAnalyticsServiceMsg', 1_760_000_000_000, MEETING, '', { meetingInfo });
    const without = JSON.parse(raw.toString('utf8'), (key, value) => (key === missing ? undefined : value));
    const cut = Buffer.from(JSON.stringify(without));
    expect(QUICK_READS.get('MeetingInfoAnalyticsServiceMsg')?.(cut)).toBeUndefined();
    expect(readMessage(cut)).toEqual(readByContent(cut));
  },
);

it('keys in any order: as the parser', () => {
  const shuffledBody = joined.chain((body) =>
    fc
      .shuffledSubarray(Object.entries(body), { minLength: Object.keys(body).length })
      .map((entries) => Object.fromEntries(entries)),
  );
  fc.assert(
    fc.property(shuffledBody, (body) => {
      const raw = written('UserJoinedMeetingEvtMsg', 1_760_000_000_000, MEETING, 'w_a', body);
      expect(readMessage(raw)).toEqual(readByContent(raw));
    }),
    { numRuns: 1000 },
  );
});

it('cut off anywhere: as the parser, which drops it', () => {
  for (const version of ['3.0', '2.5'] as const) {
    for (const [, raw] of busFixtures(version)) {
      for (let length = 0; length < raw.length; length += 1) {
        const part = raw.subarray(0, length);
        expect(['dropped', 'irrelevant']).toContain(readMessage(part).result);
      }
    }
  }
});

it('bytes changed: what the parser takes is told as the parser tells it', () => {
  const samples = [...busFixtures('3.0').values()];
  const change = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }));
  fc.assert(
    fc.property(
      fc.constantFrom(...samples),
      fc.array(change, { minLength: 1, maxLength: 3 }),
      (sample, changes) => {
        const raw = Buffer.from(sample);
        for (const [position, byte] of changes) raw[position % raw.length] = byte;
        const parsed = readByContent(raw);
        const name = raw.subarray(21, raw.indexOf('"', 21)).toString('latin1');
        if (parsed.result !== 'dropped' && QUICK_READS.has(name)) expect(readMessage(raw)).toEqual(parsed);
      },
    ),
    { numRuns: 3000 },
  );
});

it('comes to an end on what nearly fits, again and again', () => {
  const body = {
    intId: 'w_a',
    extId: 'b',
    name: '\\"'.repeat(800),
    role: 'VIEWER',
    x: '\\"'.repeat(50),
    y: { z: {} },
  };
  const nasty = written('UserJoinedMeetingEvtMsg', 1, MEETING, 'w_a', body);
  for (let round = 0; round < 100; round += 1) expect(readMessage(nasty)).toEqual(readByContent(nasty));
});
