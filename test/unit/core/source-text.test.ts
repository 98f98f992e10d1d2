/** When a source is ok, over any sequence of readings. */
import { type SourceReading, sourceReadiness } from '../../../sidecar/core/source-text';

const RESYNC_MS = 30_000;
const SOURCES = ['bbb-api', 'bbb-analytics'] as const;
const GOOD = undefined;
const AWAY = { error: 'no answer within 5000 ms', isRefused: false };

describe.each(SOURCES)('%s', (source) => {
  const at = (reading: SourceReading | undefined, now: number) =>
    sourceReadiness(source, reading, now, RESYNC_MS);

  it('not read yet → not ok', () => {
    expect(at(undefined, 0)).toEqual({ ok: false, detail: 'not read yet' });
  });

  it('one failed reading → not ok, with what is wrong, what to do and what it means', () => {
    const { ok, detail } = at({ at: 0, failure: AWAY }, 0);
    expect(ok).toBe(false);
    expect(detail).toMatch(
      /no answer within 5000 ms\. Check BBB_(ANALYTICS_)?URL .*\. Until it answers, .*limit/,
    );
  });

  it('not read for three intervals → not ok; a minute is allowed with shorter ones', () => {
    expect(at({ at: 0, failure: GOOD }, 90_000).ok).toBe(true);
    expect(at({ at: 0, failure: GOOD }, 90_001)).toMatchObject({
      ok: false,
      detail: expect.stringContaining('last read 1m30s ago'),
    });
    expect(sourceReadiness(source, { at: 0, failure: GOOD }, 60_000, 1_000).ok).toBe(true);
    expect(sourceReadiness(source, { at: 0, failure: GOOD }, 60_001, 1_000).ok).toBe(false);
  });
});

it('refused → the three settings of bbb-api', () => {
  const failure = { error: 'BBB refused it (checksumError)', isRefused: true };
  expect(sourceReadiness('bbb-api', { at: 0, failure }, 0, RESYNC_MS).detail).toMatch(
    /checksumError.*BBB_URL, BBB_SECRET and BBB_CHECKSUM/,
  );
});
