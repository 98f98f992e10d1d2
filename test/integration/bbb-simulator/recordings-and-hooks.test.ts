/** Recordings and webhook registrations over the HTTP API. */
import { XMLParser } from 'fast-xml-parser';
import { type RedisServer, startRedisServer } from '../../support/redis-server';
import { type Play, startPlay } from './a-simulator';

const LISTS = ['response.meetings.meeting', 'response.recordings.recording', 'response.hooks.hook'];
const PARSER = new XMLParser({ parseTagValue: false, isArray: (_, path) => LISTS.includes(String(path)) });

let redis: RedisServer;
let play: Play;

beforeAll(async () => {
  redis = await startRedisServer();
});
afterAll(() => redis.stop());
beforeEach(async () => {
  play = await startPlay(redis.url);
});
afterEach(() => play.stop());

async function ask(name: string, query = ''): Promise<Record<string, unknown>> {
  return PARSER.parse(await play.call(name, query)).response;
}

test('a recording: processed, published, unpublished, deleted, found by state and metadata', async () => {
  const { simulator, clock } = play;
  simulator.create({ meetingID: 'math-101', record: true, meta_tier: 'level-2' });
  const ada = simulator.join('math-101', { role: 'MODERATOR' });
  simulator.startRecording('math-101', ada);
  simulator.endMeeting('math-101');
  const { internalMeetingId: recordID } = simulator.meeting('math-101');
  const listed = async (query: string): Promise<string[]> => {
    const { recordings } = (await ask('getRecordings', query)) as {
      recordings: { recording?: { state: string }[] };
    };
    return (recordings.recording ?? []).map((recording) => recording.state);
  };
  await clock.advance(10_000);
  expect([await listed(''), await listed('state=processing')]).toEqual([[], ['processing']]);
  await clock.advance(30_000);
  expect(await listed('meta_tier=level-2')).toEqual(['published']);
  expect(await listed('meta_tier=free')).toEqual([]);
  expect(await listed(`recordID=${recordID.slice(0, 10)}`)).toEqual(['published']);
  expect(await ask('publishRecordings', `recordID=${recordID}&publish=false`)).toMatchObject({
    published: 'false',
  });
  expect(await listed('')).toEqual(['unpublished']);
  expect(await ask('deleteRecordings', `recordID=${recordID}`)).toMatchObject({ deleted: 'true' });
  expect([await listed(''), await listed('state=deleted'), await listed('state=any')]).toEqual([
    [],
    ['deleted'],
    ['deleted'],
  ]);
  expect(await ask('deleteRecordings', 'recordID=unknown')).toMatchObject({ messageKey: 'notFound' });
  expect(await ask('getRecordings', 'limit=101')).toMatchObject({ messageKey: 'validationError' });
  await simulator.settled();
  const told = play.heard
    .filter(({ channel }) => channel === 'from-bbb-web-redis-channel')
    .map(({ name }) => name);
  expect(told).toEqual(['UnpublishedRecordingSysMsg', 'DeletedRecordingSysMsg']);
});

describe('hooks', () => {
  const CALLBACK = 'callbackURL=https%3A%2F%2Fsidecar.example%2Fbbb';

  test('are made once, listed, and removed', async () => {
    const { hookID } = await ask('hooks/create', `${CALLBACK}&getRaw=false`);
    expect(await ask('hooks/create', CALLBACK)).toMatchObject({ hookID, messageKey: 'duplicateWarning' });
    expect(await ask('hooks/list')).toMatchObject({
      hooks: {
        hook: [
          { hookID, callbackURL: 'https://sidecar.example/bbb', permanentHook: 'false', rawData: 'false' },
        ],
      },
    });
    expect(await ask('hooks/destroy', `hookID=${hookID}`)).toMatchObject({ removed: 'true' });
    expect(await ask('hooks/destroy', `hookID=${hookID}`)).toMatchObject({
      messageKey: 'destroyMissingHook',
    });
  });

  test('need a signature, but for the ping; without the package there is a 502', async () => {
    const { url } = play.simulator;
    expect(await (await fetch(`${url}/api/hooks/list`)).text()).toContain('checksumError');
    expect(await (await fetch(`${url}/api/hooks/ping`)).text()).toBe('bbb-webhooks API up!');
    play.simulator.faults.webhooks('off');
    expect((await fetch(`${url}/api/hooks/ping`)).status).toBe(502);
  });
});
