/** The doctor about webhooks: registered, reachable, and heard from bbb-webhooks itself. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { World } from '../../support/world';
import { inState, openSurgery, type Surgery, UNTOLD } from './surgery';

let world: World;
let doctor: Surgery['doctor'];

beforeAll(async () => {
  ({ world, doctor } = await openSurgery());
});
afterAll(() => world.stop());

describe('webhooks', () => {
  test('off: skipped', async () => {
    const found = await doctor({ WEBHOOKS: 'off' });
    expect(inState(found, 'skipped')).toEqual(['webhook registered', 'webhook delivered', ...UNTOLD]);
  });

  test('what bbb-webhooks delivers by itself is told apart from ours', async () => {
    expect((await doctor())['webhook heard']).toMatchObject({ state: 'skipped' });
    const meeting = world.bbb.create({ meetingID: 'heard' });
    await world.settle();
    world.bbb.endMeeting(meeting);
    await world.advance(10_000);
    expect((await doctor())['webhook heard']).toMatchObject({
      state: 'ok',
      detail: expect.stringMatching(/^[1-9]\d* events of bbb-webhooks itself since the service started$/),
    });
    expect((await doctor({}, { serviceUrl: world.bbb.url }))['webhook heard']).toMatchObject({
      state: 'skipped',
      detail: 'cannot read the counts of deliveries from the service',
    });
  });

  test('it delivers, and none of it is believed', async () => {
    const metrics = createServer((_request, response) => {
      response.end(
        '# TYPE bbb_tiers_webhooks_total counter\nbbb_tiers_webhooks_total{result="forged"} 12\nbbb_tiers_webhooks_total{result="irrelevant"} 3\n',
      );
    }).listen(0, '127.0.0.1');
    try {
      await once(metrics, 'listening');
      const serviceUrl = `http://127.0.0.1:${(metrics.address() as AddressInfo).port}`;
      expect((await doctor({}, { serviceUrl }))['webhook heard']).toMatchObject({ state: 'skipped' });
      world.bbb.create({ meetingID: 'silent' });
      expect((await doctor({}, { serviceUrl }))['webhook heard']).toMatchObject({
        state: 'failed',
        detail: 'expected deliveries of bbb-webhooks, found 12 refused as forged and none genuine',
        remedy: expect.stringContaining('BBB_SECRET'),
      });
    } finally {
      world.bbb.endMeeting('silent');
      await world.advance(10_000);
      metrics.close();
    }
  });

  test('registered for another address than ours, and nobody is there', async () => {
    const found = await doctor({ PUBLIC_URL: 'http://127.0.0.1:9' });
    expect(inState(found, 'failed')).toEqual(['webhook registered', 'webhook delivered']);
    expect(found['webhook registered']).toMatchObject({
      detail: 'expected a hook for http://127.0.0.1:9/webhooks/bbb, found 1 other',
      remedy: expect.stringContaining('bbb-webhooks'),
    });
    expect(found['webhook delivered']).toMatchObject({
      detail: expect.stringContaining('expected an answer from http://127.0.0.1:9/webhooks/bbb, got none'),
      remedy: expect.stringContaining('PUBLIC_URL'),
    });
  });
});

test('a bbb-webhooks that accepts SHA-1 alone → registered, and the doctor names it', async () => {
  const old = await openSurgery({ webhooks: { supportedChecksumAlgorithms: ['sha1'] } });
  try {
    expect((await old.doctor())['webhook registered']).toMatchObject({
      state: 'ok',
      detail: expect.stringContaining('accepts only SHA-1'),
    });
  } finally {
    await old.world.stop();
  }
});
