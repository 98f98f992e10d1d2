/** What was reported of a meeting's recording, in order, and what follows from it: is it active, since when, by whom. Decides nothing. */
import type { Meeting, RecordingState } from './meeting';

/** Bounds a meeting's memory; older reports say nothing about now. */
const MAX_REPORTS = 32;

/** On one instant: a start, then a stop, then by who did it; any order will do as long as it is one. */
function compareReports(a: RecordingState, b: RecordingState): number {
  if (a.at !== b.at) return a.at - b.at;
  if (a.active !== b.active) return a.active ? -1 : 1;
  const [first, second] = [a.setBy ?? '', b.setBy ?? ''];
  return first < second ? -1 : first > second ? 1 : 0;
}

/** The newest report stands; a repetition that names nobody takes away neither who it was nor since when. */
function stateOf(reports: readonly RecordingState[]): RecordingState | undefined {
  const newest = reports.at(-1);
  if (newest === undefined) return undefined;
  const lastOther = reports.findLastIndex((report) => report.active !== newest.active);
  const since = reports.slice(lastOther + 1);
  const named = since.reduce<RecordingState | undefined>(
    (found, report) => (report.setBy === undefined || report.setBy === found?.setBy ? found : report),
    undefined,
  );
  const { active, at, setBy } = named ?? since[0] ?? newest;
  return { active, at, setBy };
}

function isRepetition(state: RecordingState, known: RecordingState | undefined): boolean {
  return known !== undefined && compareReports(state, known) === 0;
}

/** With one more report; the same one twice is one. */
export function withRecordingReport(meeting: Meeting, status: RecordingState): Meeting {
  const known = meeting.recordingReports;
  if (known.some((report) => compareReports(report, status) === 0)) return meeting;
  const reports = [...known, status].sort(compareReports).slice(-MAX_REPORTS);
  const recordedAt = status.active
    ? Math.min(meeting.recordedAt ?? status.at, status.at)
    : meeting.recordedAt;
  const recording = stateOf(reports);
  const isSame = recording !== undefined && isRepetition(recording, meeting.recording);
  return {
    ...meeting,
    recordedAt,
    recording: isSame ? meeting.recording : recording,
    recordingReports: reports,
  };
}

/** A list shows only whether it is active, some time after `at`: a change if it differs from all reports until then. */
export function withListedRecording(meeting: Meeting, active: boolean, at: number): Meeting {
  const { recording, recordingReports } = meeting;
  const newestAt = recordingReports.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
  const isChanged = recording?.active !== active && newestAt < at;
  return isChanged ? withRecordingReport(meeting, { active, at, setBy: undefined }) : meeting;
}
