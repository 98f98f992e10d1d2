/** What bbb-webhooks makes of the bus: its signature by the published vector, its events and their attributes, its hooks. */
import { endMeeting } from '../../../bbb-simulator/model/end';
import { setRecordingStatus } from '../../../bbb-simulator/model/recording';
import type { Bbb, Meeting } from '../../../bbb-simulator/model/state';
import { dialIn } from '../../../bbb-simulator/model/voice';
import { formBody, signedUrl } from '../../../bbb-simulator/webhooks/deliver';
import { hookRegistry } from '../../../bbb-simulator/webhooks/hooks';
import { noIds, type WebhookEvent, webhookEvents } from '../../../bbb-simulator/webhooks/mapping';
import { advance, aMeeting, aServer, aUser, command } from '../a-server';

const PROCESSED_AT = 1_760_000_000_777;
const STAMPS = { takenUpAt: PROCESSED_AT, doneAt: PROCESSED_AT };

test('body and checksum by the published vector', () => {
  const event =
    '{"data":{"type":"event","id":"meeting-ended","attributes":{"meeting":{"internal-meeting-id":"ab12-1","external-meeting-id":"math-101"}},"event":{"ts":1760000000000}}}';
  const body = formBody('bbb.example', event, 1_760_000_000_123);
  expect(body).toBe(
    'domain=bbb.example&event=%5B%7B%22data%22%3A%7B%22type%22%3A%22event%22%2C%22id%22%3A%22meeting-ended%22%2C%22attributes%22%3A%7B%22meeting%22%3A%7B%22internal-meeting-id%22%3A%22ab12-1%22%2C%22external-meeting-id%22%3A%22math-101%22%7D%7D%2C%22event%22%3A%7B%22ts%22%3A1760000000000%7D%7D%7D%5D&timestamp=1760000000123',
  );
  const url = 'https://sidecar.example/bbb';
  expect(signedUrl(url, body, 's3cr3t-for-docs-only', 'sha1')).toBe(
    `${url}?checksum=05169a236c21eededa2daf076d47f11597956ecd`,
  );
  expect(signedUrl(`${url}?a=1`, body, 's3cr3t-for-docs-only', 'sha1')).toContain('?a=1&checksum=');
});

