/** The watch on real files: every way in which editors, tools and Kubernetes change them. No test sleeps; each waits for what is to be seen. */
import {
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  unwatchFile,
  utimesSync,
  watchFile,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../../sidecar/config/load';
import { problemText } from '../../../sidecar/config/problem-text';
import { type ConfigWatch, watchConfig } from '../../../sidecar/config/watch';
import type { Config, ConfigProblem } from '../../../sidecar/core/config';
import { type ManualClock, manualClock } from '../../support/clock';
import { edited, TENANTS, TIERS } from '../../unit/config/valid-files';

const INTERVAL_MS = 20;
const BROKEN = edited(TIERS, 'participants: 10', 'participants: ten');
const RAISED = edited(TIERS, 'participants: 10', 'participants: 11');
const RAISED_TWICE = edited(TIERS, 'participants: 10', 'participants: 12');

let root: string;
let dir: string;
let watches: ConfigWatch[];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'bbb-tiers-watch-'));
  dir = join(root, 'config');
  mkdirSync(dir);
  put('tiers.yml', TIERS);
  put('tenants.yml', TENANTS);
  watches = [];
});
afterEach(() => {
  for (const watch of watches) watch.stop();
  rmSync(root, { recursive: true });
});

function put(name: string, content: string): void {
  writeFileSync(join(dir, name), content);
}

function loaded(): Config {
  const result = loadConfig(dir);
  if ('problems' in result) throw new Error(result.problems.map(problemText).join('\n'));
  return result.config;
}

interface Seen {
  readonly watch: ConfigWatch;
  /** `participants 11, tenants demo`, or the problem lines with the directory cut off. */
  readonly reports: readonly string[];
  readonly next: () => Promise<string>;
}

function describeConfig(config: Config): string {
  const free = config.tiers.tiers.get('free');
  return `participants ${free?.limits.participants.max}, tenants ${[...config.tenants.keys()].join(' ')}`;
}

function start(options: { clock?: ManualClock; current?: Config } = {}): Seen {
  const reports: string[] = [];
  const waiting: ((report: string) => void)[] = [];
  let taken = 0;
  const report = (text: string): void => {
    reports.push(text);
    if (waiting.length > 0) taken += 1;
    waiting.shift()?.(text);
  };
  const lines = (problems: readonly ConfigProblem[]): string =>
    problems.map((problem) => problemText(problem).replaceAll(`${dir}/`, '')).join('\n');
  const watch = watchConfig({
    dir,
    intervalMs: INTERVAL_MS,
    ...options,
    onConfig: (config) => report(describeConfig(config)),
    onProblems: (problems) => report(lines(problems)),
  });
  watches.push(watch);
  const next = (): Promise<string> => {
    const ready = reports[taken];
    if (ready === undefined) return new Promise((resolve) => waiting.push(resolve));
    taken += 1;
    return Promise.resolve(ready);
  };
  return { watch, reports, next };
}

/** Resolves after the watch has been told of a change to that file: its listener was there first. */
function noticed(name: string): Promise<void> {
  const path = join(dir, name);
  return new Promise((resolve) => {
    const listener = (): void => {
      unwatchFile(path, listener);
      resolve();
    };
    watchFile(path, { interval: INTERVAL_MS }, listener);
  });
}

const PROBLEM = "tiers.yml:15:19 tiers.free.participants: expected a whole number of at least 1, got 'ten'";

