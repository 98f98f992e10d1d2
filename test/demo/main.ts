/**
 * `npm run demo`: a free-tier assembly from its first minute to its last, on a real Redis and a real PostgreSQL, against the simulated
 * BBB, in compressed time. Exit code 0 when every limit held, else 1: with `DRY_RUN=true` none does. `-- --stay` goes on in real time
 * with the service listening.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../sidecar/embedded-postgres/server';
import { createLog } from '../../sidecar/log';
import { ensureRedisServer } from '../support/redis-server';
import { playAssembly } from './assembly';
import { createNarrator } from './narrator';
import { type Stage, startStage } from './stage';

const TICK_MS = 1_000;

async function main(): Promise<number> {
  const startedAt = performance.now();
  if (!existsSync('config')) throw new Error('expected to run in the project folder');
  let now = (): number => startedAt;
  const narrator = createNarrator(process.stdout, () => now());
  narrator.scene('bbb-tiers: one evening on the free tier (60 minutes, 10 people, no recording)');
  narrator.progress('starting Redis …');
  const redis = await ensureRedisServer({ progress: (text) => narrator.progress(text), variables: [] });
  narrator.progress('starting PostgreSQL …');
  const log = createLog('silent');
  const dataDir = mkdtempSync(join(tmpdir(), 'bbb-tiers-demo-'));
  process.once('exit', () => rmSync(dataDir, { recursive: true, force: true }));
  const postgres = await startEmbeddedPostgres({ log });
  const stage = await startStage({
    redisUrl: redis.url,
    databaseUrl: postgres.databaseUrl,
    configDir: 'config',
    dataDir,
  });
  now = stage.now;
  narrator.progress(
    `ready after ${((performance.now() - startedAt) / 1_000).toFixed(1)} s: ${redis.origin}, PostgreSQL, simulated BBB, the service`,
  );
  const stop = async (): Promise<void> => {
    await stage.stop();
    await postgres.stop();
    await redis.stop();
  };
  try {
    await playAssembly(stage, narrator);
    const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
    const verdict =
      narrator.failures.length === 0
        ? 'Every limit held'
        : `${narrator.failures.length} promises did not hold`;
    narrator.scene(`${verdict}. That was ${seconds} s for ${stage.minutesPassed()} minutes of meetings.`);
    if (process.argv.includes('--stay')) await stay(stage);
  } finally {
    await stop();
  }
  return narrator.failures.length === 0 ? 0 : 1;
}

/** What can be looked at while it stays. */
function invitation(stage: Stage): string {
  const chat = stage.bbb.meetings().flatMap((meeting) => meeting.chat);
  const code = chat.map(({ message }) => / · ([2-9A-Z-]{7})$/.exec(message)?.[1]).find(Boolean);
  const control = stage.bbb.controlUrl ?? '';
  return `
It goes on in real time. Ctrl-C ends it. In another terminal, here:
  export BBB_TIERS_URL=${stage.url()} BBB_TIERS_TOKEN=${stage.token()}
  npx bbb-tiers open        # a link that signs in on the operators' page
  npx bbb-tiers status
  npx bbb-tiers why ${code ?? '<code>'}
What members see:      ${stage.url()}/service-levels and ${stage.url()}/m/${code ?? '<code>'}
The simulated BBB:     curl ${control}/create -H 'Content-Type: application/json' -d '{"meetingID":"math-101"}'
                       curl ${control}/join -H 'Content-Type: application/json' -d '{"meeting":"math-101","name":"Ada"}'
`;
}

/** Lets time go on as it does outside, until a signal comes. */
async function stay(stage: Stage): Promise<void> {
  process.stdout.write(invitation(stage));
  let going = true;
  const end = (): void => {
    going = false;
  };
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  while (going) {
    await new Promise((resume) => setTimeout(resume, TICK_MS));
    await stage.advance(TICK_MS);
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`demo: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
