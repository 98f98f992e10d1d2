/** The service beside BBB 3.0 and 4.0: what it sends is the same, and what 4.0 tells of browsers goes nowhere. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { recordBus } from '../../../sidecar/bus/bus-recorder';
import type { BbbVersion } from '../../bbb-simulator/version';
import { until } from '../../support/until';
import { startWorld, type World } from '../../support/world';

const MINUTE = 60_000;
const MAIN = 'from-akka-apps-redis-channel';

interface Told {
  readonly ip: string;
  readonly referer: string;
  readonly sessionToken: string;
}

let world: World;
afterEach(() => world.stop());

/** All that a limit can lead to, in one meeting: a newcomer too many, a forbidden recording, the end after an hour, and the pings between. */
async function play(version: BbbVersion): Promise<void> {
  world = await startWorld({ simulator: { version } });
  const meeting = world.bbb.create({ meetingID: 'assembly', record: true });
  const ada = world.bbb.join(meeting, { externalUserId: 'ada', name: 'Ada', role: 'MODERATOR' });
  for (let person = 2; person <= 10; person += 1) world.bbb.join(meeting, { externalUserId: `u${person}` });
  await world.advance(1_000);
  world.bbb.join(meeting, { externalUserId: 'late', name: 'Late' });
  await world.advance(1_000);
  world.bbb.startRecording(meeting, ada);
  await world.advance(5_000);
  // The state of the recording is asked for after a gap.
  world.bbb.faults.bus({ match: 'RecordingStatusChangedEvtMsg', effect: 'lose', times: 1 });
  world.bbb.startRecording(meeting, ada);
  await world.stopService();
  await world.startService();
  await world.advance(30 * MINUTE);
  // bbb-web can name the meeting no longer: what went by its API goes by the bus.
  world.bbb.restartBbbWeb();
  await world.advance(31 * MINUTE);
}

interface Sent {
  readonly name: string;
  readonly header: readonly string[];
  readonly body: unknown;
}

/** The service's commands by name, ids and texts that differ each time replaced. */
function sent(): readonly Sent[] {
  const meetingId = world.bbb.meeting('assembly').internalMeetingId;
  const plain = (value: unknown): unknown =>
    JSON.parse(
      JSON.stringify(value)
        .replaceAll(meetingId, 'MEETING')
        .replaceAll(/w_[0-9a-f]{12}/g, 'USER')
        .replaceAll(/[2-9A-Z]{3}-[2-9A-Z]{3}/g, 'CODE')
        .replaceAll(/(?<=[:"])\d{13}\b/g, '0'),
    );
  const commands = world.bbb.commands
    .filter(({ from }) => from === 'bus')
    .map(({ name, meetingId: to, userId, body }): Sent => {
      const header = plain([to, userId]) as readonly string[];
      return { name, header, body: plain(body) };
    });
  const texts = new Set(commands.map((command) => JSON.stringify(command)));
  return [...texts].sort().map((text) => JSON.parse(text) as Sent);
}

test('the same commands with the same bodies go to 3.0 and to 4.0, and none is dropped', async () => {
  await play('3.0');
  expect(world.bbb.dropped).toEqual([]);
  const to30 = sent();
  await world.stop();
  await play('4.0');
  expect(world.bbb.dropped).toEqual([]);
  expect(sent()).toEqual(to30);
  expect(new Set(to30.map(({ name }) => name))).toEqual(
    new Set([
      'CheckAlivePingSysMsg',
      'EjectUserFromMeetingSysMsg',
      'EndMeetingSysCmdMsg',
      'GetRecordingStatusReqMsg',
      'SendGroupChatMessageFromApiSysPubMsg',
      'SetRecordingStatusCmdMsg',
    ]),
  );
  const assembly = world.bbb.meeting('assembly');
  expect([assembly.ejected.length, assembly.recording.active, assembly.ended !== undefined]).toEqual([
    1,
    false,
    true,
  ]);
});

/** Every row of every table, as text. */
async function databaseText(): Promise<string> {
  const client = new Client({ connectionString: world.database.databaseUrl });
  await client.connect();
  try {
    const { rows: tables } = await client.query(
      "select format('%I.%I', table_schema, table_name) as name from information_schema.tables where table_schema not in ('pg_catalog', 'information_schema')",
    );
    const texts: string[] = [];
    for (const { name } of tables as { name: string }[]) {
      const { rows } = await client.query(`select to_jsonb(t)::text as row from ${name} as t`);
      texts.push(...rows.map(({ row }) => String(row)));
    }
    return texts.join('\n');
  } finally {
    await client.end();
  }
}

test("4.0's session tokens and addresses are in no log line, no row, no metric and no recorded file", async () => {
  world = await startWorld({ simulator: { version: '4.0' } });
  const folder = mkdtempSync(join(tmpdir(), 'bbb-tiers-record-'));
  const file = join(folder, 'bus.jsonl');
  const ear = new Redis(world.redis.url, { protocol: 2 });
  const asker = new Redis(world.redis.url, { protocol: 2 });
  const joins: Told[] = [];
  let last = '';
  ear.on('message', (_, text: string) => {
    const { envelope, core } = JSON.parse(text);
    if (envelope.name !== 'UserJoinedMeetingEvtMsg') return;
    last = text;
    joins.push(core.body.joinRequestMetadata);
  });
  try {
    await ear.subscribe(MAIN);
    let stop: () => void = () => undefined;
    const stopped = new Promise<void>((resolve) => {
      stop = resolve;
    });
    const recording = recordBus({ redisUrl: world.redis.url, file, now: () => Date.now(), until: stopped });
    await until('the recorder to listen', async () => {
      // Nobody else listens to the switch.
      const [, listeners] = (await asker.call('PUBSUB', 'NUMSUB', 'to-voice-conf-redis-channel')) as [
        string,
        number,
      ];
      return listeners > 0;
    });
    const meeting = world.bbb.create({ meetingID: 'assembly', record: true });
    for (let person = 1; person <= 11; person += 1) world.bbb.join(meeting, { externalUserId: `u${person}` });
    await world.advance(30_000);
    // A join that cannot be read is what most likely would be logged as it came.
    await world.bbb.publishRaw(MAIN, last.replace(/"intId":"w_[0-9a-f]+"/, '"intId":7'));
    await world.advance(30_000);
    world.bbb.endMeeting(meeting);
    await world.advance(30_000);
    await world.stored();
    stop();
    const { written } = await recording;
    expect(written).toBeGreaterThan(20);
    expect(joins).toHaveLength(11 + 1);
    expect(new Set(joins.map(({ sessionToken }) => sessionToken)).size).toBe(11);
    const recorded = readFileSync(file, 'utf8');
    expect(recorded).toContain('UserJoinedMeetingEvtMsg');
    const metrics = await (await fetch(`${world.app.url}/metrics`)).text();
    expect(metrics).toMatch(/result="dropped"\} 1$/m);
    const everything = { log: world.logged.join('\n'), rows: await databaseText(), recorded, metrics };
    expect(everything.rows).toContain('assembly');
    for (const [where, text] of Object.entries(everything))
      for (const { ip, referer, sessionToken } of joins)
        for (const secret of [ip, referer, sessionToken])
          expect([where, secret, text.includes(secret)]).toEqual([where, secret, false]);
  } finally {
    ear.disconnect();
    asker.disconnect();
    rmSync(folder, { recursive: true, force: true });
  }
});
