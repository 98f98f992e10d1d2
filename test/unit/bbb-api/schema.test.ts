/** What BBB's lists of meetings say. */
import { readHooks } from '../../../sidecar/bbb-api/hook';
import { readRecordings } from '../../../sidecar/bbb-api/recording';
import { readMeeting, readMeetings } from '../../../sidecar/bbb-api/schema';
import { parseReply } from '../../../sidecar/bbb-api/xml';
import { INTERNAL_ID, meetingsXml, meetingXml, replyXml, type SampleMeeting } from '../../fixtures/api';

const AT = 1_760_000_100_000;
const ROOM_ID = '0e1f2a3b4c5d60718293a4b5c6d7e8f901234567-1760000600000';

function listed(...samples: SampleMeeting[]): ReturnType<typeof readMeetings> {
  return readMeetings(parseReply('getMeetings', meetingsXml(samples)), AT);
}

it('tells a meeting as it is, leading zeros and all', () => {
  const attendees = [
    { userID: '007', fullName: 'O&#39;Brien', role: 'MODERATOR' },
    { userID: 'gl-2', fullName: ' Ada ', role: 'VIEWER' },
    { userID: '13', fullName: '+15550100', role: 'DIAL-IN-USER', clientType: 'DIAL-IN' },
  ];
  expect(listed({ attendees, participantCount: '2' })).toEqual({
    unreadable: [],
    snapshots: [
      {
        type: 'meeting-snapshot',
        internalMeetingId: INTERNAL_ID,
        at: AT,
        online: 2,
        attendees: [
          { externalUserId: '007', fullName: "O'Brien", role: 'MODERATOR', dialIn: false },
          { externalUserId: 'gl-2', fullName: ' Ada ', role: 'VIEWER', dialIn: false },
          { externalUserId: '13', fullName: '+15550100', role: 'VIEWER', dialIn: true },
        ],
        props: {
          externalMeetingId: '0042',
          name: 'Math & more',
          createTime: 1_760_000_000_000,
          isBreakout: false,
          parentInternalMeetingId: undefined,
          breakoutSequence: undefined,
          durationMinutes: 60,
          maxUsers: 10,
          record: true,
          autoStartRecording: undefined,
          allowStartStopRecording: undefined,
          metadata: { 'tier-code': 'free' },
        },
      },
    ],
  });
});

it('is the same whether one meeting is asked for or all', () => {
  const info = parseReply('getMeetingInfo', replyXml(meetingXml()));
  expect(readMeeting(info, AT)).toEqual(listed({}).snapshots[0]);
});

it('nobody is nobody', () => {
  expect(readMeetings(parseReply('getMeetings', meetingsXml([])), AT)).toEqual({
    snapshots: [],
    unreadable: [],
  });
});

describe('breakout rooms', () => {
  const room = { meetingID: 'room-2', internalMeetingID: ROOM_ID };
  const flat = (parent: string): string =>
    `<isBreakout>true</isBreakout><parentMeetingID>${parent}</parentMeetingID><sequence>2</sequence><freeJoin>false</freeJoin>`;
  const nested = `<isBreakout>true</isBreakout><breakout><parentMeetingID>${INTERNAL_ID}</parentMeetingID><sequence>2</sequence></breakout>`;

  it.each([
    ['by its internal id', flat(INTERNAL_ID)],
    ['by its external id, when it is listed too', flat('0042')],
    ['in an element of its own, as older lists do', nested],
  ])('the parent is named %s', (_how, rest) => {
    const props = listed({}, { ...room, rest }).snapshots[1]?.props;
    expect(props).toMatchObject({
      isBreakout: true,
      parentInternalMeetingId: INTERNAL_ID,
      breakoutSequence: 2,
    });
  });

  it('a parent that nobody knows stays unknown', () => {
    const props = listed({ ...room, rest: flat('elsewhere') }).snapshots[0]?.props;
    expect(props).toMatchObject({ isBreakout: true, parentInternalMeetingId: undefined });
  });

  it("the parent's list of rooms makes it no room itself", () => {
    const rest = `<isBreakout>false</isBreakout><breakoutRooms><breakout>${ROOM_ID}</breakout></breakoutRooms>`;
    expect(listed({ rest }).snapshots[0]?.props).toMatchObject({
      isBreakout: false,
      parentInternalMeetingId: undefined,
    });
  });
});

