import { isPresent } from '../../../sidecar/core/evidence';
import type { Attendee, InternalMeetingId } from '../../../sidecar/core/meeting';
import { callback, deliveryBody, deliveryChecksum } from '../../fixtures/callbacks';
import { findFreePort } from '../../support/free-port';
import { startWorld, type World } from '../../support/world';

let world: World;
afterEach(() => world.stop());

async function given(env: Readonly<Record<string, string>> = {}): Promise<void> {
  const port = String(await findFreePort());
  world = await startWorld({ env: { PORT: port, PUBLIC_URL: `http://127.0.0.1:${port}`, ...env } });
}

/** Waits in real time for what goes through real sockets, moving the clock a little meanwhile. */
async function until(condition: () => boolean): Promise<void> {
  const giveUpAt = Date.now() + 15_000;
  while (!condition()) {
    if (Date.now() > giveUpAt) throw new Error('waited 15 s in vain');
    await world.advance(500);
  }
}

const ours = (): number =>
  world.bbb.hooks.filter((hook) => hook.callbackURL.endsWith('/webhooks/bbb')).length;

test('WEBHOOKS=register: our hook is there, and deliveries are taken', async () => {
  await given();
  await until(() => ours() === 1);
  world.bbb.create({ meetingID: 'assembly' });
  await until(() => world.bbb.webhookAttempts.some((attempt) => attempt.status === 200));
  expect(world.bbb.webhookAttempts.every((attempt) => attempt.status === 200)).toBe(true);
});

test('bbb-webhooks that knows SHA-1 alone → registered, one line in the log', async () => {
  const port = String(await findFreePort());
  world = await startWorld({
    env: { PORT: port, PUBLIC_URL: `http://127.0.0.1:${port}` },
    simulator: { webhooks: { supportedChecksumAlgorithms: ['sha1'] } },
  });
  await until(() => ours() === 1);
  await world.advance(20 * 60_000);
  expect(ours()).toBe(1);
  expect(world.logged.filter((line) => line.includes('SHA-1'))).toHaveLength(1);
  expect(world.logged.filter((line) => line.includes('cannot register our webhook'))).toEqual([]);
});

test('WEBHOOKS=receive: nothing is registered', async () => {
  await given({ WEBHOOKS: 'receive' });
  await world.advance(30_000);
  expect(ours()).toBe(0);
});

test('a delivery tells of a meeting whose creation was lost on the bus', async () => {
  await given({ RESYNC_SECONDS: '3600' });
  await until(() => ours() === 1);
  world.bbb.faults.bus({ match: 'MeetingCreatedEvtMsg', effect: 'lose' });
  const { internalMeetingId } = world.bbb.create({ meetingID: 'assembly' });
  await until(() =>
    [...world.app.watch.meetings.all()].some(
      (meeting) => meeting.internalMeetingId === internalMeetingId && meeting.props !== undefined,
    ),
  );
});

test('a delivery of a join does not bring back whoever the bus told has left since', async () => {
  await given({ WEBHOOKS: 'receive' });
  const meeting = world.bbb.create({ meetingID: 'assembly' });
  const { internalUserId } = world.bbb.join(meeting, { externalUserId: 'anna', name: 'Anna' });
  world.bbb.leave(meeting, internalUserId);
  await world.settle();
  const callbackUrl = `${world.app.url}/webhooks/bbb`;
  const deliver = async (sessionId: string): Promise<void> => {
    const event = callback(
      'user-joined',
      {
        meeting: { 'internal-meeting-id': meeting.internalMeetingId, 'external-meeting-id': 'assembly' },
        user: { 'internal-user-id': sessionId, 'external-user-id': 'anna', role: 'VIEWER' },
      },
      world.clock.now() + 500,
    );
    const body = deliveryBody(event);
    const checksum = deliveryChecksum(callbackUrl, body, world.bbb.secret);
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const { status } = await fetch(`${callbackUrl}?checksum=${checksum}`, { method: 'POST', body, headers });
    expect(status).toBe(200);
  };
  await deliver(internalUserId);
  await deliver('w_unheard');
  const attendees = (): readonly Attendee[] => [
    ...(world.app.watch.meetings.get(meeting.internalMeetingId as InternalMeetingId)?.attendees.values() ??
      []),
  ];
  await until(() => attendees().some((attendee) => attendee.internalUserId === 'w_unheard'));
  const present = attendees().filter(isPresent);
  expect(present.map((attendee) => attendee.internalUserId)).toEqual(['w_unheard']);
});

test('a forged delivery is answered with 403 and nothing else, and changes nothing', async () => {
  await given();
  const event = JSON.stringify([
    {
      data: {
        type: 'event',
        id: 'meeting-ended',
        attributes: { meeting: { 'internal-meeting-id': 'x', 'external-meeting-id': 'y' } },
        event: { ts: 1 },
      },
    },
  ]);
  const body = new URLSearchParams({ domain: 'bbb.example', event, timestamp: '1' });
  for (const query of ['', `?checksum=${'0'.repeat(64)}`, '?checksum=', '?checksum=a&checksum=b']) {
    const response = await fetch(`${world.app.url}/webhooks/bbb${query}`, { method: 'POST', body });
    expect([response.status, await response.text()]).toEqual([403, expect.not.stringContaining('checksum')]);
  }
  expect([...world.app.watch.meetings.all()]).toEqual([]);
});
