/**
 * A realistic bus: the mix and sizes that BBB's main channel carries (97 % of no concern to limits, 0.3 to 60 KB), seeded.
 * Field order is BBB's own, because the name is read out of the first bytes.
 */
import { createHash } from 'node:crypto';
import { seeded } from './random';

export const CHANNEL = 'from-akka-apps-redis-channel';
const START = 1_760_000_000_000;

export interface Traffic {
  /** One meeting's creation each, in BBB's shape. */
  readonly created: readonly Buffer[];
  readonly messages: readonly Buffer[];
  readonly share: { readonly irrelevant: number; readonly meanBytes: number };
}

export interface TrafficOptions {
  readonly meetings: number;
  readonly messages: number;
  readonly seed: number;
}

interface Envelope {
  readonly name: string;
  readonly meetingId: string;
  readonly userId: string;
  readonly at: number;
  readonly body: unknown;
}

function message({ name, meetingId, userId, at, body }: Envelope): Buffer {
  const routing = { msgType: 'BROADCAST_TO_MEETING', meetingId, userId };
  return Buffer.from(
    JSON.stringify({
      envelope: { name, routing, timestamp: at },
      core: { header: { name, meetingId, userId }, body },
    }),
  );
}

export function internalMeetingId(index: number): string {
  return `${createHash('sha1').update(`room-${index}`).digest('hex')}-${START + index}`;
}

export function created(index: number, change: { readonly maxUsers?: number } = {}): Buffer {
  const name = 'MeetingCreatedEvtMsg';
  const props = {
    meetingProp: {
      name: `Room ${index}`,
      extId: `room-${index}`,
      intId: internalMeetingId(index),
      isBreakout: false,
      disabledFeatures: [],
    },
    breakoutProps: {
      parentId: 'bbb-none',
      sequence: 0,
      freeJoin: false,
      breakoutRooms: [],
      record: false,
      privateChatEnabled: true,
    },
    durationProps: {
      duration: 0,
      createdTime: Date.now(),
      createdDate: 'x',
      meetingExpireIfNoUserJoinedInMinutes: 5,
    },
    password: { moderatorPass: 'mp', viewerPass: 'ap', learningDashboardAccessToken: 't' },
    recordProp: {
      record: true,
      autoStartRecording: false,
      allowStartStopRecording: true,
      recordFullDurationMedia: false,
      keepEvents: false,
    },
    usersProp: { maxUsers: change.maxUsers ?? 0, maxUserConcurrentAccesses: 3, guestPolicy: 'ALWAYS_ACCEPT' },
    metadataProp: {
      metadata: { 'bbb-origin-server-name': 'meet.acme.example', 'bbb-context-name': `Room ${index}` },
    },
  };
  const routing = { sender: 'bbb-apps-akka' };
  return Buffer.from(
    JSON.stringify({
      envelope: { name, routing, timestamp: Date.now() },
      core: { header: { name }, body: { props } },
    }),
  );
}

export function userJoined(index: number, who: string, at: number): Buffer {
  const userId = `w_${createHash('sha1').update(`${index}/${who}`).digest('hex').slice(0, 12)}`;
  const extId = `gl-${createHash('sha1').update(who).digest('hex').slice(0, 36)}`;
  const body = {
    intId: userId,
    extId,
    name: `Person ${who}`,
    role: 'VIEWER',
    bot: false,
    guest: false,
    authed: true,
    guestStatus: 'ALLOW',
    reactionEmoji: 'none',
    raiseHand: false,
    away: false,
    pin: false,
    presenter: false,
    locked: true,
    avatar: '',
    webcamBackground: '',
    color: '#7b1fa2',
    clientType: 'HTML5',
    userMetadata: {},
  };
  return message({ name: 'UserJoinedMeetingEvtMsg', meetingId: internalMeetingId(index), userId, at, body });
}

function userLeft(index: number, who: string, at: number): Buffer {
  const userId = `w_${createHash('sha1').update(`${index}/${who}`).digest('hex').slice(0, 12)}`;
  const body = { intId: userId, eject: false, ejectedBy: '', reason: '', reasonCode: '' };
  return message({ name: 'UserLeftMeetingEvtMsg', meetingId: internalMeetingId(index), userId, at, body });
}

function analytics(index: number, people: number, at: number): Buffer {
  const name = 'MeetingInfoAnalyticsServiceMsg';
  const users = Array.from({ length: people }, (_, person) => ({
    id: `w_${createHash('sha1').update(`${index}/p${person}`).digest('hex').slice(0, 12)}`,
    name: `Person ${person}`,
    role: 'VIEWER',
  }));
  const meetingInfo = {
    name: `Room ${index}`,
    externalId: `room-${index}`,
    internalId: internalMeetingId(index),
    hasUserJoined: true,
    isMeetingRecorded: false,
    webcams: { total: 0, streams: { broadcasts: [], viewers: [] } },
    audio: { total: people },
    users,
    presentation: { id: 'x', name: 'y' },
    breakoutRoom: { id: 'bbb-none', names: [] },
  };
  return Buffer.from(
    JSON.stringify({
      envelope: { name, routing: { sender: 'bbb-apps-akka' }, timestamp: at },
      core: { header: { name }, body: { meetingInfo } },
    }),
  );
}

type Make = (index: number, at: number, chance: () => number) => Buffer;

function irrelevant(name: string, body: (chance: () => number) => unknown): Make {
  return (index, at, chance) =>
    message({ name, meetingId: internalMeetingId(index), userId: 'w_abc123def456', at, body: body(chance) });
}

