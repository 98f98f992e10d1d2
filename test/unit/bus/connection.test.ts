/** How long a connection waits before it tries again. */
import fc from 'fast-check';
import { openConnection, retryDelayMs } from '../../../sidecar/bus/connection';
import { ConfigError } from '../../../sidecar/errors';

const CAP_MS = 5000;

it('starts within a tenth of a second and doubles', () => {
  expect(retryDelayMs(1, 0)).toBe(50);
  expect(retryDelayMs(2, 0)).toBe(100);
  expect(retryDelayMs(3, 0)).toBe(200);
});

it('stays between half of its ceiling and the ceiling, and never gives up', () => {
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), random, (attempt, drawn) => {
      const delay = retryDelayMs(attempt, drawn);
      expect(Number.isInteger(delay)).toBe(true);
      expect(delay).toBeGreaterThanOrEqual(50);
      expect(delay).toBeLessThanOrEqual(CAP_MS);
      if (attempt > 10) expect(delay).toBeGreaterThanOrEqual(CAP_MS / 2);
    }),
  );
});

it.each(['', 'localhost', 'http://user:s3cret@redis', '/run/redis.sock', 'redis//x'])(
  'refuses %j, without its parts',
  (url) => {
    const refusal = (): unknown => {
      try {
        return openConnection(url, 'test');
      } catch (error) {
        return error;
      }
    };
    const error = refusal();
    expect(error).toBeInstanceOf(ConfigError);
    expect(String(error)).toContain('REDIS_URL');
    expect(String(error)).not.toContain('s3cret');
  },
);
