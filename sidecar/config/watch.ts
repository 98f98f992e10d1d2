/** Looks after the two files while the service runs and hands on what changed; never gives up the last good config. */
import { unwatchFile, watchFile } from 'node:fs';
import type { Clock } from '../core/clock';
import type { Config, ConfigProblem } from '../core/config';
import { systemClock } from '../system-clock';
import { type LoadResult, loadFiles } from './load';
import { type ConfigFiles, fingerprintOf, readConfigFiles, tenantsPath, tiersPath } from './read-files';
import { settle } from './settle';

export interface WatchConfigOptions {
  readonly dir: string;
  /** How often the files are looked at, and how long a change must lie still before it counts. */
  readonly intervalMs: number;
  /** What the caller loaded; when the files mean something else by now, that is reported as a change. */
  readonly current?: Config;
  /** Times the wait for a change to lie still. The looking itself goes by the operating system's clock. */
  readonly clock?: Pick<Clock, 'schedule'>;
  /** For every change to something valid; comments alone leave `config.version` as it was. */
  readonly onConfig: (config: Config, warnings: readonly ConfigProblem[]) => void;
  /** For every change to something broken; the last config stays in force. */
  readonly onProblems: (problems: readonly ConfigProblem[]) => void;
}

export interface ConfigWatch {
  /** Reads both files at once, without waiting for them to lie still, and reports in any case (SIGHUP, `bbb-tiers reload`). */
  reloadNow(): LoadResult;
  stop(): void;
}

/**
 * Watches by stat polling and compares content: of all of Node's ways only this sees an edit in place, a rename over the file,
 * deletion and return, and the symlink swap of a Kubernetes ConfigMap. A file that is being written in several goes is left alone
 * until its content has been the same for `intervalMs`; a pause in the writing that is longer than that cannot be distinguished from its end.
 */
export function watchConfig(options: WatchConfigOptions): ConfigWatch {
  const { dir, intervalMs, clock = systemClock() } = options;
  const first = readConfigFiles(dir);
  const firstResult = loadFiles(first);
  let lastGood = options.current ?? configIn(firstResult);

  function report(files: ConfigFiles): LoadResult {
    const result = withoutVanishedTenants(files, loadFiles(files), lastGood);
    if ('config' in result) {
      lastGood = result.config;
      options.onConfig(result.config, result.warnings);
    } else {
      options.onProblems(result.problems);
    }
    return result;
  }

  const read = (): ConfigFiles => readConfigFiles(dir);
  const settling = settle({ read, fingerprintOf, restMs: intervalMs, clock, onRest: report });
  const isCurrent =
    options.current === undefined || configIn(firstResult)?.version === options.current.version;
  if (isCurrent) settling.know(fingerprintOf(first));
  const paths = [tiersPath(dir), tenantsPath(dir)];
  for (const path of paths) watchFile(path, { interval: intervalMs }, settling.look);
  // The first stat is taken a moment after this line; a change before it would have nothing to differ from.
  const firstLook = clock.schedule(intervalMs, settling.look);

  return {
    reloadNow() {
      const files = read();
      settling.know(fingerprintOf(files));
      return report(files);
    },
    stop() {
      for (const path of paths) unwatchFile(path, settling.look);
      firstLook.cancel();
      settling.stop();
    },
  };
}

function configIn(result: LoadResult): Config | undefined {
  return 'config' in result ? result.config : undefined;
}

/** A missing tenants.yml means no tenants at the start; while it runs, rather that somebody is just replacing it. */
function withoutVanishedTenants(
  files: ConfigFiles,
  result: LoadResult,
  lastGood: Config | undefined,
): LoadResult {
  if (files.tenants.state !== 'missing' || (lastGood?.tenants.size ?? 0) === 0 || !('config' in result))
    return result;
  const message =
    'expected the file with the tenants that are known, got nothing (for no tenants, let it say "version: 1" and "tenants: {}")';
  return { problems: [{ file: files.tenants.file, line: 1, col: 1, path: '', message }] };
}
