#!/usr/bin/env node
/** What `npx bbb-tiers` starts: builds from a fresh checkout, then hands over to the compiled command line. */
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const root = join(__dirname, '..', '..');
const compiled = join(root, 'dist', 'sidecar', 'cli', 'main.js');

// An installation without sources and compiler has only what was built; a checkout builds what is missing or stale.
if (existsSync(join(root, 'node_modules', 'typescript')) || !existsSync(compiled)) {
  process.argv.splice(2, 0, '--if-stale');
  require('../build.cjs');
  process.argv.splice(2, 1);
}
require(compiled);
