/** Bundles the pages' scripts and style sheets into the folder given: `node build.cjs <outDir>`. Plain JavaScript, as the build that calls it. */
const { cpSync, mkdirSync } = require('node:fs');
const { join } = require('node:path');
const { buildSync } = require('esbuild');

const outdir = process.argv[2];
if (outdir === undefined) {
  process.stderr.write('build.cjs: expected the folder to write to, got nothing\n');
  process.exit(1);
}
mkdirSync(outdir, { recursive: true });
buildSync({
  entryPoints: {
    dashboard: join(__dirname, 'src', 'main.tsx'),
    'local-times': join(__dirname, 'src', 'local-times.ts'),
    pages: join(__dirname, 'pages.css'),
  },
  outdir,
  bundle: true,
  minify: true,
  format: 'esm',
  target: ['es2022', 'chrome110', 'firefox110', 'safari16.4'],
  jsx: 'automatic',
  jsxImportSource: 'preact',
  legalComments: 'eof',
  charset: 'utf8',
  logLevel: 'warning',
});
cpSync(join(__dirname, 'icon.svg'), join(outdir, 'icon.svg'));
