/** Runs a TypeScript file of the tests with Node, through the same swc that Jest uses: `node run-ts.cjs <file> [arguments]`. */
const { readFileSync } = require('node:fs');
const Module = require('node:module');
const { resolve } = require('node:path');
const { transformSync } = require('@swc/core');

function compile(module, filename) {
  const { code } = transformSync(readFileSync(filename, 'utf8'), {
    filename,
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'commonjs', ignoreDynamic: true },
    sourceMaps: 'inline',
  });
  module._compile(code, filename);
}

Module._extensions['.ts'] = compile;
process.setSourceMapsEnabled(true);
const file = process.argv[2];
if (file === undefined) {
  process.stderr.write('run-ts.cjs: expected a TypeScript file to run, got nothing\n');
  process.exit(1);
}
process.argv.splice(1, 2, resolve(file));
require(resolve(file));
