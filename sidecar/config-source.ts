/** The configuration as it runs: loaded once, watched, and passed to its listeners; the last good one stays. */

import { loadConfig } from './config/load';
import { problemText } from './config/problem-text';
import { watchConfig } from './config/watch';
import type { Config, ConfigProblem } from './core/config';
import { ConfigError } from './errors';
import type { Log } from './log';
import type { Metrics } from './metrics';

const LOOK_EVERY_MS = 1_000;

/** What operators are shown. */
export interface ConfigState {
  readonly version: string;
  /** Epoch ms of our clock. */
  readonly loadedAt: number;
  /** What is wrong with the files as they are now; empty when they are what runs. */
  readonly problems: readonly ConfigProblem[];
}

export interface ConfigSource {
  readonly current: () => Config;
  readonly state: () => ConfigState;
  /** Called after every change that means something else. */
  onChange(listener: (config: Config) => void): void;
  /** Reads the files at once. Empty: all is well. */
  reloadNow(): readonly ConfigProblem[];
  stop(): void;
}

export interface ConfigSourceOptions {
  readonly dir: string;
  readonly now: () => number;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** Loads and watches. Throws ConfigError with every problem, one a line, when there is no good configuration to begin with. */
export function openConfig(options: ConfigSourceOptions): ConfigSource {
  const { dir, now, metrics, log } = options;
  const first = loadConfig(dir);
  if ('problems' in first) throw new ConfigError(first.problems.map(problemText).join('\n'));
  for (const warning of first.warnings) log.warn({ warning: problemText(warning) }, 'configuration warning');
  let config = first.config;
  let loadedAt = now();
  let problems: readonly ConfigProblem[] = [];
  const listeners = new Set<(config: Config) => void>();
  const watch = watchConfig({
    dir,
    intervalMs: LOOK_EVERY_MS,
    current: config,
    onConfig(next) {
      problems = [];
      if (next.version === config.version) return;
      config = next;
      loadedAt = now();
      metrics.configReloads.inc({ result: 'applied' });
      log.info({ version: next.version }, 'configuration changed');
      for (const listener of listeners) listener(next);
    },
    onProblems(found) {
      problems = found;
      metrics.configReloads.inc({ result: 'refused' });
      for (const problem of found)
        log.error({ problem: problemText(problem) }, 'configuration refused; the last good one stays');
    },
  });
  return {
    current: () => config,
    state: () => ({ version: config.version, loadedAt, problems }),
    onChange: (listener) => void listeners.add(listener),
    reloadNow() {
      const result = watch.reloadNow();
      return 'problems' in result ? result.problems : [];
    },
    stop: () => watch.stop(),
  };
}
