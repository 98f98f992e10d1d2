/** Random histories of a meeting: what the events tell always adds up to what the server holds. */
import fc from 'fast-check';
import { applyCommand } from '../../../bbb-simulator/model/commands';
import type { Happening } from '../../../bbb-simulator/model/happenings';
import { enter, leave } from '../../../bbb-simulator/model/join';
import { register } from '../../../bbb-simulator/model/register';
import type { Bbb, Meeting } from '../../../bbb-simulator/model/state';
import { dialIn, hangUp } from '../../../bbb-simulator/model/voice';
import { advance, aMeeting, aServer } from '../a-server';

const MAX_USERS = 3;

type Act = { readonly do: (typeof ACTS)[number]; readonly who: number; readonly ms: number };
const ACTS = [
  'join',
  'bot',
  'disconnect',
  'reconnect',
  'leave',
  'eject',
  'dial-in',
  'hang-up',
  'record',
] as const;

const anAct: fc.Arbitrary<Act> = fc.record({
  do: fc.constantFrom(...ACTS),
  who: fc.nat({ max: 5 }),
  ms: fc.nat({ max: 25_000 }),
});

function play(bbb: Bbb, meeting: Meeting, act: Act): void {
  const ids = [...meeting.registered.keys()];
  const id = ids[act.who % Math.max(1, ids.length)] ?? '';
  switch (act.do) {
    case 'join':
    case 'bot': {
      const role = act.who === 0 ? 'MODERATOR' : 'VIEWER';
      const request = { name: 'n', role, externalUserId: `a${act.who}`, bot: act.do === 'bot' } as const;
      enter(bbb, meeting, register(bbb, meeting, request).intId);
      break;
    }
    case 'disconnect':
    case 'leave':
      leave(bbb, meeting, id, act.do === 'leave');
      break;
    case 'reconnect':
      if (meeting.users.has(id)) enter(bbb, meeting, id);
      break;
    case 'eject':
      send(bbb, meeting, 'EjectUserFromMeetingSysMsg', id, { userId: id, ejectedBy: 'SYSTEM' });
      break;
    case 'dial-in':
      dialIn(bbb, meeting, { callerName: 'c' });
      break;
    case 'hang-up':
      hangUp(bbb, meeting, id);
      break;
    case 'record':
      send(bbb, meeting, 'SetRecordingStatusCmdMsg', id, { recording: act.who % 2 === 0, setBy: id });
  }
  advance(bbb, act.ms);
}

function send(bbb: Bbb, meeting: Meeting, name: string, userId: string, body: Record<string, unknown>): void {
  applyCommand(bbb, { name, meetingId: meeting.intId, userId, body });
}

/** Who is there and whether it is recorded, from nothing but the events. */
function retell(happenings: readonly Happening[]): { present: Set<string>; recording: boolean } {
  const present = new Set<string>();
  let recording = false;
  for (const happening of happenings) {
    if (happening.kind === 'rap') continue;
    if (happening.name === 'UserJoinedMeetingEvtMsg') present.add(happening.body.intId);
    if (happening.name === 'UserLeftMeetingEvtMsg') present.delete(happening.body.intId);
    if (happening.name === 'UserJoinedVoiceConfToClientEvtMsg') present.add(happening.body.intId);
    if (happening.name === 'UserLeftVoiceConfToClientEvtMsg') present.delete(happening.body.intId);
    if (happening.name === 'RecordingStatusChangedEvtMsg') recording = happening.body.recording;
  }
  return { present, recording };
}

test('the events of any history add up to who is there, and to whether it is recorded', () => {
  fc.assert(
    fc.property(fc.array(anAct, { maxLength: 40 }), fc.boolean(), (acts, automatic) => {
      const bbb = aServer();
      const meeting = aMeeting(bbb, { record: 'true', autoStartRecording: String(automatic) });
      for (const act of acts) if (meeting.end === undefined) play(bbb, meeting, act);
      const { present, recording } = retell(bbb.outbox);
      expect([...present].sort()).toEqual([...meeting.users.keys()].sort());
      expect(recording).toBe(meeting.recording);
    }),
    { numRuns: 200 },
  );
});

test('akka-apps never has more than maxUsers accounts in, bots and callers aside', () => {
  fc.assert(
    fc.property(fc.array(anAct, { maxLength: 40 }), (acts) => {
      const bbb = aServer();
      const meeting = aMeeting(bbb, { maxParticipants: String(MAX_USERS) });
      for (const act of acts) {
        if (meeting.end !== undefined) break;
        play(bbb, meeting, act);
        const counted = [...meeting.users.values()].filter(
          (user) => !user.bot && !user.intId.startsWith('v_'),
        );
        expect(new Set(counted.map((user) => user.extId)).size).toBeLessThanOrEqual(MAX_USERS);
      }
    }),
    { numRuns: 200 },
  );
});

test('time never runs backwards in what is told', () => {
  fc.assert(
    fc.property(fc.array(anAct, { maxLength: 30 }), (acts) => {
      const bbb = aServer();
      const meeting = aMeeting(bbb, { duration: '2' });
      for (const act of acts) if (meeting.end === undefined) play(bbb, meeting, act);
      const times = bbb.outbox.map((happening) => happening.at);
      expect(times).toEqual([...times].sort((a, b) => a - b));
    }),
  );
});
