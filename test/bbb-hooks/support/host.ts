/** Makes up the tree of a BigBlueButton host in a temporary folder and installs bbb-hooks into it; never touches the real one. */

import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { HOOKS, type Outcome, type RunOptions, run } from './programs';

const FOLDERS = [
  '/etc/bigbluebutton/bbb-conf',
  '/etc/bigbluebutton/bbb-webhooks',
  '/etc/bigbluebutton/nginx',
  '/etc/bigbluebutton/recording',
  '/etc/systemd/system',
  '/usr/local/bin',
  '/usr/local/bigbluebutton/bbb-webhooks/config',
  '/usr/local/bigbluebutton/core/scripts/post_archive',
  '/usr/local/bigbluebutton/core/scripts/post_process',
  '/usr/local/bigbluebutton/core/scripts/post_publish',
  '/usr/share/bbb-web/WEB-INF/classes',
  '/var/bigbluebutton/published',
  '/var/bigbluebutton/recording/raw',
  '/var/bigbluebutton/recording/status',
  '/var/freeswitch/meetings',
  '/var/log/bigbluebutton',
];

const FILES: Record<string, string> = {
  '/etc/bigbluebutton/bigbluebutton-release': 'BIGBLUEBUTTON_RELEASE=3.0.10\n',
  '/etc/bigbluebutton/bbb-web.properties':
    'bigbluebutton.web.serverURL=https://bbb.example.org\nsecuritySalt=made-up-for-tests\n',
  '/usr/share/bbb-web/WEB-INF/classes/bigbluebutton.properties': 'securitySalt=shipped-and-overridden\n',
  '/usr/local/bigbluebutton/core/scripts/bigbluebutton.yml':
    "bbb_version: '3.0.10'\nrecording_dir: /var/bigbluebutton/recording\npublished_dir: /var/bigbluebutton/published\n",
  '/usr/local/bigbluebutton/core/scripts/post_publish/post_publish_recording_ready_callback.rb': 'exit 0\n',
  '/usr/local/bigbluebutton/bbb-webhooks/config/default.yml':
    'modules:\n  ../out/webhooks/index.js:\n    config:\n      permanentURLs: []\n',
};

/** A made-up host. Paths are those of a real one; `at` gives where they lie here. */
export interface Host {
  readonly root: string;
  at(path: string): string;
  has(path: string): boolean;
  read(path: string): string;
  write(path: string, text: string | Buffer, mode?: number): void;
  remove(path: string): void;
  install(...args: string[]): Promise<Outcome>;
  uninstall(...args: string[]): Promise<Outcome>;
  run(path: string, args: readonly string[], options?: RunOptions): Promise<Outcome>;
  dispose(): void;
}

/** The folder's name has a space in it, as a mount point may. Everybody may enter: some scripts run as another user. */
export function makeHost(): Host {
  const temporary = mkdtempSync(join(tmpdir(), 'bbb-hooks-'));
  chmodSync(temporary, 0o755);
  const root = join(temporary, 'a host');
  const at = (path: string) => join(root, path);
  const host: Host = {
    root,
    at,
    has: (path) => existsSync(at(path)),
    read: (path) => readFileSync(at(path), 'utf8'),
    write(path, text, mode = 0o644) {
      mkdirSync(dirname(at(path)), { recursive: true });
      writeFileSync(at(path), text, { mode });
      chmodSync(at(path), mode);
    },
    remove: (path) => rmSync(at(path), { recursive: true, force: true }),
    install: (...args) => run(join(HOOKS, 'install.sh'), ['--root', root, ...args]),
    uninstall: (...args) => run(at('/usr/local/lib/bbb-tiers/uninstall.sh'), args),
    run: (path, args, options) => run(at(path), args, options),
    dispose: () => rmSync(temporary, { recursive: true, force: true }),
  };
  for (const folder of FOLDERS) mkdirSync(at(folder), { recursive: true });
  for (const [path, text] of Object.entries(FILES)) host.write(path, text);
  return host;
}

/** Every path below the root, without the leading slash. */
export function pathsOf(host: Host): string[] {
  return readdirSync(host.root, { recursive: true, encoding: 'utf8' });
}

/** Every path below the root with its kind, mode and content; times do not count. */
export function snapshot(host: Host): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of readdirSync(host.root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const mode = (lstatSync(path).mode & 0o7777).toString(8);
    const content = entry.isSymbolicLink()
      ? `-> ${readlinkSync(path)}`
      : entry.isFile()
        ? createHash('sha256').update(readFileSync(path)).digest('hex')
        : 'folder';
    found[relative(host.root, path)] = `${mode} ${content}`;
  }
  return found;
}
