import { decide } from '../../../sidecar/core/decide';
import type { Doubt } from '../../../sidecar/core/doubt';
import { aContext, anEffectiveTier, aView, created, meetingAfter, T0 } from '../../support/builders';

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
