/** A meeting from create to destroyed, its second life, bbb-web's picture of it, and restarts underneath. */

import { meetingElements } from '../../../bbb-simulator/http/meeting-xml';
import { writeXml } from '../../../bbb-simulator/http/xml';
import { openBreakouts } from '../../../bbb-simulator/model/breakouts';
import { createMeeting } from '../../../bbb-simulator/model/create';
import { endMeeting } from '../../../bbb-simulator/model/end';
import { leave } from '../../../bbb-simulator/model/join';
import { restartAkkaApps, restartBbbWeb } from '../../../bbb-simulator/model/restart';
import type { Bbb, Meeting } from '../../../bbb-simulator/model/state';
import { dialIn, joinAudio } from '../../../bbb-simulator/model/voice';
import { countUniqueExtIds, findWebMeeting, usersInMap } from '../../../bbb-simulator/model/web';
import { advance, aMeeting, aServer, aUser, propsOf, SECOND_MS, told } from '../a-server';

const NO_PASSWORDS = { attendeePW: undefined, moderatorPW: undefined };

describe('a second create with the same id', () => {
  const PASSWORDS = { attendeePW: 'ap', moderatorPW: 'mp' };
  test.each([
    { first: NO_PASSWORDS, second: NO_PASSWORDS, kind: 'duplicate' },
    { first: PASSWORDS, second: PASSWORDS, kind: 'duplicate' },
    { first: PASSWORDS, second: NO_PASSWORDS, kind: 'duplicate' },
    { first: NO_PASSWORDS, second: PASSWORDS, kind: 'refused' },
    { first: PASSWORDS, second: { ...PASSWORDS, attendeePW: 'other' }, kind: 'refused' },
    { first: PASSWORDS, second: { ...NO_PASSWORDS, moderatorPW: 'mp' }, kind: 'refused' },
  ])(
    '$second.attendeePW/$second.moderatorPW after $first.attendeePW/$first.moderatorPW: $kind',
    ({ first, second, kind }) => {
      const bbb = aServer();
      createMeeting(bbb, propsOf(bbb, { ...first, duration: '60', meta_tier: 'level-3' }), first);
      told(bbb);
      const outcome = createMeeting(
        bbb,
        propsOf(bbb, { ...second, duration: '5', meta_tier: 'free' }),
        second,
      );
      expect(outcome.kind).toBe(kind);
      expect(told(bbb)).toEqual([]);
      expect(bbb.history[0]?.props).toMatchObject({
        durationProps: { duration: 60 },
        metadataProp: { metadata: { tier: 'level-3' } },
      });
    },
  );

  test('once the first has ended it is a meeting of its own, with a full duration', () => {
    const bbb = aServer();
    const first = aMeeting(bbb, { duration: '1' });
    advance(bbb, 65 * SECOND_MS);
    expect(first.end?.reason).toBe('ENDED_AFTER_EXCEEDING_DURATION');
    const second = aMeeting(bbb, { duration: '1' });
    expect(second.intId).not.toBe(first.intId);
    advance(bbb, 60 * SECOND_MS);
    expect(second.end).toBeUndefined();
  });

  test('another meeting with the same voice bridge is refused', () => {
    const bbb = aServer();
    aMeeting(bbb, { voiceBridge: '71347' });
    const props = propsOf(bbb, { meetingID: 'other', voiceBridge: '71347' });
    expect(createMeeting(bbb, props, NO_PASSWORDS)).toEqual({
      kind: 'refused',
      messageKey: 'nonUniqueVoiceBridge',
    });
  });
});

test('the end: Ending, Ended, the phone conference, and 2.5 s later the rest; nobody present is told to have left', () => {
  const bbb = aServer();
  const meeting = aMeeting(bbb);
  aUser(bbb, meeting);
  told(bbb);
  endMeeting(bbb, meeting, 'ENDED_FROM_API', 'system');
  expect(told(bbb)).toEqual(['MeetingEndingEvtMsg', 'MeetingEndedEvtMsg', 'EjectAllFromVoiceConfMsg']);
  expect(findWebMeeting(bbb, 'math-101')).toBeUndefined();
  advance(bbb, 2_499);
  expect(told(bbb)).toEqual([]);
  advance(bbb, 1);
  expect(told(bbb)).toEqual(['DisconnectAllClientsSysMsg', 'MeetingDestroyedEvtMsg']);
  advance(bbb, 600 * SECOND_MS);
  expect(told(bbb)).toEqual([]);
});

