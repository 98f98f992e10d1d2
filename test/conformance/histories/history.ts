/** One random meeting in front of a running akka-apps, from a seed: joins, second tabs, lost connections, leaves, returns, calls, a room. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '../../bbb-simulator/akka/browsers';
import { type FrontDrive, frontDrive } from '../../bbb-simulator/akka/drive';
import type { Front } from '../../bbb-simulator/akka/front';
import { seededRandom } from '../../bbb-simulator/faults';
import { Truth } from './truth';

export interface HistoryOptions {
  readonly front: Front;
  readonly originOf: (cap: number) => string;
  readonly seed: string;
  readonly caps: readonly number[];
  /** How long people come and go. */
  readonly livelyMs: number;
  /** How long an excess may last afterwards before the history is given up. */
  readonly patienceMs: () => number;
  /** Receives the judge, to be informed of the service's absence. */
  readonly onTruth: (truth: Truth) => void;
}

export interface HistoryResult {
  readonly seed: string;
  readonly truth: Truth;
}

interface Play {
  readonly random: () => number;
  readonly drive: FrontDrive;
  readonly front: Front;
  readonly meetingId: string;
  /** Sessions that this driver opened and has not closed for good. */
  readonly sessions: { readonly client: Client; readonly account: string; away: boolean }[];
  readonly callers: string[];
  readonly pending: Promise<unknown>[];
  /** Internal ids of the meeting's breakout rooms. */
  readonly rooms: Set<string>;
  accounts: number;
}

const MODERATORS = 0.1;
const SHORTEST_PAUSE_MS = 60;
const LONGEST_PAUSE_MS = 1_400;
const LONGEST_AWAY_MS = 9_000;
const POLL_MS = 200;
/** Nobody beyond the cap for so long: the history is over. */
const CALM_MS = 3_000;

type Act = (play: Play) => void;

/** Weight and act. */
const ACTS: readonly (readonly [number, Act])[] = [
  [40, newAccount],
  [8, secondTab],
  [14, loseConnection],
  [8, closeTab],
  [6, leave],
  [10, comeBack],
  [3, callIn],
  [3, hangUp],
  [2, openRoom],
  [5, goToRoom],
];

export async function playHistory(options: HistoryOptions): Promise<HistoryResult> {
  const { front, seed, caps, livelyMs } = options;
  const random = seededRandom(seed);
  const cap = caps[Math.floor(random() * caps.length)] ?? 2;
  const meetingID = `history-${seed}`;
  const { internalMeetingId } = front.create({
    meetingID,
    'meta_bbb-origin-server-name': options.originOf(cap),
  });
  const rooms = new Set<string>();
  const truth = new Truth(internalMeetingId, cap, () => rooms);
  options.onTruth(truth);
  const origin = performance.now();
  const remove = front.wire.onMessage((heard) => {
    if (heard.channel !== 'from-akka-apps-redis-channel') return;
    const at = Math.round(performance.now() - origin);
    if (heard.name === 'MeetingCreatedEvtMsg') noteRoom(heard.body, internalMeetingId, rooms);
    truth.hear({ at, name: heard.name, meetingId: heard.meetingId, body: heard.body });
  });
  const play: Play = {
    random,
    drive: frontDrive(front),
    front,
    meetingId: internalMeetingId,
    sessions: [],
    callers: [],
    pending: [],
    rooms,
    accounts: 0,
  };
  joinSomebody(play, 'account-0', 'MODERATOR');
  for (const until = performance.now() + livelyMs; performance.now() < until; ) {
    await sleep(SHORTEST_PAUSE_MS + random() * random() * LONGEST_PAUSE_MS);
    actFor(random())(play);
  }
  await Promise.allSettled(play.pending);
  await calm(() => truth.beyond(), options.patienceMs);
  if (truth.beyond().length > 0) {
    // With one place more it holds for whoever comes next.
    newAccount(play);
    await Promise.allSettled(play.pending);
    await calm(() => truth.beyondOneMore(), options.patienceMs);
  }
  remove();
  truth.close(Math.round(performance.now() - origin));
  play.drive.end(internalMeetingId);
  return { seed, truth };
}

function noteRoom(body: Readonly<Record<string, unknown>>, parentId: string, rooms: Set<string>): void {
  const { meetingProp, breakoutProps } = body.props as {
    meetingProp: { intId: string };
    breakoutProps: { parentId: string };
  };
  if (breakoutProps.parentId === parentId) rooms.add(meetingProp.intId);
}