it.each([
  ['no count', '<participantCount>0</participantCount>', ''],
  [
    'a count that is no number',
    '<participantCount>0</participantCount>',
    '<participantCount>many</participantCount>',
  ],
  ['no internal id', `<internalMeetingID>${INTERNAL_ID}</internalMeetingID>`, ''],
  ['an empty external id', '<meetingID>0042</meetingID>', '<meetingID></meetingID>'],
  ['a time that is no number', '<createTime>1760000000000</createTime>', '<createTime>1.7e12</createTime>'],
  ['a structure for a text', '<duration>60</duration>', '<duration><a>60</a></duration>'],
])('cannot be read: %s; the others can', (_what, from, to) => {
  const xml = meetingsXml([{}, { meetingID: 'other', internalMeetingID: ROOM_ID, participantCount: '3' }]);
  expect(xml).toContain(from);
  const { snapshots, unreadable } = readMeetings(parseReply('getMeetings', xml.replace(from, to)), AT);
  expect(unreadable).toHaveLength(1);
  expect(snapshots.map((each) => each.internalMeetingId)).toEqual([ROOM_ID]);
});

it('metadata is written by anybody: types, names and lengths do no harm', () => {
  const metadata = `<Tier-Code><![CDATA[level-1]]></Tier-Code><constructor>c</constructor><meeting>m</meeting><attendee><x>1</x></attendee>
    <long>${'x'.repeat(5000)}</long><__proto__>p</__proto__><nested><a>1</a></nested>`;
  const told = listed({ metadata }).snapshots[0]?.props.metadata ?? {};
  expect(told['tier-code']).toBe('level-1');
  expect(told.meeting).toBe('m');
  expect(told.long).toBeUndefined();
  expect(told.nested).toBeUndefined();
  expect(Object.getPrototypeOf(told)).toBe(Object.prototype);
});

it('hooks: ours, filtered ones, broken ones', () => {
  const hook = (id: string, rest: string): string =>
    `<hook><hookID>${id}</hookID><callbackURL><![CDATA[https://s.example/webhooks/bbb?a=1&b=2]]></callbackURL>${rest}</hook>`;
  const told = [
    hook('1', '<permanentHook>false</permanentHook><rawData>false</rawData>'),
    hook(
      '2',
      '<meetingID><![CDATA[x]]></meetingID><permanentHook>true</permanentHook><rawData>false</rawData>',
    ),
    hook('3', '<permanentHook>false</permanentHook><rawData>true</rawData>'),
    hook('', ''),
  ];
  const callbackUrl = 'https://s.example/webhooks/bbb?a=1&b=2';
  expect(readHooks(parseReply('hooks/list', replyXml(`<hooks>${told.join('')}</hooks>`)))).toEqual([
    { hookId: '1', callbackUrl, permanent: false, filtered: false },
    { hookId: '2', callbackUrl, permanent: true, filtered: true },
    { hookId: '3', callbackUrl, permanent: false, filtered: true },
  ]);
  expect(readHooks(parseReply('hooks/list', replyXml('<hooks></hooks>')))).toEqual([]);
});

it('recordings', () => {
  const recording = `<recording><recordID>${INTERNAL_ID}</recordID><meetingID>0042</meetingID><internalMeetingID>${INTERNAL_ID}</internalMeetingID>
    <name>Math</name><published>false</published><state>unpublished</state><startTime>1760000000000</startTime><endTime>1760002400000</endTime>
    <size>4096</size><metadata><tier-code>free</tier-code></metadata></recording>`;
  const reply = parseReply(
    'getRecordings',
    replyXml(`<recordings>${recording}<recording><recordID/></recording></recordings>`),
  );
  expect(readRecordings(reply)).toEqual({
    unreadable: 1,
    recordings: [
      {
        recordId: INTERNAL_ID,
        internalMeetingId: INTERNAL_ID,
        externalMeetingId: '0042',
        state: 'unpublished',
        published: false,
        startTime: 1_760_000_000_000,
        endTime: 1_760_002_400_000,
        sizeBytes: 4096,
        metadata: { 'tier-code': 'free' },
      },
    ],
  });
});

it('numbers below zero, which bbb-web takes for none → 0, and the meeting is readable', () => {
  const xml = meetingsXml([{}]).replace(/<maxUsers>\d+<\/maxUsers>/, '<maxUsers>-1</maxUsers>');
  const { snapshots, unreadable } = readMeetings(parseReply('getMeetings', xml), AT);
  expect(unreadable).toEqual([]);
  expect(snapshots[0]?.props.maxUsers).toBe(0);
});
