import { loadConfig } from '../../../sidecar/config/load';
import { allowanceOf, cheapestAllowing, type Passed } from '../../../sidecar/pages/allowing-tier';

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

const NOW = { participants: 10, meeting_duration: 3_600_000, recording: false } as const;

test.each<[string, Passed, Partial<Record<keyof typeof NOW, unknown>>, unknown]>([
  ['unchanged', { limit: 'participants', value: 11, allowed: 10 }, {}, undefined],
  ['raised', { limit: 'participants', value: 11, allowed: 10 }, { participants: 12 }, 12],
  [
    'raised, not far enough',
    { limit: 'participants', value: 13, allowed: 10 },
    { participants: 12 },
    undefined,
  ],
  ['lifted', { limit: 'participants', value: 11, allowed: 10 }, { participants: 'unlimited' }, 'unlimited'],
  ['raised', { limit: 'meeting_duration', value: 60, allowed: 60 }, { meeting_duration: 7_200_000 }, 120],
  [
    'a breakout room that outlived its parent',
    { limit: 'meeting_duration', value: 20, allowed: 60 },
    {},
    undefined,
  ],
  [
    'lowered',
    { limit: 'meeting_duration', value: 20, allowed: 60 },
    { meeting_duration: 1_800_000 },
    undefined,
  ],
  ['unchanged', { limit: 'recording', value: 1, allowed: 0 }, {}, undefined],
  ['included', { limit: 'recording', value: 1, allowed: 0 }, { recording: true }, 'unlimited'],
])('%s: %j where it is now %j: %j', (_what, passed, change, allowance) => {
  const [free] = tiers.values();
  if (free === undefined) throw new Error('no tier');
  const settings = Object.entries({ ...NOW, ...change }).map(([name, max]) => [
    name,
    { max, enforce: 'hard' },
  ]);
  expect(allowanceOf({ ...free, limits: Object.fromEntries(settings) }, passed)).toBe(allowance);
});

test('a limit that is not held allows it; a raised one says how far, held or not', () => {
  const [free] = tiers.values();
  if (free === undefined) throw new Error('no tier');
  const passed: Passed = { limit: 'participants', value: 11, allowed: 10 };
  const soft = (max: number) => ({
    ...free,
    limits: { ...free.limits, participants: { max, enforce: 'soft' as const } },
  });
  expect([allowanceOf(soft(10), passed), allowanceOf(soft(12), passed)]).toEqual(['not-held', 12]);
});