function actFor(drawn: number): Act {
  const total = ACTS.reduce((sum, [weight]) => sum + weight, 0);
  let left = drawn * total;
  for (const [weight, act] of ACTS) {
    left -= weight;
    if (left < 0) return act;
  }
  return () => undefined;
}

async function calm(beyond: () => readonly string[], patienceMs: () => number): Promise<void> {
  const begun = performance.now();
  let calmSince = begun;
  while (performance.now() - calmSince < CALM_MS && performance.now() - begun < patienceMs() + CALM_MS) {
    await sleep(POLL_MS);
    if (beyond().length > 0) calmSince = performance.now();
  }
}

function pick<T>(play: Play, list: readonly T[]): T | undefined {
  return list[Math.floor(play.random() * list.length)];
}

function joinSomebody(play: Play, account: string, role = roleOf(play)): void {
  const client = play.drive.register(play.meetingId, { externalUserId: account, name: account, role });
  if (client === 'maxParticipantsReached') return;
  const session = { client, account, away: false };
  play.pending.push(
    play.front.browsers.open(client).then((state) => {
      if (state === 'joined') play.sessions.push(session);
    }),
  );
}

function newAccount(play: Play): void {
  play.accounts += 1;
  joinSomebody(play, `account-${play.accounts}`);
}

function roleOf(play: Play): 'MODERATOR' | 'VIEWER' {
  return play.random() < MODERATORS ? 'MODERATOR' : 'VIEWER';
}

function here(play: Play): Play['sessions'] {
  return play.sessions.filter(({ away }) => !away);
}

function secondTab(play: Play): void {
  const session = pick(play, here(play));
  if (session !== undefined) joinSomebody(play, session.account, 'VIEWER');
}

/** Back with the same session, soon or after akka-apps removed it. */
function loseConnection(play: Play): void {
  const session = pick(play, here(play));
  if (session === undefined) return;
  session.away = true;
  play.drive.disconnect(session.client.userId);
  const awayMs = play.random() * play.random() * LONGEST_AWAY_MS;
  play.pending.push(
    sleep(awayMs).then(async () => {
      const state = await play.front.browsers.open(session.client);
      if (state === 'joined') session.away = false;
    }),
  );
}

function closeTab(play: Play): void {
  const session = pick(play, here(play));
  if (session === undefined) return;
  session.away = true;
  play.drive.disconnect(session.client.userId);
}

function leave(play: Play): void {
  const session = pick(play, here(play));
  if (session === undefined) return;
  session.away = true;
  play.drive.leave(session.client.userId);
}

/** An account that was here before opens the join link again. */
function comeBack(play: Play): void {
  const account = Math.floor(play.random() * (play.accounts + 1));
  joinSomebody(play, `account-${account}`, account === 0 ? 'MODERATOR' : 'VIEWER');
}

function callIn(play: Play): void {
  play.callers.push(play.drive.dialIn(play.meetingId, `+49 30 ${play.callers.length}`));
}

function hangUp(play: Play): void {
  const caller = play.callers.shift();
  if (caller !== undefined) play.drive.hangUp(play.meetingId, caller);
}

function openRoom(play: Play): void {
  const by = play.sessions[0];
  if (by === undefined || by.away || by.account !== 'account-0' || play.rooms.size > 0) return;
  play.drive.command('CreateBreakoutRoomsCmdMsg', by.client.userId, {
    meetingId: play.meetingId,
    durationInMinutes: 15,
    record: false,
    captureNotes: false,
    captureSlides: false,
    rooms: [
      {
        name: 'Room 1',
        sequence: 1,
        shortName: 'Room 1',
        captureNotesFilename: '',
        captureSlidesFilename: '',
        isDefaultName: true,
        freeJoin: true,
        users: [],
      },
    ],
  });
}

/** Into the room as a moderator, which is what akka-apps' links say; the main tab stays, or is closed. */
function goToRoom(play: Play): void {
  const [room] = play.rooms;
  const session = pick(play, here(play));
  if (room === undefined || session === undefined || session.client.meetingId !== play.meetingId) return;
  if (!play.front.simulation.bbb.web.has(room)) return;
  const externalUserId = `${session.client.userId}-1`;
  const client = play.drive.register(room, { externalUserId, name: session.account, role: 'MODERATOR' });
  if (client === 'maxParticipantsReached') return;
  const closesMain = play.random() < 0.4;
  play.pending.push(
    play.front.browsers.open(client).then((state) => {
      if (state !== 'joined') return;
      play.sessions.push({ client, account: session.account, away: false });
      if (!closesMain || session.away) return;
      session.away = true;
      play.drive.disconnect(session.client.userId);
    }),
  );
}
