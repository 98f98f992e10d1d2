/** A meeting that is recorded and goes through the pipeline of the simulated BBB, and the ways to see what became of its recording. */
import { Client } from 'pg';
import type { World } from '../../support/world';

const MINUTE_MS = 60_000;
const PATIENCE_MS = 15_000;

/** The tenant of the shipped config whose tier has recording. */
export const ACME = { 'meta_bbb-origin-server-name': 'meet.acme.example' };

export async function rowsOf(world: World, sql: string): Promise<Record<string, unknown>[]> {
  await world.app.journal.flush(5_000);
  const client = new Client({ connectionString: world.database.databaseUrl });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** The decisions about deleting recordings. */
export const deletions = (world: World): Promise<Record<string, unknown>[]> =>
  rowsOf(world, "select * from bbb_tiers.decisions where action = 'delete-recording' order by id");

/** Waits in real time for what goes through real sockets, moving the clock a little meanwhile. */
export async function waitFor(world: World, condition: () => boolean | Promise<boolean>): Promise<void> {
  const giveUpAt = Date.now() + PATIENCE_MS;
  while (!(await condition())) {
    if (Date.now() > giveUpAt) throw new Error('waited 15 s in vain');
    await world.advance(1_000);
  }
}

/** A meeting that is recorded for a minute, ends, and goes through BBB's pipeline. Returns its record id. */
export async function recordedMeeting(
  world: World,
  params: Record<string, string | number | boolean> = {},
): Promise<string> {
  const meeting = world.bbb.create({ meetingID: 'talk', record: true, autoStartRecording: true, ...params });
  const moderator = world.bbb.join(meeting, { externalUserId: 'gl-1', name: 'M', role: 'MODERATOR' });
  await world.advance(MINUTE_MS);
  await world.stored();
  world.bbb.leave(meeting, moderator);
  await world.advance(MINUTE_MS);
  world.bbb.endMeeting(meeting);
  return meeting.internalMeetingId;
}

export const stateOf = (world: World, recordId: string): string | undefined =>
  world.bbb.recordings().find((recording) => recording.recordId === recordId)?.state;

/** What the host is told. */
export async function verdictOn(world: World, recordId: string): Promise<Record<string, unknown>> {
  return (await (await fetch(`${world.app.url}/hooks/recordings/${recordId}`)).json()) as Record<
    string,
    unknown
  >;
}

/** What the host reports; resolves with the status. */
export async function report(
  world: World,
  recordId: string,
  body: Readonly<Record<string, unknown>>,
): Promise<number> {
  const response = await fetch(`${world.app.url}/hooks/recordings/${recordId}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return response.status;
}
