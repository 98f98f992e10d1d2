/** The figures of the random histories: what is missed, and what holds with one place more. */
import { figuresOf } from '../../conformance/histories/report';
import { Truth } from '../../conformance/histories/truth';

const MISSED_AFTER_MS = 1_000;

/** A meeting for one, in which `b` comes after `a` and stays. */
function overfull(isFirstReported: boolean): Truth {
  const truth = new Truth('meeting', 1, () => new Set());
  const join = (at: number, account: string): void =>
    truth.hear({
      at,
      name: 'UserJoinedMeetingEvtMsg',
      meetingId: 'meeting',
      body: { intId: `w_${account}`, extId: account, role: 'VIEWER' },
    });
  truth.serviceIsDown(!isFirstReported);
  join(0, 'a');
  truth.serviceIsDown(false);
  join(10, 'b');
  truth.close(5_000);
  return truth;
}

test('beyond the cap for too long → missed; when somebody may be a bot → held with one place more', () => {
  const figures = figuresOf(
    'with a kill',
    [
      { seed: 'reported', truth: overfull(true) },
      { seed: 'unreported', truth: overfull(false) },
    ],
    MISSED_AFTER_MS,
  );
  expect(figures.missed).toEqual(['seed reported: b beyond the cap from 10 to 5000 ms, still there']);
  expect(figures.onePlaceMore).toEqual(['seed unreported: b beyond the cap from 10 to 5000 ms, still there']);
  expect(figures.lines[0]).toContain('1 missed (an excess of more than 1 s), 1 held with one place more');
});
