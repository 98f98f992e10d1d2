/** The client against a real server that answers right, wrong, late or not at all. */
import { createHash } from 'node:crypto';
import { createAnalytics } from '../../../sidecar/bbb-api/analytics';
import { type BbbApi, type BbbApiOptions, createBbbApi } from '../../../sidecar/bbb-api/client';
import { messageOf, TerminalError, TransientError } from '../../../sidecar/errors';
import { failedXml, meetingsXml, meetingXml, replyXml } from '../../fixtures/api';
import { type Answer, type AServer, says, startAServer } from './a-server';

const SECRET = 's3cr3t-for-docs-only';
const AT = 1_760_000_100_000;

let server: AServer;
let api: BbbApi;

function open(options: Partial<BbbApiOptions> = {}): BbbApi {
  api.close();
  api = createBbbApi({ url: server.url, secret: SECRET, algorithm: 'sha256', retryAfterMs: 1, ...options });
  return api;
}

async function failureOf(run: Promise<unknown>): Promise<Error> {
  const failure = await run.then(
    () => new Error('it did not fail'),
    (error: unknown) => error as Error,
  );
  // Nothing that gives access, not even where it went.
  expect(messageOf(failure)).not.toMatch(/s3cr3t|checksum=|[0-9a-f]{40}|\/api\//);
  return failure;
}

beforeEach(async () => {
  server = await startAServer(says(meetingsXml([{}])));
  api = createBbbApi({ url: server.url, secret: SECRET, algorithm: 'sha256', retryAfterMs: 1 });
});

afterEach(async () => {
  api.close();
  await server.stop();
});

it('signs what it sends', async () => {
  server.answer(says(replyXml(meetingXml())));
  const meetingId = "O'Brien's 0042 & más 😀";
  await api.getMeetingInfo(meetingId, AT);
  const [path, query] = (server.asked[0] ?? '').split('?') as [string, string];
  const [meeting, checksum] = query.split('&checksum=') as [string, string];
  expect(path).toBe('/bigbluebutton/api/getMeetingInfo');
  expect(decodeURIComponent(meeting)).toBe(`meetingID=${meetingId}`);
  expect(checksum).toBe(createHash('sha256').update(`getMeetingInfo${meeting}${SECRET}`).digest('hex'));
});

describe('no answer of BBB is no answer', () => {
  const whole = meetingsXml([{}, { meetingID: 'b' }]);
  const cutOff: Answer = (_request, response) => {
    response.writeHead(200, { 'content-length': String(whole.length) });
    response.write(whole.slice(0, -20), () => response.destroy());
  };
  const endless: Answer = (_request, response) => {
    const chunk = Buffer.alloc(1024 * 1024, 'x');
    const more = (): void => {
      while (!response.destroyed && response.write(chunk));
    };
    response.on('drain', more);
    more();
  };
  const faults: readonly (readonly [string, Answer, RegExp])[] = [
    [
      'a page',
      says('<!DOCTYPE html><html><body>Bad Gateway</body></html>', 200, 'text/html'),
      /expected a <response>/,
    ],
    ['status 500', says(whole, 500), /status 500/],
    ['status 502', says('<html></html>', 502, 'text/html'), /status 502/],
    [
      'elsewhere',
      (_request, response) => response.writeHead(302, { location: '/' }).end(),
      /redirect \(302\)/,
    ],
    ['nothing in it', says(''), /got nothing/],
    ['cut off', cutOff, /getMeetings: /],
    [
      'a part that looks whole',
      says(whole.slice(0, whole.lastIndexOf('<meeting>'))),
      /expected a <response>/,
    ],
    ['success without a list', says(replyXml('')), /expected <meetings> or noMeetings/],
    ['a slammed door', (request) => request.socket.destroy(), /getMeetings: /],
    ['no end', endless, /longer than|no answer within/],
  ];

  it.each(faults)('%s', async (_what, answer, told) => {
    open({ retries: 0, timeoutMs: 30_000 });
    server.answer(answer);
    const failure = await failureOf(api.getMeetings(AT));
    expect(failure).toBeInstanceOf(TransientError);
    expect(failure.message).toMatch(told);
  });

  it('silence', async () => {
    open({ retries: 0, timeoutMs: 100 });
    server.answer(() => undefined);
    const failure = await failureOf(api.getMeetings(AT));
    expect(failure).toBeInstanceOf(TransientError);
    expect(failure.message).toBe('getMeetings: no answer within 100 ms');
  });

  it('nobody there', async () => {
    open({ retries: 0 });
    await server.stop();
    const failure = await failureOf(api.getMeetings(AT));
    expect(failure).toBeInstanceOf(TransientError);
  });

  it('more than can be an answer', async () => {
    open({ retries: 0, timeoutMs: 30_000 });
    server.answer(endless);
    expect((await failureOf(api.getMeetings(AT))).message).toBe(
      'getMeetings: the answer is longer than 16777216 bytes',
    );
  });
});

describe('repetition', () => {
  /** Fails `times`, then answers. */
  function failing(times: number, answer: Answer): Answer {
    let left = times;
    return (request, response) => {
      left -= 1;
      (left >= 0 ? says('', 500) : answer)(request, response);
    };
  }

  it('what is read is tried three times', async () => {
    server.answer(failing(2, says(meetingsXml([]))));
    expect(await api.getMeetings(AT)).toMatchObject({ snapshots: [], unreadable: [] });
    expect(server.asked).toHaveLength(3);
  });

  it('what does something is tried once', async () => {
    server.answer(failing(1, says(replyXml('<messageKey>sentEndMeetingRequest</messageKey>'))));
    expect(await failureOf(api.end('math'))).toBeInstanceOf(TransientError);
    expect(server.asked).toHaveLength(1);
    expect(await api.end('math')).toBe('sent');
  });

  it('a refusal is an answer', async () => {
    server.answer(says(failedXml('checksumError')));
    const failure = await failureOf(api.getMeetings(AT));
    expect(failure).toBeInstanceOf(TerminalError);
    expect(failure.message).toContain('BBB_SECRET');
    expect(server.asked).toHaveLength(1);
  });
});

describe('the circuit', () => {
  it('leaves a dead BBB alone after five failures, for a while, and hooks by themselves', async () => {
    open({ retries: 0, breakAfter: 5, breakForMs: 50 });
    server.answer(says('', 500));
    for (let call = 0; call < 5; call += 1) await failureOf(api.getMeetings(AT));
    expect(api.available).toBe(false);
    server.answer(says(meetingsXml([])));
    const asked = server.asked.length;
    const refused = await failureOf(api.getMeetings(AT));
    if (server.asked.length === asked) expect(refused.message).toContain('failed 5 times in a row');
    server.answer(says(replyXml('<hooks></hooks>')));
    expect(await api.listHooks()).toEqual([]);
    server.answer(says(meetingsXml([])));
    const again = async (): Promise<unknown> => {
      for (;;) {
        const read = await api.getMeetings(AT).catch(() => undefined);
        if (read !== undefined) return read;
        await new Promise((resume) => setTimeout(resume, 5));
      }
    };
    expect(await again()).toMatchObject({ snapshots: [], unreadable: [] });
    expect(api.available).toBe(true);
  });

  it('refusals and meetings that are not there do not open it', async () => {
    open({ retries: 0, breakAfter: 2 });
    server.answer(says(failedXml('notFound')));
    for (let call = 0; call < 5; call += 1) expect(await api.getMeetingInfo('x', AT)).toBeUndefined();
    server.answer(says(failedXml('validationError')));
    for (let call = 0; call < 5; call += 1) await failureOf(api.getMeetings(AT));
    expect(api.available).toBe(true);
    expect(server.asked).toHaveLength(10);
  });
});

describe('connections', () => {
  it('are kept', async () => {
    for (let call = 0; call < 5; call += 1) await api.getMeetings(AT);
    expect(server.connections).toBe(1);
  });

  it('may be closed by the server in between', async () => {
    open({ retries: 0 });
    for (let call = 0; call < 20; call += 1) {
      await api.getMeetings(AT);
      server.closeIdle();
    }
    expect(server.asked).toHaveLength(20);
  });
});

describe('what BBB answers', () => {
  it.each(['notFound', 'meetingNotFound', 'invalidMeetingIdentifier'])(
    '%s: nothing there, nothing to end',
    async (key) => {
      server.answer(says(failedXml(key)));
      expect(await api.getMeetingInfo('math', AT)).toBeUndefined();
      expect(await api.end('math')).toBe('not-found');
    },
  );

  it('a meeting without what we need is no meeting to decide on', async () => {
    server.answer(says(replyXml(meetingXml().replace(/<participantCount>.*<\/participantCount>/, ''))));
    expect(await failureOf(api.getMeetingInfo('math', AT))).toBeInstanceOf(TransientError);
  });

  it('its version', async () => {
    server.answer(
      says(replyXml('<version>2.0</version><apiVersion>2.0</apiVersion><bbbVersion>3.0.4</bbbVersion>')),
    );
    expect(await api.version()).toBe('3.0.4');
    expect(server.asked).toEqual(['/bigbluebutton/api']);
    server.answer(says(replyXml('<version>2.0</version><bbbVersion></bbbVersion>')));
    expect(await api.version()).toBeUndefined();
  });

  it('hooks/* refuses SHA-256 → the same call with SHA-1, and SHA-1 at once from then on; other calls stay', async () => {
    let found = 0;
    open({ onHooksSha1: () => (found += 1) });
    server.answer((request, response) => {
      const isHook = request.url?.includes('/hooks/');
      const isSha1 = /checksum=[0-9a-f]{40}$/.test(request.url ?? '');
      const reply = isHook ? replyXml('<hooks></hooks>') : meetingsXml([]);
      response.end(isHook && !isSha1 ? failedXml('checksumError') : reply);
    });
    await api.getMeetings(AT);
    expect(await api.listHooks()).toEqual([]);
    await api.listHooks();
    await api.getMeetings(AT);
    const lengths = server.asked.map((url) => url.split('checksum=')[1]?.length);
    expect(lengths).toEqual([64, 64, 40, 40, 64]);
    expect([found, api.hooksUseSha1]).toEqual([1, true]);
  });

  it('hooks/* refuses both algorithms → checksumError, asked with both each time', async () => {
    server.answer(says(failedXml('checksumError')));
    expect((await failureOf(api.listHooks())).message).toContain('checksumError');
    expect(api.hooksUseSha1).toBe(false);
  });

  it('hooks', async () => {
    server.answer(
      says(
        '<response><returncode>SUCCESS</returncode><hookID>7</hookID><permanentHook>false</permanentHook><rawData>false</rawData></response>',
      ),
    );
    expect(await api.createHook('https://s.example/webhooks/bbb')).toEqual({ hookId: '7', isNew: true });
    expect(server.asked.at(-1)).toMatch(
      /hooks\/create\?callbackURL=https%3A%2F%2Fs\.example%2Fwebhooks%2Fbbb&getRaw=false&checksum=[0-9a-f]{64}$/,
    );
    server.answer(
      says(
        '<response><returncode>SUCCESS</returncode><hookID>7</hookID><messageKey>duplicateWarning</messageKey></response>',
      ),
    );
    expect(await api.createHook('https://s.example/webhooks/bbb')).toEqual({ hookId: '7', isNew: false });
    server.answer(says(failedXml('destroyMissingHook')));
    expect(await api.destroyHook('7')).toBe(false);
    server.answer(says(replyXml('<removed>true</removed>')));
    expect(await api.destroyHook('7')).toBe(true);
  });

  it('recordings', async () => {
    server.answer(says(replyXml('<recordings></recordings><messageKey>noRecordings</messageKey>')));
    expect(await api.getRecordings({ recordIds: ['a-1', 'b-2'], state: 'any', limit: 100 })).toEqual({
      recordings: [],
      unreadable: 0,
    });
    expect(server.asked.at(-1)).toMatch(/getRecordings\?recordID=a-1%2Cb-2&state=any&limit=100&checksum=/);
    server.answer(says(replyXml('<published>false</published>')));
    await api.publishRecordings(['a-1'], false);
    expect(server.asked.at(-1)).toMatch(/publishRecordings\?recordID=a-1&publish=false&checksum=/);
    server.answer(says(replyXml('<deleted>true</deleted>')));
    await api.deleteRecordings(['a-1']);
    expect(server.asked.at(-1)).toMatch(/deleteRecordings\?recordID=a-1&checksum=/);
  });
});

describe('analytics', () => {
  const info = {
    internalId: 'a-1',
    isMeetingRecorded: true,
    users: [{ id: 'w_1', name: 'Ada', role: 'MODERATOR' }],
  };

  async function read(answer: Answer, timeoutMs = 30_000): Promise<unknown> {
    server.answer(answer);
    let now = AT;
    const clock = {
      now: () => {
        now += 10;
        return now;
      },
    };
    const analytics = createAnalytics({ url: `${server.url}/analytics`, clock, timeoutMs });
    try {
      return await analytics.read();
    } finally {
      analytics.close();
    }
  }
  const json = (told: unknown): Answer => says(JSON.stringify(told), 200, 'application/json');

  it('was made at some time between 35 s before it was asked for and its arrival', async () => {
    expect(await read(json([{ ...info, extra: 1 }, { internalId: '' }, 7]))).toMatchObject({
      unreadable: [expect.anything(), expect.anything()],
      contents: new Map([['a-1', expect.any(String)]]),
      snapshots: [
        {
          type: 'analytics-snapshot',
          internalMeetingId: 'a-1',
          at: AT + 10 - 35_000,
          until: AT + 20,
          users: [{ internalUserId: 'w_1', fullName: 'Ada', role: 'MODERATOR' }],
          recordingActive: true,
        },
      ],
    });
  });

  it('of an empty server', async () => {
    expect(await read(json({ message: 'No active meetings' }))).toMatchObject({
      snapshots: [],
      unreadable: [],
    });
    expect(await read(json([]))).toMatchObject({ snapshots: [], unreadable: [] });
  });

  it.each([
    ['a page', says('<html></html>')],
    ['nothing', says('')],
    ['500', says('[]', 500)],
    ['another object', json({ meetings: [] })],
    ['null', json(null)],
    ['cut off', says('[{"internalId":"a-1"')],
  ] as const)('no answer: %s', async (_what, answer) => {
    await expect(read(answer)).rejects.toThrow(TransientError);
  });

  it('no answer: silence', async () => {
    await expect(read(() => undefined, 100)).rejects.toThrow(TransientError);
  });
});
