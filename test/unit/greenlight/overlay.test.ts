/** The Ruby overlay's own tests (`test/ruby`), so that `npm test` runs them too: syntax, lint, minitest; knows nothing of what they test. */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { itWith } from './programs';

/** Syntax of every file, RuboCop and the races on a PostgreSQL of their own take their time on a busy machine. */
const PATIENCE_MS = 5 * 60_000;

itWith('ruby', ['-e', 'require "minitest"; exit(RUBY_VERSION.to_f >= 3.1)'])(
  'the overlay holds its tests and its lint rules',
  async () => {
    const child = spawn('bash', ['test/ruby/run.sh'], { stdio: ['ignore', 'pipe', 'pipe'] });
    const code = new Promise((resolve) => child.once('close', resolve));
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
    expect({ code: await code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^ruby: [1-9]\d\d runs, [1-9]\d* assertions, 0 failures, 0 errors, \d+ skips$/m);
    // There everything is at hand: a real PostgreSQL for the races, jsonwebtoken for the claim.
    if (process.env.CI === 'true') expect(out).toMatch(/, 0 skips$/m);
  },
  PATIENCE_MS,
);