describe('events', () => {
  let bbb: Bbb;
  let meeting: Meeting;
  const ids = noIds();

  beforeEach(() => {
    bbb = aServer();
    meeting = aMeeting(bbb, {
      attendeePW: 'ap',
      moderatorPW: 'mp',
      meta_tier: 'free',
      maxParticipants: '5',
      record: 'true',
    });
  });

  function events(): WebhookEvent['data'][] {
    return bbb.outbox
      .splice(0)
      .flatMap((each) => webhookEvents(each, ids, STAMPS, '3.0').map((event) => event.data));
  }
  const ofMeeting = () => ({ 'internal-meeting-id': meeting.intId, 'external-meeting-id': 'math-101' });

  test('meeting-created, passwords included, with the time of processing', () => {
    expect(JSON.stringify(events()[0])).toBe(
      `{"type":"event","id":"meeting-created","attributes":{"meeting":{"internal-meeting-id":"${meeting.intId}","external-meeting-id":"math-101",` +
        '"name":"Math 101","is-breakout":false,"parent-id":"bbb-none","duration":0,"create-time":1760000000000,"create-date":"Thu Oct 09 08:53:20 UTC 2025",' +
        `"moderator-pass":"mp","viewer-pass":"ap","record":true,"voice-conf":"${meeting.props.voiceProp.voiceConf}","dial-number":"613-555-1234","max-users":5,` +
        '"metadata":{"tier":"free"},"audioBridge":"bbb-webrtc-sfu","cameraBridge":"bbb-webrtc-sfu","screenShareBridge":"bbb-webrtc-sfu"}},' +
        `"event":{"ts":${PROCESSED_AT}}}`,
    );
  });

  test('user-joined and user-left; nothing of the ejection', () => {
    const user = aUser(bbb, meeting, { externalUserId: 'gl-1', name: 'Ada' });
    const [, joined] = events();
    expect(joined).toMatchObject({
      id: 'user-joined',
      attributes: {
        meeting: ofMeeting(),
        user: {
          'internal-user-id': user.intId,
          'external-user-id': 'gl-1',
          name: 'Ada',
          role: 'VIEWER',
          presenter: false,
          guest: false,
        },
      },
    });
    command(bbb, meeting, 'EjectUserFromMeetingSysMsg', 'x', { userId: user.intId, ejectedBy: 'SYSTEM' });
    expect(events()).toEqual([
      {
        type: 'event',
        id: 'user-left',
        attributes: {
          meeting: ofMeeting(),
          user: { 'internal-user-id': user.intId, 'external-user-id': 'gl-1', guest: false },
        },
        event: { ts: PROCESSED_AT },
      },
    ]);
  });

  test('recording starts and stops, without who did it', () => {
    const user = aUser(bbb, meeting, { role: 'MODERATOR' });
    events();
    setRecordingStatus(bbb, meeting, true, user.intId);
    setRecordingStatus(bbb, meeting, false, user.intId);
    expect(events().map(({ id, attributes }) => [id, attributes])).toEqual([
      ['meeting-recording-started', { meeting: ofMeeting() }],
      ['meeting-recording-stopped', { meeting: ofMeeting() }],
    ]);
  });

  test('the end comes with Destroyed, after a user-left for everybody still there', () => {
    const user = aUser(bbb, meeting, { externalUserId: 'gl-1' });
    const caller = dialIn(bbb, meeting, { callerName: '+49' });
    events();
    endMeeting(bbb, meeting, 'ENDED_FROM_API', 'system');
    expect(events()).toEqual([]);
    advance(bbb, 2_500);
    expect(events().map(({ id, attributes }) => [id, attributes.user])).toEqual([
      [
        'user-left',
        {
          'internal-user-id': user.intId,
          'external-user-id': 'gl-1',
          name: 'gl-1',
          role: 'VIEWER',
          presenter: false,
          guest: false,
        },
      ],
      ['meeting-ended', undefined],
    ]);
    expect(caller).toMatch(/^v_/);
  });

  test('no event for lobby, roles, left flags and pongs', () => {
    const user = aUser(bbb, meeting, { role: 'MODERATOR' });
    events();
    command(bbb, meeting, 'ChangeUserRoleCmdMsg', user.intId, {
      userId: user.intId,
      role: 'VIEWER',
      changedBy: user.intId,
    });
    command(bbb, meeting, 'UserLeaveReqMsg', 'x', { userId: user.intId, sessionId: '', loggedOut: false });
    command(bbb, meeting, 'CheckAlivePingSysMsg', '', {
      system: 's',
      bbbWebTimestamp: 1,
      akkaAppsTimestamp: 0,
    });
    expect(events()).toEqual([]);
  });

  test('the recording scripts', () => {
    const user = aUser(bbb, meeting, { role: 'MODERATOR' });
    setRecordingStatus(bbb, meeting, true, user.intId);
    endMeeting(bbb, meeting, 'ENDED_FROM_API', 'system');
    events();
    advance(bbb, 60_000);
    const told = events().filter(({ id }) => id.startsWith('rap-'));
    expect(told.map(({ id }) => id).slice(0, 4)).toEqual([
      'rap-archive-started',
      'rap-archive-ended',
      'rap-sanity-started',
      'rap-sanity-ended',
    ]);
    expect(told.find(({ id }) => id === 'rap-publish-ended')?.attributes).toMatchObject({
      meeting: ofMeeting(),
      'record-id': meeting.intId,
      success: true,
      workflow: 'presentation',
      recording: { name: 'Math 101', 'is-breakout': 'false', metadata: { tier: 'free' } },
    });
  });
});

describe('hooks', () => {
  test('one per callback URL; permanent ones stay', () => {
    const hooks = hookRegistry([{ url: 'https://a.example/' }]);
    const [permanent] = hooks.list();
    expect(permanent).toMatchObject({ id: '44cc82eb-7cb9-5fdc-b087-010025d94c3f', permanent: true });
    const { hook, duplicated } = hooks.add({ callbackURL: 'https://b.example/' });
    expect(duplicated).toBe(false);
    expect(hooks.add({ callbackURL: 'https://b.example/', getRaw: true })).toEqual({
      hook,
      duplicated: true,
    });
    expect([hooks.remove(permanent?.id ?? ''), hooks.remove(hook.id), hooks.remove(hook.id)]).toEqual([
      false,
      true,
      false,
    ]);
  });

  test('only one of a meeting is asked', () => {
    const hooks = hookRegistry([]);
    for (const callbackURL of ['https://a.example/', 'https://b.example/'])
      hooks.add({ callbackURL, meetingID: 'm' });
    hooks.add({ callbackURL: 'https://c.example/' });
    const urls = (id: string | undefined): string[] => hooks.concerned(id).map((hook) => hook.callbackURL);
    expect(urls('m')).toEqual(['https://c.example/', 'https://a.example/']);
    expect(urls('other')).toEqual(['https://c.example/']);
    expect(hooks.list('m')).toHaveLength(3);
  });
});
