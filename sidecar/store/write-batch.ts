/** Writes a batch of lines in one transaction, so that all of it holds or none; writing the same again changes nothing. Never retries. */
import type { Pool } from 'pg';
import { writeAttendance } from './attendance-rows';
import type { Line, Lines } from './lines';
import { writeDecisions, writeNotices, writeOutcomes } from './log-rows';
import {
  reviveMeetings,
  touchMeetings,
  writeEnds,
  writeMarks,
  writeMeetings,
  writeObservation,
} from './meeting-rows';
import { writeRecordings } from './recording-rows';
import { inTransaction } from './transaction';

function ofType<Type extends Line['type']>(lines: readonly Line[], type: Type): Lines<Type> {
  return lines.filter((line): line is Extract<Line, { type: Type }> => line.type === type);
}

/** Throws what the database or the connection said; nothing of the batch is stored then, unless only the answer to the commit was lost. */
export async function writeBatch(pool: Pool, lines: readonly Line[]): Promise<void> {
  await inTransaction(pool, async (client) => {
    // First of all the meetings' rows: whoever holds them is the only one to change what hangs on them.
    await touchMeetings(client, lines);
    await writeMeetings(client, ofType(lines, 'meeting'));
    await writeRecordings(client, ofType(lines, 'meeting'));
    await writeAttendance(client, ofType(lines, 'attendance'));
    await writeEnds(client, ofType(lines, 'meeting-ended'));
    await reviveMeetings(client, lines);
    await writeMarks(client, ofType(lines, 'recording-mark'));
    await writeNotices(client, ofType(lines, 'notice'));
    await writeDecisions(client, ofType(lines, 'decision'));
    await writeOutcomes(client, ofType(lines, 'outcome'));
    await writeObservation(client, ofType(lines, 'observation'));
  });
}
