/** The recording hooks through BBB's pipeline: what nobody may see is never there to be seen, and doubt loses nothing. */

import { chownSync, readdirSync } from 'node:fs';
import { type FakeSidecar, noSidecar, startSidecar } from './support/fake-sidecar';
import { type Host, makeHost, pathsOf, snapshot } from './support/host';
import { describeWith } from './support/programs';
import {
  aRecording,
  eventsXml,
  hook,
  internalMeetingId,
  metadataXml,
  publish,
  RAW,
  traces,
} from './support/recording';

// Many programs are started, one after the other: on a busy machine that takes its time.
jest.setTimeout(120_000);

const FORBIDDEN = ' tier-recording="forbidden"';
const REMOVE = { verdict: 'remove', reason: 'tier free has no recording', code: 'K7Q-2MX' };
const KEEP = { verdict: 'keep', reason: 'tier level-2 records' };

describeWith(['ruby'], 'recording hooks', () => {
  let host: Host;
  let sidecar: FakeSidecar;

  beforeAll(async () => {
    host = makeHost();
    expect(await host.install()).toMatchObject({ code: 0 });
  });
  beforeEach(async () => {
    sidecar = await startSidecar(host);
  });
  afterEach(() => sidecar.stop());
  afterAll(() => host.dispose());

  const where = (id: string, format = 'presentation') =>
    ['published', 'unpublished', 'deleted'].filter((state) =>
      host.has(`/var/bigbluebutton/${state}/${format}/${id}`),
    );
  const here = () => pathsOf(host);

  /** The three hooks and BBB's publishing between them, as the workers run them. */
  async function pipeline(id: string, format = 'presentation') {
    const archive = await hook(host, 'archive', id);
    const process = await hook(host, 'process', id, format);
    const wasPublished = publish(host, id, format);
    const post = wasPublished ? await hook(host, 'publish', id, format) : undefined;
    return { archive, process, wasPublished, post };
  }

  describe('the sidecar answers', () => {
    test('remove: the recording is gone before it is published, raw files and captures too', async () => {
      sidecar.says(REMOVE);
      const id = aRecording(host, { formats: ['presentation', 'video'] });

      const { archive, process, wasPublished } = await pipeline(id);

      expect([archive.code, process.code, wasPublished]).toEqual([0, 0, false]);
      expect(traces(here(), id)).toEqual([
        `var/bigbluebutton/recording/status/published/${id}-presentation.fail`,
      ]);
      expect(process.stdout).toContain(`${id} removed`);
      expect(process.stdout).toContain('K7Q-2MX');
      expect(sidecar.reports()).toEqual([
        { id, act: 'removed', format: 'presentation', bytes: expect.any(Number) },
      ]);
    });

    test('remove: at post_archive nothing is removed yet, because the steps after it still read it', async () => {
      sidecar.says(REMOVE);
      const id = aRecording(host);
      const before = traces(here(), id);

      await hook(host, 'archive', id);

      expect(traces(here(), id)).toEqual(before);
    });

    test('remove, but only after publishing: it goes at post_publish', async () => {
      sidecar.says(KEEP);
      const id = aRecording(host);
      await hook(host, 'process', id, 'presentation');
      publish(host, id, 'presentation');
      sidecar.says(REMOVE);

      expect((await hook(host, 'publish', id, 'presentation')).code).toBe(0);

      expect(traces(here(), id)).toEqual([]);
    });

    test('keep: it is published and nothing else is touched', async () => {
      sidecar.says(KEEP);
      const id = aRecording(host, { metadata: FORBIDDEN });
      const raw = traces(here(), id).filter((path) => path.includes('/raw/'));

      const { post } = await pipeline(id);

      expect(post?.code).toBe(0);
      expect(where(id)).toEqual(['published']);
      expect(traces(here(), id)).toEqual(expect.arrayContaining(raw));
      expect(sidecar.reports()).toEqual([{ id, act: 'kept', format: 'presentation', bytes: 0 }]);
    });

    test('unknown, and nothing in the metadata: published for nobody, lost for nobody', async () => {
      sidecar.says({ verdict: 'unknown', reason: 'never seen' });
      const id = aRecording(host);

      const { post } = await pipeline(id);

      expect(where(id)).toEqual(['unpublished']);
      expect(host.read(`/var/bigbluebutton/unpublished/presentation/${id}/metadata.xml`)).toBe(
        metadataXml(id)
          .replace('<state>published<', '<state>unpublished<')
          .replace('<published>true<', '<published>false<'),
      );
      expect(host.has(`${RAW}/${id}/events.xml`)).toBe(true);
      expect(post?.stdout).toMatch(/WARNING: .*moved to unpublished, nothing is lost/);
      expect(sidecar.reports()).toEqual([{ id, act: 'unpublished', format: 'presentation', bytes: 0 }]);
    });

    test('it is asked with the token of /etc/bbb-tiers/hook-token, and the environment wins over the file', async () => {
      sidecar.says(KEEP);
      await hook(host, 'archive', aRecording(host));
      await hook(host, 'archive', aRecording(host), undefined, { env: { BBB_TIERS_HOOK_TOKEN: 'from-env' } });

      const token = host.read('/etc/bbb-tiers/hook-token');
      expect(token).toMatch(/^[0-9a-f]{64}$/);
      expect(sidecar.received.map(({ authorization }) => authorization)).toEqual([
        `Bearer ${token}`,
        'Bearer from-env',
      ]);
    });
  });

  describe('the sidecar is no help', () => {
    const useless: Array<[string, Parameters<FakeSidecar['says']>[0]]> = [
      ['never answers', () => undefined],
      [
        'drips bytes for ever',
        (_request, response) => {
          response.writeHead(200, { 'content-type': 'application/json' });
          const drip = setInterval(() => response.write(' '), 100);
          response.on('close', () => clearInterval(drip));
        },
      ],
      ['answers 500', (_request, response) => response.writeHead(500).end('{"verdict":"remove"}')],
      ['answers 403', (_request, response) => response.writeHead(403).end('{"verdict":"remove"}')],
      ['redirects', (_request, response) => response.writeHead(302, { location: '/elsewhere' }).end()],
      ['answers HTML', (_request, response) => response.end('<html>remove</html>')],
      ['answers an array', (_request, response) => response.end('["remove"]')],
      ['answers half a document', (_request, response) => response.end('{"verdict":"remove"')],
      ['answers a verdict that does not exist', { verdict: 'REMOVE' }],
      ['answers a verdict of another type', { verdict: { remove: true } as unknown as string }],
      [
        'answers 1 MB',
        (_request, response) => response.end(`{"verdict":"remove","reason":"${'x'.repeat(1 << 20)}"}`),
      ],
      ['hangs up', (_request, response) => response.destroy()],
      ['answers no HTTP', (_request, response) => void response.socket?.end('remove\r\n\r\n')],
    ];

    test.each(useless)('%s: the recording stays, unpublished', async (_title, answer) => {
      sidecar.says(answer);
      const id = aRecording(host);
      publish(host, id, 'presentation');

      const post = await hook(host, 'publish', id, 'presentation');

      expect(post).toMatchObject({ code: 0, stdout: expect.stringMatching(/moved to unpublished.*doubt/) });
      expect(where(id)).toEqual(['unpublished']);
      expect(host.has(`${RAW}/${id}/events.xml`)).toBe(true);
    });

    test('away, and the metadata says forbidden: never published, raw files stay', async () => {
      await noSidecar(host);
      const id = aRecording(host, { metadata: FORBIDDEN });

      const { process, wasPublished } = await pipeline(id);

      expect(wasPublished).toBe(false);
      expect(where(id)).toEqual([]);
      expect(host.has(`${RAW}/${id}/events.xml`)).toBe(true);
      expect(process.stdout).toContain(`bbb-record --rebuild ${id}`);
    });

    test('away only after publishing, and the metadata says forbidden: out of reach of a click on Publish', async () => {
      await noSidecar(host);
      const id = aRecording(host, { metadata: FORBIDDEN });
      publish(host, id, 'presentation');

      await hook(host, 'publish', id, 'presentation');

      expect(where(id)).toEqual(['deleted']);
      expect(host.has(`${RAW}/${id}/events.xml`)).toBe(true);
    });

    test('away at the end, but it said remove at the start: removed', async () => {
      sidecar.says(REMOVE);
      const id = aRecording(host);
      await hook(host, 'archive', id);
      await noSidecar(host);

      const { code, stdout } = await hook(host, 'process', id, 'presentation');

      expect(code).toBe(0);
      expect(stdout).toContain('as the sidecar said earlier');
      expect(traces(here(), id)).toEqual([]);
    });

    test('away at the end, but it said keep at the start: published', async () => {
      sidecar.says(KEEP);
      const id = aRecording(host);
      await hook(host, 'archive', id);
      await noSidecar(host);

      await hook(host, 'process', id, 'presentation');
      publish(host, id, 'presentation');
      await hook(host, 'publish', id, 'presentation');

      expect(where(id)).toEqual(['published']);
    });

    test('a report that did not get through is told as soon as the sidecar is back', async () => {
      await noSidecar(host);
      const first = aRecording(host);
      publish(host, first, 'presentation');
      await hook(host, 'publish', first, 'presentation');

      await sidecar.stop();
      sidecar = await startSidecar(host);
      sidecar.says(KEEP);
      await hook(host, 'archive', aRecording(host));

      expect(sidecar.reports()).toContainEqual({
        id: first,
        act: 'unpublished',
        format: 'presentation',
        bytes: 0,
      });
    });
  });

  describe('metadata', () => {
    const name = (value: string) => ` meetingName2="${value}"`;
    const unreadable: Array<[string, (id: string) => string]> = [
      ['empty', () => ''],
      ['cut off inside the tag', (id) => eventsXml(id, FORBIDDEN).split('meetingName')[0] ?? ''],
      ['no XML', () => '{"tier-recording":"forbidden"}'],
      ['binary', () => '\u0000\u0001\uFFFE'],
      [
        'a DTD with entities',
        (id) => `<!DOCTYPE recording [<!ENTITY f "forbidden">]>${eventsXml(id, ' tier-recording="&f;"')}`,
      ],
      ['an unknown entity', (id) => eventsXml(id, ' tier-recording="&forbidden;"')],
      [
        'metadata only after the events',
        (id) =>
          eventsXml(id)
            .replace(/ {2}<metadata.*\n/, '')
            .replace('</event>', '</event><metadata tier-recording="forbidden"/>'),
      ],
    ];
    const unmarked: Array<[string, (id: string) => string]> = [
      [
        'a meeting name that looks like the marker',
        (id) => eventsXml(id, name('&quot; tier-recording=&quot;forbidden')),
      ],
      [
        'the marker in a comment',
        (id) =>
          eventsXml(id).replace('<metadata', '<!-- <metadata tier-recording="forbidden"/> --><metadata'),
      ],
      [
        'the marker inside an event',
        (id) => eventsXml(id).replace('<status>', '<metadata tier-recording="forbidden"/><status>'),
      ],
      ['another value', (id) => eventsXml(id, ' tier-recording="allowed"')],
      ['another key', (id) => eventsXml(id, ' x-tier-recording="forbidden"')],
    ];

    const all = [
      ...unreadable.map((row) => [...row, true] as const),
      ...unmarked.map((row) => [...row, false] as const),
    ];
    test.each(all)('%s: doubt, and nothing is lost', async (_title, text, isUnreadable) => {
      await noSidecar(host);
      const id = aRecording(host);
      host.write(`${RAW}/${id}/events.xml`, text(id));
      publish(host, id, 'presentation');
      host.write(`/var/bigbluebutton/published/presentation/${id}/metadata.xml`, 'broken, too');

      const { stdout } = await hook(host, 'publish', id, 'presentation');

      expect(where(id)).toEqual(['unpublished']);
      expect(host.has(`${RAW}/${id}/events.xml`)).toBe(true);
      expect(stdout.includes('its metadata cannot be read')).toBe(isUnreadable);
    });

    const good: Array<[string, (id: string) => string]> = [
      ['single quotes', (id) => eventsXml(id, " tier-recording='forbidden'")],
      ['another case and spaces', (id) => eventsXml(id, ' tier-recording=" Forbidden "')],
      ['escaped characters', (id) => eventsXml(id, ' tier-recording="&#102;orbidde&#x6e;"')],
      [
        'a name with < > & " before it',
        (id) => eventsXml(id, `${name('&lt;b&gt; &amp; &quot;ü&quot;')}${FORBIDDEN}`),
      ],
      ['a file that is cut off later', (id) => eventsXml(id, FORBIDDEN).split('<status>')[0] ?? ''],
      [
        'megabytes of events after it',
        (id) => eventsXml(id, FORBIDDEN).replace('<status>', `<name>${'ä'.repeat(3 << 20)}</name><status>`),
      ],
    ];

    test.each(good)('the marker is read: %s', async (_title, text) => {
      await noSidecar(host);
      const id = aRecording(host);
      host.write(`${RAW}/${id}/events.xml`, text(id));

      await hook(host, 'process', id, 'presentation');

      expect(publish(host, id, 'presentation')).toBe(false);
    });

    test('raw files are gone: the published metadata.xml carries the marker too', async () => {
      await noSidecar(host);
      const id = aRecording(host);
      publish(host, id, 'presentation');
      host.remove(`${RAW}/${id}`);
      host.write(
        `/var/bigbluebutton/published/presentation/${id}/metadata.xml`,
        metadataXml(id, '\n    <tier-recording>forbidden</tier-recording>'),
      );

      await hook(host, 'publish', id, 'presentation');

      expect(where(id)).toEqual(['deleted']);
    });

    test('a published metadata.xml that cannot be read is moved as it is', async () => {
      await noSidecar(host);
      const id = aRecording(host);
      publish(host, id, 'presentation');
      host.write(`/var/bigbluebutton/published/presentation/${id}/metadata.xml`, '<recording><state>');

      expect((await hook(host, 'publish', id, 'presentation')).code).toBe(0);

      expect(where(id)).toEqual(['unpublished']);
      expect(host.read(`/var/bigbluebutton/unpublished/presentation/${id}/metadata.xml`)).toBe(
        '<recording><state>',
      );
    });
  });

  describe('exact ids', () => {
    test('an id that begins like another one, and one that ends alike, are other meetings', async () => {
      sidecar.says(REMOVE);
      const id = aRecording(host);
      const longer = `${id}1`;
      host.write(`${RAW}/${longer}/events.xml`, eventsXml(longer));
      host.write(`/var/bigbluebutton/published/presentation/${longer}/metadata.xml`, metadataXml(longer));
      host.write(`/var/bigbluebutton/recording/status/archived/${longer}.done`, '');
      host.write(`/var/freeswitch/meetings/${longer}-1.opus`, 'sound');
      host.write(`${RAW}/a${id}/events.xml`, eventsXml(id));
      const others = traces(here(), id).filter((path) => path.includes(longer) || path.includes(`a${id}`));

      await hook(host, 'process', id, 'presentation');

      expect(traces(here(), id)).toEqual(others);
    });

    test('a chapter of the same meeting goes with it', async () => {
      sidecar.says(REMOVE);
      const id = aRecording(host);
      const chapter = aRecording(host, { id: `${id}-1760000300000`, captures: false });
      publish(host, chapter, 'presentation');

      await hook(host, 'publish', id, 'presentation');

      expect(traces(here(), id)).toEqual([]);
    });

    test('a chapter of a meeting that still runs: what it is recording now stays', async () => {
      sidecar.says(REMOVE);
      const id = aRecording(host, { ended: false });
      const live = [
        `/var/bigbluebutton/${id}`,
        `/var/mediasoup/recordings/${id}`,
        `/var/freeswitch/meetings/${id}-1760000000123.opus`,
      ];

      await hook(host, 'publish', id, 'presentation');

      expect(live.filter((path) => host.has(path))).toEqual(live);
      expect(host.has(`${RAW}/${id}`)).toBe(false);
    });

    const refused: Array<[string, string[]]> = [
      ['no id', []],
      ['an empty id', ['-m', '']],
      ['a part of an id', ['-m', '0123456789abcdef']],
      ['a pattern', ['-m', `${'0'.repeat(40)}-*`]],
      ['a path', ['-m', `../${'0'.repeat(40)}-1760000000000`]],
      ['a space at the end', ['-m', `${'0'.repeat(40)}-1760000000000 `]],
      ['a second line', ['-m', `${'0'.repeat(40)}-1760000000000\nx`]],
      ['capital letters', ['-m', `${'A'.repeat(40)}-1760000000000`]],
      ['a format that is a path', ['-m', `${'0'.repeat(40)}-1760000000000`, '-f', '../raw']],
      ['an argument too many', ['-m', `${'0'.repeat(40)}-1760000000000`, 'presentation']],
    ];

    test.each(refused)('refused, and nobody is asked: %s', async (_title, args) => {
      const before = snapshot(host);

      const outcome = await host.run(
        '/usr/local/bigbluebutton/core/scripts/post_publish/00_bbb_tiers.rb',
        args,
      );

      expect(outcome.code).toBe(64);
      expect(outcome.stderr).toMatch(/expected|unexpected|missing argument/);
      expect(sidecar.received).toEqual([]);
      expect(snapshot(host)).toEqual(before);
    });
  });

  test('rebuilt after it was put away: the new copy takes the place of the old one', async () => {
    sidecar.says({ verdict: 'unknown' });
    const id = aRecording(host);
    await pipeline(id);
    aRecording(host, { id });
    publish(host, id, 'presentation');

    expect((await hook(host, 'publish', id, 'presentation')).code).toBe(0);
    expect(where(id)).toEqual(['unpublished']);
  });

  test('nothing was published under this format: there is nothing to put away', async () => {
    sidecar.says({ verdict: 'unknown' });
    expect(await hook(host, 'publish', aRecording(host), 'video')).toMatchObject({ code: 0 });
    expect(sidecar.reports()).toEqual([]);
  });

  test('recording.yml moves the folders, and the hooks follow', async () => {
    sidecar.says(REMOVE);
    const id = internalMeetingId();
    host.write(
      '/etc/bigbluebutton/recording/recording.yml',
      'published_dir: /srv/bbb/published\nrecording_dir: /srv/bbb/recording\n',
    );
    host.write(`/srv/bbb/published/presentation/${id}/metadata.xml`, metadataXml(id));
    host.write(`/srv/bbb/recording/raw/${id}/events.xml`, eventsXml(id));

    await hook(host, 'publish', id, 'presentation');
    host.remove('/etc/bigbluebutton/recording/recording.yml');

    expect(traces(here(), id)).toEqual([]);
  });

  test('control characters of an answer do not break into the log', async () => {
    sidecar.says({ verdict: 'keep', reason: 'fine\nbbb-tiers: forged line\u001b[31m', code: 'not a code' });
    const { stdout } = await hook(host, 'archive', aRecording(host));
    expect(stdout.split('\n').filter((line) => line !== '')).toHaveLength(1);
  });

  describe('without the right to', () => {
    const NOBODY = 65_534;
    const asNobody = { uid: NOBODY, gid: NOBODY };
    const give = (path: string) => {
      chownSync(host.at(path), NOBODY, NOBODY);
      for (const entry of readdirSync(host.at(path)))
        if (host.has(`${path}/${entry}`)) chownSync(host.at(`${path}/${entry}`), NOBODY, NOBODY);
    };
    // Only root can act as somebody else; BBB's user on a real host is not root.
    const asRoot = process.getuid?.() === 0 ? test : test.skip;

    asRoot('to move it: says so and fails, and the recording is as it was', async () => {
      await noSidecar(host);
      const id = aRecording(host);
      publish(host, id, 'presentation');

      const { code, stdout } = await hook(host, 'publish', id, 'presentation', asNobody);

      expect(code).toBe(1);
      expect(stdout).toMatch(/WARNING: .*Permission denied/);
      expect(where(id)).toEqual(['published']);
    });

    asRoot(
      'to remove the raw files: what it may remove is gone, the rest is named and not reported as removed',
      async () => {
        sidecar.says(REMOVE);
        const id = aRecording(host);
        publish(host, id, 'presentation');
        for (const path of [
          '/var/bigbluebutton/published',
          '/var/bigbluebutton/published/presentation',
          `/var/bigbluebutton/published/presentation/${id}`,
          '/var/lib/bbb-tiers-hooks',
        ])
          give(path);

        const { code, stdout } = await hook(host, 'publish', id, 'presentation', asNobody);

        expect(code).toBe(1);
        expect(where(id)).toEqual([]);
        expect(stdout).toContain(`could not remove ${host.at(`${RAW}/${id}`)}`);
        expect(sidecar.reports()).toEqual([]);
      },
    );
  });
});