describe('a change is picked up when a file is', () => {
  it('edited in place', async () => {
    const { next } = start();
    put('tiers.yml', RAISED);
    expect(await next()).toBe('participants 11, tenants demo');
    put('tenants.yml', edited(TENANTS, 'demo:', 'other:'));
    expect(await next()).toBe('participants 11, tenants other');
  });

  it('replaced by a rename, again and again', async () => {
    const { next } = start();
    for (const [text, report] of [
      [RAISED, 'participants 11, tenants demo'],
      [RAISED_TWICE, 'participants 12, tenants demo'],
      [TIERS, 'participants 10, tenants demo'],
    ] as const) {
      put('tiers.yml.tmp', text);
      renameSync(join(dir, 'tiers.yml.tmp'), join(dir, 'tiers.yml'));
      expect(await next()).toBe(report);
    }
  });

  it('deleted, and later created anew', async () => {
    const { next } = start();
    unlinkSync(join(dir, 'tiers.yml'));
    expect(await next()).toBe('tiers.yml:1:1 expected the file with the tiers, got nothing: it is required');
    put('tiers.yml', RAISED);
    expect(await next()).toBe('participants 11, tenants demo');
  });

  it('behind a symbolic link that is swapped, as Kubernetes does with a ConfigMap', async () => {
    for (const [version, tiers] of [
      ['..v1', TIERS],
      ['..v2', RAISED],
    ] as const) {
      mkdirSync(join(dir, version));
      put(join(version, 'tiers.yml'), tiers);
      put(join(version, 'tenants.yml'), TENANTS);
    }
    for (const name of ['tiers.yml', 'tenants.yml']) {
      unlinkSync(join(dir, name));
      symlinkSync(join('..data', name), join(dir, name));
    }
    symlinkSync('..v1', join(dir, '..data'));
    const { next } = start();
    symlinkSync('..v2', join(dir, '..data_tmp'));
    renameSync(join(dir, '..data_tmp'), join(dir, '..data'));
    expect(await next()).toBe('participants 11, tenants demo');
    rmSync(join(dir, '..v1'), { recursive: true });
  });

  it('changed between the first load and the start of the watch', async () => {
    const current = loaded();
    put('tiers.yml', RAISED);
    const { next } = start({ current });
    expect(await next()).toBe('participants 11, tenants demo');
  });
});

describe('a broken file', () => {
  it('is reported once, the repaired one too, even when it is what it was before', async () => {
    const { next, reports } = start();
    put('tiers.yml', BROKEN);
    expect(await next()).toBe(PROBLEM);
    put('tiers.yml', TIERS);
    expect(await next()).toBe('participants 10, tenants demo');
    expect(reports).toHaveLength(2);
  });

  it('is reported again when it is broken otherwise', async () => {
    const { next } = start();
    put('tiers.yml', BROKEN);
    expect(await next()).toBe(PROBLEM);
    put('tiers.yml', edited(BROKEN, ': ten', ': many'));
    expect(await next()).toBe(PROBLEM.replace("'ten'", "'many'"));
  });

  it('is a tenants.yml that is gone: tenants are not dropped because somebody moves a file', async () => {
    const { next } = start();
    unlinkSync(join(dir, 'tenants.yml'));
    expect(await next()).toBe(
      'tenants.yml:1:1 expected the file with the tenants that are known, got nothing (for no tenants, let it say "version: 1" and "tenants: {}")',
    );
    put('tenants.yml', 'version: 1\ntenants: {}\n');
    expect(await next()).toBe('participants 10, tenants ');
    // Nobody is lost now.
    unlinkSync(join(dir, 'tenants.yml'));
    expect(await next()).toBe('participants 10, tenants ');
  });
});