describe("bbb-web's picture", () => {
  let bbb: Bbb;
  let meeting: Meeting;
  beforeEach(() => {
    bbb = aServer();
    meeting = aMeeting(bbb, { record: 'true', maxParticipants: '5', meta_Tier: 'Pro' });
  });

  function xml(): string {
    const web = findWebMeeting(bbb, 'math-101');
    return web === undefined ? '' : writeXml(['meeting', meetingElements(bbb, web)]);
  }
  function value(element: string): string | undefined {
    return new RegExp(`<${element}>([^<]*)</${element}>`).exec(xml())?.[1];
  }

  test('fields stand in the order of the template', () => {
    aUser(bbb, meeting, { externalUserId: 'gl-1', userMetadata: { bbb_record_permission: 'false' } });
    const names = [...xml().matchAll(/<([a-zA-Z_]+)>/g)].map((match) => match[1]);
    expect(names.join(' ')).toBe(
      'meeting meetingName meetingID internalMeetingID createTime createDate voiceBridge dialNumber attendeePW ' +
        'moderatorPW running duration hasUserJoined recording hasBeenForciblyEnded startTime endTime participantCount ' +
        'listenerCount voiceParticipantCount videoCount maxUsers moderatorCount attendees attendee userID fullName role ' +
        'isPresenter isListeningOnly hasJoinedVoice hasVideo clientType customdata bbb_record_permission metadata tier ' +
        'isBreakout',
    );
  });

  test('recording is the flag of create, whatever is recorded now', () => {
    expect([value('recording'), meeting.recording]).toEqual(['true', false]);
  });

  test('running means somebody is in the map, not that the meeting exists', () => {
    expect(value('running')).toBe('false');
    const user = aUser(bbb, meeting, { externalUserId: 'gl-1' });
    aUser(bbb, meeting, { bot: true });
    expect([value('running'), value('participantCount')]).toEqual(['true', '2']);
    leave(bbb, meeting, user.intId, true);
    advance(bbb, 15_000);
    expect([value('participantCount'), xml().includes('gl-1')]).toEqual(['1', true]);
    advance(bbb, 61_000);
    expect([value('participantCount'), xml().includes('gl-1')]).toEqual(['1', false]);
  });

  test('somebody on the phone is listed by internal id and counts', () => {
    const caller = dialIn(bbb, meeting, { callerName: '+49' });
    expect(xml()).toContain(`<userID>${caller}</userID><fullName>+49</fullName><role>DIAL-IN-USER</role>`);
    expect([value('participantCount'), value('voiceParticipantCount')]).toEqual(['1', '1']);
    expect(value('clientType')).toBe('DIAL-IN');
  });

  test('listeners and voices are counted', () => {
    const [a, b] = [aUser(bbb, meeting), aUser(bbb, meeting)];
    joinAudio(bbb, meeting, a.intId, false);
    joinAudio(bbb, meeting, b.intId, true);
    expect([value('voiceParticipantCount'), value('listenerCount')]).toEqual(['2', '1']);
  });

  test('at the limit a newcomer is left out of the map, a second session of somebody there too', () => {
    const small = aMeeting(bbb, { meetingID: 'small', maxParticipants: '1' });
    aUser(bbb, small, { externalUserId: 'a' });
    aUser(bbb, small, { externalUserId: 'a' });
    const web = findWebMeeting(bbb, 'small');
    if (web === undefined) throw new Error('no meeting');
    expect([small.users.size, usersInMap(web, bbb.now).length, countUniqueExtIds(web, bbb.now)]).toEqual([
      2, 1, 1,
    ]);
  });

  test('breakouts name their parent, parents their breakouts', () => {
    aUser(bbb, meeting, { role: 'MODERATOR' });
    const [room] = openBreakouts(bbb, meeting, { count: 1, durationMinutes: 9 }) ?? [];
    expect(xml()).toContain(`<breakoutRooms><breakout>${room?.intId}</breakout></breakoutRooms>`);
    const web = findWebMeeting(bbb, room?.extId ?? '');
    const roomXml = web === undefined ? '' : writeXml(['meeting', meetingElements(bbb, web)]);
    expect(roomXml).toContain(
      `<isBreakout>true</isBreakout><parentMeetingID>${meeting.intId}</parentMeetingID><sequence>1</sequence><freeJoin>false</freeJoin>`,
    );
    expect(roomXml).toContain('<metadata><tier>Pro</tier></metadata>');
  });
});

describe('restarts', () => {
  test('of akka-apps: meetings are gone without a word, bbb-web goes on believing in them', () => {
    const bbb = aServer();
    const meeting = aMeeting(bbb);
    aUser(bbb, meeting);
    advance(bbb, 12_000);
    told(bbb);
    restartAkkaApps(bbb);
    advance(bbb, 600 * SECOND_MS);
    expect(told(bbb)).toEqual([]);
    expect([meeting.end, meeting.vanishedAt]).toEqual([undefined, meeting.createdAt + 12_000]);
    expect(bbb.analytics.size).toBe(0);
    expect(findWebMeeting(bbb, 'math-101')?.intId).toBe(meeting.intId);
  });

  test('of bbb-web: nothing is listed, everything goes on', () => {
    const bbb = aServer();
    const meeting = aMeeting(bbb, { duration: '1' });
    aUser(bbb, meeting);
    restartBbbWeb(bbb);
    expect(findWebMeeting(bbb, 'math-101')).toBeUndefined();
    advance(bbb, 90 * SECOND_MS);
    expect(meeting.end?.reason).toBe('ENDED_AFTER_EXCEEDING_DURATION');
  });
});

test('breakouts are refused where disabled, nested, or open already', () => {
  const bbb = aServer();
  const request = { count: 1, durationMinutes: 5 };
  expect(openBreakouts(bbb, aMeeting(bbb, { disabledFeatures: 'breakoutRooms' }), request)).toBeUndefined();
  const parent = aMeeting(bbb, { meetingID: 'parent' });
  const [room] = openBreakouts(bbb, parent, request) ?? [];
  expect(openBreakouts(bbb, parent, request)).toBeUndefined();
  expect(room === undefined ? [] : openBreakouts(bbb, room, request)).toBeUndefined();
});

test('a breakout has its own recording choice and no limit of participants, whatever the parent has', () => {
  const bbb = aServer();
  const parent = aMeeting(bbb, { maxParticipants: '1', record: 'false', guestPolicy: 'ASK_MODERATOR' });
  const request = { count: 1, durationMinutes: 5, record: true };
  const [room] = openBreakouts(bbb, parent, request) ?? [];
  if (room === undefined) throw new Error('no room');
  for (const externalUserId of ['a-1', 'b-1']) aUser(bbb, room, { externalUserId, guest: true });
  expect([room.users.size, room.props.recordProp.record]).toEqual([2, true]);
});
