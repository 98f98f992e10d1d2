import { loadConfig } from '../../../sidecar/config/load';
import { cheapestAllowing, type Passed } from '../../../sidecar/pages/allowing-tier';

const loaded = loadConfig('config');
if ('problems' in loaded) throw new Error('config/ does not load');
const { tiers } = loaded.config.tiers;

test.each<[string, Passed, string | undefined]>([
  ['11 people where 10 may', { limit: 'participants', value: 11, allowed: 10 }, 'level-1'],
  ['21 people', { limit: 'participants', value: 21, allowed: 20 }, 'level-3'],
  ['251 people', { limit: 'participants', value: 251, allowed: 250 }, 'custom'],
  ['an hour that is over', { limit: 'meeting_duration', value: 60, allowed: 60 }, 'level-1'],
  ['a notice before the hour is over', { limit: 'meeting_duration', value: 50, allowed: 60 }, 'level-1'],
  ['three hours', { limit: 'meeting_duration', value: 180, allowed: 180 }, 'level-2'],
  ['a day', { limit: 'meeting_duration', value: 1_440, allowed: 1_440 }, undefined],
  ['a recording', { limit: 'recording', value: 1, allowed: 0 }, 'level-2'],
  ['more than was counted', { limit: 'participants', value: null, allowed: 10 }, 'custom'],
])('%s: %j needs %s', (_what, passed, code) => {
  expect(cheapestAllowing(tiers.values(), passed)?.code).toBe(code);
});

test('a tier that only observes allows it', () => {
  const [free] = tiers.values();
  if (free === undefined) throw new Error('no tier');
  const lenient = {
    ...free,
    limits: { ...free.limits, participants: { max: 10, enforce: 'observe' as const } },
  };
  expect(cheapestAllowing([lenient], { limit: 'participants', value: 99, allowed: 10 })).toBe(lenient);
});
