import { decide } from '../../../sidecar/core/decide';
import type { Doubt } from '../../../sidecar/core/doubt';
import {
  aContext,
  anEffectiveTier,
  aView,
  created,
  meetingAfter,
  people,
  someLimits,
  T0,
  webListed,
} from '../../support/builders';

const OVER = T0 + 2 * 3_600_000;

function actionsWith(doubts: readonly Doubt[]): readonly string[] {
  const tier = anEffectiveTier();
  const context = { ...aContext(OVER), doubts };
  return decide(aView(meetingAfter([created()])), tier, context).actions.map(({ type }) => type);
}

test('meeting over its time, no doubt → ended', () => {
  expect(actionsWith([])).toContain('end-meeting');
});

test.each<Doubt>(['clock', 'tier'])('meeting over its time, %s in doubt → not ended', (doubt) => {
  expect(actionsWith([doubt])).not.toContain('end-meeting');
});

test.each<Doubt>(['clock', 'tier'])(
  'meeting over its cap, %s in doubt → no line about a removal either',
  (doubt) => {
    const meeting = webListed(meetingAfter([created(), ...people(11)]), T0 + 60_000);
    const view = aView(meeting);
    const types = (doubts: readonly Doubt[]): readonly string[] =>
      decide(view, anEffectiveTier(), { ...aContext(T0 + 60_000), doubts }).actions.map(({ type }) => type);
    expect(types([])).toEqual(['send-notice', 'eject-user']);
    expect(types([doubt])).toEqual([]);
  },
);

test('soft breach, tier in doubt → its line passes', () => {
  const limits = someLimits({ meeting_duration: { max: 3_600_000, enforce: 'soft' } });
  const tier = anEffectiveTier({ limits });
  const context = { ...aContext(OVER), doubts: ['tier'] as const };
  const { actions } = decide(aView(meetingAfter([created()])), tier, context);
  expect(actions.map(({ type }) => type)).toEqual(['record-breach', 'send-notice']);
});
