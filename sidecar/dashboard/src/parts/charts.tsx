/** Participants and decisions over the last hours or days, drawn by uPlot; each chart says its numbers in words as well. */
import { signal, useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import type { Series } from '../../../api/schemas';
import { call } from '../calls';
import { language, numberText, texts, timeOfDay } from '../language';
import { isSignedIn } from '../store';

const RANGES = [6, 24, 168] as const;
const READ_EVERY_MS = 60_000;
const HEIGHT = 130;

const hours = signal<number>(24);
const series = signal<Series | undefined>(undefined);
const failed = signal(false);
const scheme = window.matchMedia('(prefers-color-scheme: dark)');
const isDark = signal(scheme.matches);
scheme.addEventListener('change', () => {
  isDark.value = scheme.matches;
});

async function read(): Promise<void> {
  const { body } = await call<Series>('GET', `api/v1/series?hours=${hours.peek()}`);
  failed.value = body === undefined;
  if (body !== undefined) series.value = body;
}

function color(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Days where the range is long, times of day where it is not. */
function axisTime(seconds: number, isLong: boolean): string {
  if (!isLong) return timeOfDay(seconds * 1_000);
  return new Intl.DateTimeFormat(language.value, { day: 'numeric', month: 'numeric' }).format(
    seconds * 1_000,
  );
}

function optionsFor(width: number, isLong: boolean, kind: 'line' | 'bars'): uPlot.Options {
  const line = color(kind === 'line' ? '--accent' : '--warn');
  const axis: uPlot.Axis = {
    stroke: color('--quiet'),
    grid: { stroke: color('--line'), width: 1 },
    ticks: { show: false },
    font: '11px system-ui, sans-serif',
  };
  const bars = uPlot.paths.bars?.({ size: [0.8, 24] });
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: true }, y: { range: (_plot, _min, max) => [0, Math.max(4, max * 1.1)] } },
    axes: [
      {
        ...axis,
        values: (_plot, splits) => splits.map((each) => axisTime(each, isLong)),
        space: 60,
        size: 26,
      },
      {
        ...axis,
        size: 36,
        space: 28,
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 5_000, 10_000],
        values: (_plot, splits) => splits.map(numberText),
      },
    ],
    series: [
      {},
      kind === 'line' || bars === undefined
        ? { stroke: line, width: 2, fill: `${line}22`, points: { show: false } }
        : { stroke: line, fill: line, width: 0, paths: bars, points: { show: false } },
    ],
  };
}

interface ChartProps {
  readonly name: string;
  readonly field: 'participants' | 'decisions';
}

function Chart({ name, field }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const items = series.value?.items ?? [];
  const dark = isDark.value;
  const chosen = language.value;
  useEffect(() => {
    const element = place.current;
    if (element === null || items.length === 0) return;
    const data: uPlot.AlignedData = [items.map((item) => item.at / 1_000), items.map((item) => item[field])];
    const isLong = (series.peek()?.to ?? 0) - (series.peek()?.from ?? 0) > 48 * 3_600_000;
    const plot = new uPlot(
      optionsFor(Math.max(200, element.clientWidth), isLong, field === 'participants' ? 'line' : 'bars'),
      data,
      element,
    );
    const observer = new ResizeObserver(() =>
      plot.setSize({ width: Math.max(200, element.clientWidth), height: HEIGHT }),
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [items, dark, chosen]);
  const values = items.map((item) => item[field]);
  const last = values.at(-1);
  // Nothing read yet is not zero.
  const summary =
    last === undefined
      ? name
      : texts.value.chartSummary(name, numberText(Math.max(...values)), numberText(last));
  return (
    <figure>
      <figcaption>{summary}</figcaption>
      <div ref={place} class="plot" role="img" aria-label={summary} />
    </figure>
  );
}

export function Charts() {
  useSignalEffect(() => {
    hours.value;
    if (isSignedIn.value) void read();
  });
  useEffect(() => {
    const timer = window.setInterval(() => {
      if (isSignedIn.peek()) void read();
    }, READ_EVERY_MS);
    return () => window.clearInterval(timer);
  }, []);
  return (
    <section class="panel charts" aria-labelledby="charts-title">
      <div class="section-head">
        <h2 id="charts-title">{texts.value.charts}</h2>
        <fieldset class="ranges">
          <legend class="unseen">{texts.value.range}</legend>
          {RANGES.map((each) => (
            <label key={each} class="range">
              <input
                class="range-choice"
                type="radio"
                name="range"
                checked={hours.value === each}
                onChange={() => {
                  hours.value = each;
                }}
              />
              <span>{each > 48 ? texts.value.days(each / 24) : texts.value.hours(each)}</span>
            </label>
          ))}
        </fieldset>
      </div>
      {failed.value ? (
        <p class="empty" role="status">
          {texts.value.noData}
        </p>
      ) : null}
      <Chart name={texts.value.participantsAtOnce} field="participants" />
      <Chart name={texts.value.decisionsMade} field="decisions" />
    </section>
  );
}
