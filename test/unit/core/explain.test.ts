import * as fc from 'fast-check';
import { type Explainable, explain } from '../../../sidecar/core/explain';

const decision = (change: Partial<Explainable> = {}): Explainable => ({
  action: 'eject-user',
  reason: { limit: 'participants', enforce: 'hard', value: 11, allowed: 10 },
  tier: 'free',
  dryRun: false,
  detail: undefined,
  outcome: { outcome: 'confirmed', attempts: 1, latencyMs: 120, sent: 'bus:EjectUserFromMeetingSysMsg' },
  ...change,
});
const duration = { limit: 'meeting_duration', enforce: 'hard', value: 61, allowed: 60 } as const;
const recording = { limit: 'recording', enforce: 'hard', value: 1, allowed: 0 } as const;

test.each<[string, Explainable, string]>([
  [
    'somebody removed',
    decision(),
    "The last to arrive was removed because 11 people were in the meeting and the tier 'free' has places for 10; BigBlueButton confirmed it 120 ms later.",
  ],
  [
    'a meeting ended after some attempts',
    decision({
      action: 'end-meeting',
      reason: duration,
      outcome: { outcome: 'confirmed', attempts: 3, latencyMs: 6_400, sent: undefined },
    }),
    "The meeting was ended because it had lasted 1h1m and the tier 'free' allows 1h; BigBlueButton confirmed it 6.4 s later, after 3 attempts.",
  ],
  [
    'a notice',
    decision({
      action: 'send-notice',
      reason: { ...duration, value: 50 },
      outcome: { outcome: 'confirmed', attempts: 1, latencyMs: undefined, sent: undefined },
    }),
    "A chat message informed the meeting that its time is nearly over, because it had lasted 50m and the tier 'free' allows 1h; BigBlueButton confirmed it.",
  ],
  [
    'a recording stopped, not shown yet',
    decision({
      action: 'stop-recording',
      reason: recording,
      outcome: { outcome: 'sent', attempts: 1, latencyMs: undefined, sent: undefined },
    }),
    "The recording was stopped because recording is not part of the tier 'free'; it was sent to BigBlueButton, which has not confirmed it.",
  ],
  [
    'a recording marked',
    decision({
      action: 'mark-recording',
      reason: recording,
      outcome: { outcome: 'noted', attempts: 1, latencyMs: undefined, sent: undefined },
    }),
    "What was recorded was marked so that it is not published because recording is not part of the tier 'free'.",
  ],
  [
    'a breach observed',
    decision({
      action: 'record-breach',
      reason: { ...decision().reason, enforce: 'observe' } as Explainable['reason'],
      outcome: undefined,
    }),
    "It was noted, and nothing more, because 11 people were in the meeting and the tier 'free' has places for 10; nothing is known yet of what became of it.",
  ],
  [
    'nothing could be sent',
    decision({ outcome: { outcome: 'failed', attempts: 2, latencyMs: undefined, sent: undefined } }),
    "The last to arrive was removed because 11 people were in the meeting and the tier 'free' has places for 10; it could not be sent to BigBlueButton after 2 attempts.",
  ],
  [
    'no longer needed',
    decision({ outcome: { outcome: 'moot', attempts: 1, latencyMs: undefined, sent: undefined } }),
    "The last to arrive was removed because 11 people were in the meeting and the tier 'free' has places for 10; it was no longer needed in the end.",
  ],
  [
    'a limit of another version, whose log this is',
    decision({ reason: { ...duration, limit: 'webcams' as 'participants' } }),
    "The last to arrive was removed because of the limit 'webcams' of the tier 'free'; BigBlueButton confirmed it 120 ms later.",
  ],
  [
    'a dry run',
    decision({
      dryRun: true,
      outcome: { outcome: 'dry-run', attempts: 1, latencyMs: undefined, sent: undefined },
    }),
    "The last to arrive would have been removed because 11 people were in the meeting and the tier 'free' has places for 10; this was a dry run, so nothing was done.",
  ],
  [
    'a recording that BBB was asked to delete',
    decision({
      action: 'delete-recording',
      reason: undefined,
      detail: 'retention',
      outcome: { outcome: 'confirmed', attempts: 1, latencyMs: 2_000, sent: 'api:deleteRecordings' },
    }),
    'The recording was deleted because it was kept for as long as the tier keeps recordings; BigBlueButton confirmed it 2.0 s later.',
  ],
  [
    'a recording that the host removed by itself',
    decision({
      action: 'delete-recording',
      reason: undefined,
      detail: 'forbidden',
      outcome: { outcome: 'confirmed', attempts: 1, latencyMs: undefined, sent: 'host:bbb-tiers-recordings' },
    }),
    'The recording was deleted because recording was not part of the tier of the meeting; the host confirmed it.',
  ],
  [
    'an operator',
    decision({ action: 'end-meeting', reason: undefined, detail: 'operator a-1' }),
    "The meeting was ended because the operator 'a-1' asked for it; BigBlueButton confirmed it 120 ms later.",
  ],
  [
    'a claim',
    decision({
      action: 'refuse-claim',
      reason: undefined,
      tier: undefined,
      detail: 'other-room',
      outcome: undefined,
    }),
    'The tier claim was rejected because it was made for another room. The tier was determined by other means.',
  ],
])('%s', (_case, given, expected) => {
  expect(explain(given)).toBe(expected);
});

test('it is one sentence in one line, whatever the numbers and words', () => {
  const number = fc.oneof(fc.nat(), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY));
  const actions = [
    'send-notice',
    'end-meeting',
    'eject-user',
    'stop-recording',
    'mark-recording',
    'record-breach',
    'refresh-meeting',
    'refuse-claim',
  ] as const;
  void fc.assert(
    fc.property(
      fc.record({
        action: fc.constantFrom(...actions),
        reason: fc.option(
          fc.record({
            limit: fc.constantFrom('meeting_duration', 'participants', 'recording'),
            enforce: fc.constantFrom('hard', 'soft', 'observe'),
            value: number,
            allowed: number,
          }),
          { nil: undefined },
        ),
        tier: fc.option(fc.stringMatching(/^[a-z0-9-]{1,10}$/), { nil: undefined }),
        dryRun: fc.boolean(),
        detail: fc.option(fc.string(), { nil: undefined }),
        outcome: fc.option(
          fc.record({
            outcome: fc.constantFrom('confirmed', 'sent', 'noted', 'failed', 'dry-run', 'moot', 'other'),
            attempts: fc.nat(20),
            latencyMs: fc.option(fc.nat(), { nil: undefined }),
            sent: fc.option(fc.string(), { nil: undefined }),
          }),
          { nil: undefined },
        ),
      }),
      (given) => {
        const text = explain(given as Explainable);
        expect(text).toMatch(/^[A-Z][^\n]*\.$/);
        expect(text).not.toMatch(/undefined|NaN|null/);
      },
    ),
  );
});
