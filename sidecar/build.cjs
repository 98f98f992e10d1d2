/**
 * Compiles `sidecar/` into `dist/` and copies what is not TypeScript; with `--if-stale` only when a source is newer than the last build.
 * Plain JavaScript, because it is what makes everything else run.
 */
const { spawnSync } = require('node:child_process');
const {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} = require('node:fs');
const { dirname, extname, join, relative } = require('node:path');

const root = dirname(__dirname);
const dist = join(root, 'dist');
const stamp = join(dist, '.built');
const COPIED = new Set(['.sql', '.json', '.css', '.html', '.svg', '.md']);

/** Every file below a folder. */
function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

function isStale() {
  if (!existsSync(stamp)) return true;
  const builtAt = statSync(stamp).mtimeMs;
  const inputs = [
    ...filesBelow(join(root, 'sidecar')),
    join(root, 'package-lock.json'),
    join(root, 'tsconfig.build.json'),
  ];
  return inputs.some((file) => existsSync(file) && statSync(file).mtimeMs > builtAt);
}

function run(script, args) {
  const result = spawnSync(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit' });
  if (result.status !== 0) process.exit(result.status ?? 1);
}

function build() {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  if (!existsSync(compiler)) {
    process.stderr.write(
      'bbb-tiers: expected node_modules with TypeScript to build from, found none: run npm ci\n',
    );
    process.exit(1);
  }
  // Beside the old one, then in its place: whoever starts meanwhile finds a whole build.
  const fresh = join(root, `.build-${process.pid}`);
  process.on('exit', () => rmSync(fresh, { recursive: true, force: true }));
  run(compiler, ['-p', 'tsconfig.build.json', '--outDir', fresh]);
  for (const file of filesBelow(join(root, 'sidecar'))) {
    if (!COPIED.has(extname(file))) continue;
    const target = join(fresh, relative(root, file));
    mkdirSync(dirname(target), { recursive: true });
    cpSync(file, target);
  }
  const dashboard = join(root, 'sidecar', 'dashboard', 'build.cjs');
  if (existsSync(dashboard)) run(dashboard, [join(fresh, 'dashboard')]);
  writeFileSync(join(fresh, '.built'), '');
  rmSync(dist, { recursive: true, force: true });
  renameSync(fresh, dist);
}

if (!process.argv.includes('--if-stale') || isStale()) build();