describe('with the clock in hand', () => {
  let clock: ManualClock;
  beforeEach(() => {
    clock = manualClock(0);
  });

  /** Past the first look, which every watch takes once, and past the first stat, before which no poll sees a change. */
  async function started(): Promise<Seen> {
    const seen = start({ clock });
    await clock.advance(INTERVAL_MS);
    expect(clock.pending()).toBe(0);
    for (const name of ['tiers.yml', 'tenants.yml']) {
      const told = noticed(name);
      let second = 0;
      const touching = setInterval(() => {
        second += 1;
        utimesSync(join(dir, name), second, second);
      }, INTERVAL_MS / 4);
      await told;
      clearInterval(touching);
    }
    expect(seen.reports).toEqual([]);
    return seen;
  }

  it('a file written in two goes counts once, when it is whole', async () => {
    const { reports } = await started();
    const half = RAISED.slice(0, RAISED.indexOf('participants'));
    let told = noticed('tiers.yml');
    put('tiers.yml', half);
    await told;
    // All but the last moment of the wait is over when the second half comes.
    await clock.advance(INTERVAL_MS - 1);
    told = noticed('tiers.yml');
    put('tiers.yml', RAISED);
    await told;
    await clock.advance(INTERVAL_MS - 1);
    expect(reports).toEqual([]);
    await clock.advance(1);
    expect(reports).toEqual(['participants 11, tenants demo']);
    expect(clock.pending()).toBe(0);
  });

  it('a second go is seen by the look at the end of the wait, if by nothing else', async () => {
    const { reports } = await started();
    const told = noticed('tiers.yml');
    put('tiers.yml', BROKEN);
    await told;
    put('tiers.yml', RAISED);
    await clock.advance(2 * INTERVAL_MS);
    expect(reports).toEqual(['participants 11, tenants demo']);
  });

  it('a change that is taken back within the wait is none', async () => {
    const { reports } = await started();
    let told = noticed('tiers.yml');
    put('tiers.yml', BROKEN);
    await told;
    expect(clock.pending()).toBe(1);
    told = noticed('tiers.yml');
    put('tiers.yml', TIERS);
    await told;
    expect(clock.pending()).toBe(0);
    await clock.advance(10 * INTERVAL_MS);
    expect(reports).toEqual([]);
  });

  it('the same content written again, or touched, is none', async () => {
    const { reports } = await started();
    let told = noticed('tiers.yml');
    put('tiers.yml', TIERS);
    await told;
    told = noticed('tenants.yml');
    utimesSync(join(dir, 'tenants.yml'), 1, 1);
    await told;
    expect(clock.pending()).toBe(0);
    await clock.advance(10 * INTERVAL_MS);
    expect(reports).toEqual([]);
  });

  it('a changed comment is a change, with the same version', async () => {
    const { version } = loaded();
    const { watch, reports } = await started();
    const told = noticed('tiers.yml');
    put('tiers.yml', `# hello\n${TIERS}`);
    await told;
    await clock.advance(INTERVAL_MS);
    expect(reports).toEqual(['participants 10, tenants demo']);
    const result = watch.reloadNow();
    expect('config' in result && result.config.version).toBe(version);
  });

  it('what the caller has already is not reported', async () => {
    const { reports } = start({ clock, current: loaded() });
    await clock.advance(10 * INTERVAL_MS);
    expect(reports).toEqual([]);
  });

  it('reloadNow does not wait, answers, and reports in any case', async () => {
    const { watch, reports } = await started();
    put('tiers.yml', RAISED);
    expect('config' in watch.reloadNow()).toBe(true);
    expect(reports).toEqual(['participants 11, tenants demo']);
    put('tiers.yml', BROKEN);
    expect('problems' in watch.reloadNow()).toBe(true);
    expect(reports.slice(1)).toEqual([PROBLEM]);
    put('tiers.yml', RAISED);
    watch.reloadNow();
    watch.reloadNow();
    expect(reports.slice(2)).toEqual(['participants 11, tenants demo', 'participants 11, tenants demo']);
    await clock.advance(10 * INTERVAL_MS);
    expect(reports).toHaveLength(4);
  });

  it('stop ends it all, in the midst of a wait too, and leaves no handle', async () => {
    const handles = (): number =>
      process.getActiveResourcesInfo().filter((name) => name === 'StatWatcher').length;
    const before = handles();
    const { watch, reports } = await started();
    expect(handles()).toBe(before + 2);
    const told = noticed('tiers.yml');
    put('tiers.yml', RAISED);
    await told;
    expect(clock.pending()).toBe(1);
    watch.stop();
    expect([clock.pending(), handles()]).toEqual([0, before]);
    await clock.advance(10 * INTERVAL_MS);
    expect(reports).toEqual([]);
  });
});