/** What the learning dashboard is told, JSON within JSON as BBB sends it: some 1.2 KB for each person. */
function dashboardOf(people: number): string {
  const users = Object.fromEntries(
    Array.from({ length: people }, (_, person) => [
      `w_abc123def${person}`,
      {
        userKey: `w_abc123def${person}`,
        extId: `gl-${person}`,
        intIds: {
          [`w_abc123def${person}-1`]: { intId: `w_abc123def${person}`, registeredOn: START, leftOn: 0 },
        },
        name: `Person ${person}`,
        isModerator: person === 0,
        answers: { 'poll-1': ['A'], 'poll-2': ['Yes'] },
        talk: { totalTime: 61_234 + person, lastTalkStartedOn: START + person },
        reactions: Array.from({ length: 6 }, (_, each) => ({ name: 'applause', sentOn: START + each })),
        webcams: Array.from({ length: 6 }, (_, each) => ({
          startedOn: START + each,
          stoppedOn: START + 60 + each,
        })),
        totalOfMessages: person,
      },
    ]),
  );
  return JSON.stringify({
    intId: 'x'.repeat(54),
    extId: 'room',
    name: 'Room',
    users,
    polls: {},
    screenshares: [],
  });
}

/** Per thousand messages; the first block is of no concern to limits. */
const MIX: readonly (readonly [number, boolean, Make])[] = [
  [
    560,
    false,
    irrelevant('SendCursorPositionEvtMsg', (chance) => ({
      whiteboardId: 'x'.repeat(60),
      userIsViewer: false,
      xPercent: chance() * 100,
      yPercent: chance() * 100,
    })),
  ],
  [
    190,
    false,
    irrelevant('UserTalkingVoiceEvtMsg', () => ({
      voiceConf: '71347',
      intId: 'w_abc123def456',
      voiceUserId: '12',
      talking: true,
    })),
  ],
  [
    40,
    false,
    irrelevant('AudioFloorChangedEvtMsg', () => ({
      voiceConf: '71347',
      intId: 'w_abc123def456',
      voiceUserId: '12',
      floor: true,
      lastFloorTime: '1760000000000',
    })),
  ],
  [
    30,
    false,
    irrelevant('UserMutedVoiceEvtMsg', () => ({
      voiceConf: '71347',
      intId: 'w_abc123def456',
      voiceUserId: '12',
      muted: true,
    })),
  ],
  [
    60,
    false,
    irrelevant('ForceUserGraphqlReconnectionSysMsg', () => ({
      meetingId: 'x'.repeat(54),
      userId: 'w_abc123def456',
      sessionTokens: ['t'.repeat(16)],
      reason: 'user_joined',
    })),
  ],
  [
    40,
    false,
    irrelevant('GetCamSubscribePermissionRespMsg', () => ({
      meetingId: 'x'.repeat(54),
      voiceConf: '71347',
      streamId: 's'.repeat(40),
      sfuSessionId: 'q'.repeat(20),
      allowed: true,
    })),
  ],
  [
    30,
    false,
    irrelevant('GroupChatMessageBroadcastEvtMsg', (chance) => ({
      chatId: 'MAIN-PUBLIC-GROUP-CHAT',
      msg: {
        id: 'm',
        timestamp: 1,
        correlationId: 'c',
        sender: { id: 'w', name: 'Ada', role: 'VIEWER' },
        message: 'x'.repeat(Math.floor(chance() * 400)),
      },
    })),
  ],
  [
    20,
    false,
    irrelevant('LearningDashboardEvtMsg', (chance) => ({
      learningDashboardAccessToken: 't',
      activityJson: dashboardOf(4 + Math.floor(chance() * 46)),
    })),
  ],
  [10, false, irrelevant('GuestApprovedEvtMsg', () => ({ status: 'ALLOW', approvedBy: 'SYSTEM' }))],
  [8, true, (index, at, chance) => userJoined(index, `p${Math.floor(chance() * 10)}`, at)],
  [6, true, (index, at, chance) => userLeft(index, `p${Math.floor(chance() * 10)}`, at)],
  [6, true, (index, at, chance) => analytics(index, 1 + Math.floor(chance() * 40), at)],
];

type Pick = (typeof MIX)[number];

/** The entry into whose share of the total this ticket falls. */
function draw(ticket: number): Pick | undefined {
  let rest = ticket;
  for (const entry of MIX) {
    rest -= entry[0];
    if (rest < 0) return entry;
  }
  return MIX[0];
}

/** Makes the traffic; the same options make the same bytes, but for the time of creation. */
export function makeTraffic(options: TrafficOptions): Traffic {
  const chance = seeded(options.seed);
  const total = MIX.reduce((sum, [weight]) => sum + weight, 0);
  const messages: Buffer[] = [];
  let unneeded = 0;
  let bytes = 0;
  for (let count = 0; count < options.messages; count += 1) {
    const pick = draw(chance() * total);
    if (pick === undefined) throw new Error('the mix is empty');
    const made = pick[2](Math.floor(chance() * options.meetings), Date.now(), chance);
    messages.push(made);
    bytes += made.length;
    if (!pick[1]) unneeded += 1;
  }
  const share = { irrelevant: unneeded / messages.length, meanBytes: Math.round(bytes / messages.length) };
  return { created: Array.from({ length: options.meetings }, (_, index) => created(index)), messages, share };
}
