/** Which message a fault strikes: by name, by question, by chance, so many times. */
import {
  addRule,
  type BusRule,
  busEffect,
  losesCommand,
  noFaults,
  seededRandom,
} from '../../bbb-simulator/faults';

const message = (name: string) => ({ channel: 'c', name, meetingId: 'm', text: '{}' });

function effects(rule: BusRule, names: string[]) {
  const faults = noFaults('seed');
  addRule(faults.busRules, rule);
  return names.map((name) => busEffect(faults, message(name)));
}

test.each<[string, BusRule, (string | undefined)[]]>([
  ['everything', { effect: 'lose' }, ['lose', 'lose', 'lose']],
  ['one name', { effect: 'lose', match: 'A' }, ['lose', undefined, 'lose']],
  ['several names', { effect: 'lose', match: ['A', 'B'] }, ['lose', 'lose', 'lose']],
  ['a question', { effect: 'lose', match: ({ name }) => name === 'B' }, [undefined, 'lose', undefined]],
  ['once', { effect: 'duplicate', times: 1 }, ['duplicate', undefined, undefined]],
  ['never', { effect: 'lose', probability: 0 }, [undefined, undefined, undefined]],
  ['surely', { effect: 'lose', probability: 1 }, ['lose', 'lose', 'lose']],
])('%s', (_, rule, expected) => {
  expect(effects(rule, ['A', 'B', 'A'])).toEqual(expected);
});

test('the first rule that strikes decides, and a removed one strikes no more', () => {
  const faults = noFaults('seed');
  const remove = addRule(faults.busRules, { match: 'A', effect: 'lose' });
  addRule(faults.busRules, { effect: 'duplicate' });
  expect([busEffect(faults, message('A')), busEffect(faults, message('B'))]).toEqual(['lose', 'duplicate']);
  remove();
  expect(busEffect(faults, message('A'))).toBe('duplicate');
});

test('chance is even enough, and the same for the same seed', () => {
  const draw = (seed: string): number[] => Array.from({ length: 2_000 }, seededRandom(seed));
  expect(draw('a')).toEqual(draw('a'));
  expect(draw('a')).not.toEqual(draw('b'));
  const low = draw('a').filter((number) => number < 0.3).length;
  expect(low).toBeGreaterThan(500);
  expect(low).toBeLessThan(700);
});

test('commands get lost by name', () => {
  const faults = noFaults('seed');
  addRule(faults.commandRules, { match: 'EndMeetingSysCmdMsg', times: 1 });
  const lost = ['MuteMeetingCmdMsg', 'EndMeetingSysCmdMsg', 'EndMeetingSysCmdMsg'].map((name) =>
    losesCommand(faults, name),
  );
  expect(lost).toEqual([false, true, false]);
});
