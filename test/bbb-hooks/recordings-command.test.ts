/** bbb-tiers-recordings: exact ids only, nothing that can still be watched, and a dry run that is one. */

import { chmodSync, chownSync, symlinkSync } from 'node:fs';
import { type FakeSidecar, noSidecar, startSidecar } from './support/fake-sidecar';
import { type Host, makeHost, pathsOf, snapshot } from './support/host';
import { describeWith, type RunOptions } from './support/programs';
import { aRecording, hook, internalMeetingId, publish, RAW, traces } from './support/recording';

// Many programs are started, one after the other: on a busy machine that takes its time.
jest.setTimeout(120_000);

const COMMAND = '/usr/local/bin/bbb-tiers-recordings';

describeWith(['ruby'], 'bbb-tiers-recordings', () => {
  let host: Host;

  beforeAll(async () => {
    host = makeHost();
    expect(await host.install()).toMatchObject({ code: 0 });
    await noSidecar(host);
  });
  afterAll(() => host.dispose());

  const recordings = (args: readonly string[], options?: RunOptions) => host.run(COMMAND, args, options);
  const tracesOf = (id: string) => traces(pathsOf(host), id);

  /** As the API's deleteRecordings leaves it. */
  function deletedRecording(): string {
    const id = aRecording(host);
    publish(host, id, 'presentation');
    host.write(`/var/bigbluebutton/deleted/presentation/${id}/metadata.xml`, '<recording/>');
    host.remove(`/var/bigbluebutton/published/presentation/${id}`);
    return id;
  }

  test('removes what the API left: raw, deleted and processed files, status and captures', async () => {
    const id = deletedRecording();
    const other = deletedRecording();

    const outcome = await recordings([id]);

    expect(outcome).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(new RegExp(`^${id} removed \\d{2,} bytes\n$`)),
    });
    expect(tracesOf(id)).toEqual([]);
    expect(tracesOf(other)).not.toEqual([]);
  });

  test('--dry-run names each path and its size and changes nothing', async () => {
    const id = deletedRecording();
    const before = snapshot(host);

    const { code, stdout } = await recordings(['--dry-run', id]);

    expect(code).toBe(0);
    expect(stdout).toContain(`${id} would remove`);
    expect(stdout).toContain(`\t${host.at(`${RAW}/${id}`)}\n`);
    expect(stdout).toContain(`5\t${host.at(`/var/freeswitch/meetings/${id}-1760000000123.opus`)}\n`);
    expect(snapshot(host)).toEqual(before);
  });

  test('takes a list from standard input, with empty lines, comments, repetitions and no line end', async () => {
    const ids = [deletedRecording(), deletedRecording()];

    const outcome = await recordings([], { input: `# retention\n\n${ids[0]}\r\n  ${ids[1]}  \n${ids[0]}` });

    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    expect(ids.flatMap(tracesOf)).toEqual([]);
  });

  test('one line that is no id: nothing at all is removed', async () => {
    const id = deletedRecording();

    const outcome = await recordings([], { input: `${id}\n${id.slice(0, -1)}\n` });

    expect(outcome.code).toBe(65);
    expect(outcome.stderr).toContain('nothing was removed');
    expect(host.has(`${RAW}/${id}`)).toBe(true);
  });

  test.each(['*', '..', '/', '-1760000000000', `${'0'.repeat(40)}-1760000000000/../x`])(
    'no id: %s',
    async (text) => {
      const before = snapshot(host);
      expect(await recordings(['--', text])).toMatchObject({ code: 65 });
      expect(snapshot(host)).toEqual(before);
    },
  );

  test.each(['published', 'unpublished'])(
    'refuses one that is still %s, also beside one that is not',
    async (state) => {
      const id = aRecording(host);
      host.write(`/var/bigbluebutton/${state}/presentation/${id}/metadata.xml`, '<recording/>');
      const before = tracesOf(id);
      const gone = deletedRecording();

      const { code, stdout } = await recordings([id, gone]);

      expect(code).toBe(1);
      expect(stdout).toContain(`${id} refused`);
      expect(tracesOf(id)).toEqual(before);
      expect(tracesOf(gone)).toEqual([]);
      expect(await recordings(['--everything', id])).toMatchObject({ code: 0 });
      expect(tracesOf(id)).toEqual([]);
    },
  );

  test('a meeting that still runs keeps what it is recording', async () => {
    const id = aRecording(host, { ended: false });

    expect((await recordings([id])).code).toBe(0);

    expect(host.has(`/var/bigbluebutton/${id}/${id}/slide.pdf`)).toBe(true);
    expect(host.has(`/var/freeswitch/meetings/${id}-1760000000123.opus`)).toBe(true);
    expect(host.has(`${RAW}/${id}`)).toBe(false);
  });

  test.each(['ended', 'recorded', 'archived'])('status/%s says that the meeting is over', async (step) => {
    const id = aRecording(host, { ended: false });
    host.write(`/var/bigbluebutton/recording/status/${step}/${id}.done`, '');

    await recordings([id]);

    expect(tracesOf(id)).toEqual([]);
  });

  test('a link is removed, never what it leads to', async () => {
    const id = internalMeetingId();
    host.write('/srv/keep/file', 'precious');
    host.write(`${RAW}/${id}/events.xml`, '');
    symlinkSync(host.at('/srv/keep'), host.at(`${RAW}/${id}/link`));
    host.write('/var/bigbluebutton/deleted/presentation/x', '');
    symlinkSync(host.at('/srv/keep'), host.at(`/var/bigbluebutton/deleted/presentation/${id}`));

    const { code, stdout } = await recordings([id]);

    expect([code, stdout]).toEqual([0, expect.stringContaining('removed')]);
    expect(tracesOf(id)).toEqual([]);
    expect(host.read('/srv/keep/file')).toBe('precious');
  });

  test('an id of which nothing is left is done already', async () => {
    expect(await recordings([internalMeetingId()])).toMatchObject({ code: 0 });
  });

  test.each([[['--sync', internalMeetingId()]], [['--sync', '--dry-run']], [['--force']]])(
    'wrong arguments: %j',
    async (args) => {
      expect(await recordings(args)).toMatchObject({ code: 64, stderr: expect.stringContaining('Usage:') });
    },
  );

  test('--help says what it does', async () => {
    expect(await recordings(['--help'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Usage:'),
    });
  });

  // Only root can act as somebody else.
  (process.getuid?.() === 0 ? test : test.skip)(
    'without the right to: names the path, keeps the rest of the list going',
    async () => {
      const [locked, free] = [internalMeetingId(), internalMeetingId()];
      host.write(`${RAW}/${locked}/events.xml`, '');
      host.write(`/var/bigbluebutton/captions/${free}/x`, '');
      host.write('/var/freeswitch/private/x', '');
      for (const path of [
        '/var/bigbluebutton/captions',
        `/var/bigbluebutton/captions/${free}`,
        '/var/lib/bbb-tiers-hooks',
      ])
        chownSync(host.at(path), 65_534, 65_534);

      const { code, stdout } = await recordings([locked, free], { uid: 65_534, gid: 65_534 });

      expect(code).toBe(1);
      expect(stdout).toMatch(new RegExp(`failed\t.*${locked}`));
      expect(tracesOf(free)).toEqual([]);
      expect(host.has(`${RAW}/${locked}/events.xml`)).toBe(true);
    },
  );

  (process.getuid?.() === 0 ? test : test.skip)(
    'a published folder that cannot be read may hold it: refused',
    async () => {
      const id = internalMeetingId();
      host.write(`${RAW}/${id}/events.xml`, '');
      chmodSync(host.at('/var/bigbluebutton/published'), 0o700);

      const { code, stdout } = await recordings([id], { uid: 65_534, gid: 65_534 });
      chmodSync(host.at('/var/bigbluebutton/published'), 0o755);

      expect([code, stdout]).toEqual([1, expect.stringContaining('refused')]);
    },
  );

  describe('--sync', () => {
    let sidecar: FakeSidecar;
    afterEach(() => sidecar.stop());

    /** Put away in doubt while the sidecar was away; then it comes back with this verdict. */
    async function putAwayThen(
      verdict: string,
      metadata = '',
      step: 'process' | 'publish' = 'publish',
    ): Promise<string> {
      await noSidecar(host);
      const id = aRecording(host, { metadata });
      if (step === 'publish') publish(host, id, 'presentation');
      await hook(host, step, id, 'presentation');
      sidecar = await startSidecar(host);
      sidecar.says({ verdict, reason: 'now I know' });
      return id;
    }

    test('the sidecar is back and says keep: published again, as it was', async () => {
      const id = await putAwayThen('keep');
      const metadata = host.read(`/var/bigbluebutton/unpublished/presentation/${id}/metadata.xml`);

      expect(await recordings(['--sync'])).toMatchObject({ code: 0 });

      expect(host.has(`/var/bigbluebutton/unpublished/presentation/${id}`)).toBe(false);
      expect(host.read(`/var/bigbluebutton/published/presentation/${id}/metadata.xml`)).toBe(
        metadata.replace('>unpublished<', '>published<').replace('<published>false<', '<published>true<'),
      );
      expect(
        sidecar
          .reports()
          .filter((report) => report.id === id)
          .map(({ act }) => act),
      ).toEqual(['unpublished', 'kept']);
    });

    test('says remove: removed with all that belongs to it', async () => {
      const id = await putAwayThen('remove');
      await recordings(['--sync']);
      expect(tracesOf(id)).toEqual([]);
    });

    test('still unknown: stays put away', async () => {
      const id = await putAwayThen('unknown');
      await recordings(['--sync']);
      expect(host.has(`/var/bigbluebutton/unpublished/presentation/${id}`)).toBe(true);
    });

    test('marked and hidden, then keep: comes back out of deleted', async () => {
      const id = await putAwayThen('keep', ' tier-recording="forbidden"');
      expect(host.has(`/var/bigbluebutton/deleted/presentation/${id}`)).toBe(true);
      await recordings(['--sync']);
      expect(host.has(`/var/bigbluebutton/published/presentation/${id}`)).toBe(true);
    });

    test('held back before publishing, then keep: says how to bring it out', async () => {
      const id = await putAwayThen('keep', ' tier-recording="forbidden"', 'process');
      const { stdout } = await recordings(['--sync']);
      expect(stdout).toContain(`run \`bbb-record --rebuild ${id}\``);
      expect((await recordings(['--sync'])).stdout).not.toContain(id);
    });

    test('what the host has published by hand since is left alone', async () => {
      const id = await putAwayThen('keep');
      publish(host, aRecording(host, { id }), 'presentation');
      host.remove(`/var/bigbluebutton/unpublished/presentation/${id}`);
      const before = tracesOf(id);
      await recordings(['--sync']);
      expect(tracesOf(id)).toEqual(before);
    });

    test('leftovers that a worker put back after the removal are removed, captures too', async () => {
      sidecar = await startSidecar(host);
      sidecar.says({ verdict: 'remove', reason: 'no recording' });
      const id = aRecording(host);
      await hook(host, 'process', id, 'presentation');
      publish(host, id, 'presentation');
      host.write(`/var/bigbluebutton/recording/process/video/${id}/video.xml`, '');
      host.write(`/var/freeswitch/meetings/${id}-1760000000999.opus`, 'late');

      expect(await recordings(['--sync'])).toMatchObject({ code: 0 });

      expect(tracesOf(id)).toEqual([]);
    });

    test('retention: what the sidecar owes goes, what can still be watched stays', async () => {
      sidecar = await startSidecar(host);
      const gone = deletedRecording();
      const watched = aRecording(host);
      publish(host, watched, 'presentation');
      sidecar.owes([gone, watched]);

      const { code, stdout } = await recordings(['--sync']);

      expect(code).toBe(1);
      expect(stdout).toContain(`${watched} is due by retention but can still be watched`);
      expect(tracesOf(gone)).toEqual([]);
      expect(host.has(`/var/bigbluebutton/published/presentation/${watched}`)).toBe(true);
      expect(sidecar.reports()).toContainEqual({
        id: gone,
        act: 'removed',
        format: null,
        bytes: expect.any(Number),
      });
    });

    test('a list with one thing that is no id is no list', async () => {
      sidecar = await startSidecar(host);
      const id = deletedRecording();
      sidecar.owes([id, '*']);
      expect(await recordings(['--sync'])).toMatchObject({ code: 0 });
      expect(host.has(`${RAW}/${id}`)).toBe(true);
    });

    test('the sidecar is away: nothing is decided, nothing fails', async () => {
      sidecar = await startSidecar(host);
      await noSidecar(host);
      const id = aRecording(host);
      publish(host, id, 'presentation');
      await hook(host, 'publish', id, 'presentation');
      const before = tracesOf(id);
      expect(await recordings(['--sync'])).toMatchObject({ code: 0 });
      expect(tracesOf(id)).toEqual(before);
    });

    test('notes that are broken, or named like no recording, do not stop it', async () => {
      sidecar = await startSidecar(host);
      host.write(`/var/lib/bbb-tiers-hooks/pending/${internalMeetingId()}.json`, '{"held":');
      host.write('/var/lib/bbb-tiers-hooks/pending/..json', '{"remove":true}');
      host.write('/var/lib/bbb-tiers-hooks/reports/1.json', '[]');
      expect(await recordings(['--sync'])).toMatchObject({ code: 0 });
    });
  });
});
