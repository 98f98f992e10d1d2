import { readAkkaArguments } from '../../../bbb-simulator/akka/arguments';

test('no arguments → no running akka-apps', () => {
  expect(readAkkaArguments([])).toBeUndefined();
});

test('both addresses → where akka-apps is', () => {
  const args = ['--akka', 'redis://127.0.0.1:6379', '--analytics', 'http://127.0.0.1:8901'];
  expect(readAkkaArguments(args)).toEqual({
    redisUrl: 'redis://127.0.0.1:6379',
    analyticsUrl: 'http://127.0.0.1:8901',
  });
});

test.each([
  [['--akka', 'redis://127.0.0.1:6379'], '--analytics: expected'],
  [['--analytics', 'http://127.0.0.1:8901'], '--akka: expected'],
  [['--akka', 'http://127.0.0.1', '--analytics', 'http://127.0.0.1:8901'], '--akka: expected'],
  [['--akka', '--analytics', 'http://127.0.0.1:8901'], '--akka: expected'],
])('%j → %s', (args, problem) => {
  expect(() => readAkkaArguments(args)).toThrow(problem);
});
