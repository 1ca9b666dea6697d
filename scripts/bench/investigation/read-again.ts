import type { Evidence, RcaReport, Span, TimeSeries, TimeWindow } from '#model';
import type { Datasource } from '../../../src/backend/datasource/datasource.ts';

/** What a query shows when it is run again. */
export interface Reading {
  /** In words, for the list of what does not hold. */
  readonly seen: string;
  /** Undefined where the reading says nothing of it. */
  holds(stated: number, of: 'observed' | 'baseline'): boolean | undefined;
}

/** Runs the query of a fact again; undefined where it has none. */
export type ReadAgain = (
  fact: Evidence,
  report: Pick<RcaReport, 'window' | 'baseline' | 'onsetMs'>
) => Promise<Reading | undefined>;

type Upstreams = Pick<Datasource['upstreams'], 'prometheus' | 'loki' | 'tempo'>;

const STEP_SECONDS = 15;
/** A point more or less at an end of the window: of five minutes in steps of 15 s it is one of twenty. */
const TOLERANCE = 0.05;
const MAX_LINES = 5000;
/** Details take an hour before the onset for what is usual. */
const HOUR_MS = 3_600_000;

/** Runs the queries of facts against the sources that they came from. A query that fails shows nothing of what is stated. */
export function readAgainFrom({ upstreams }: { readonly upstreams: Upstreams }): ReadAgain {
  return async (fact, report) => {
    if (fact.query === undefined) {
      return undefined;
    }
    try {
      switch (languageOf(fact)) {
        case 'promql':
          return await readMetric(upstreams.prometheus, fact.query, fact, report);
        case 'logql':
          return fact.query.startsWith('{') || !upstreams.loki
            ? await readLogs(upstreams, fact.query, fact)
            : await readMetric(upstreams.loki, fact.query, fact, report);
        case 'traceql':
          return await readTrace(upstreams, fact.query, fact);
      }
    } catch (error) {
      return { seen: error instanceof Error ? error.message : String(error), holds: () => false };
    }
  };
}

function languageOf({ language, source }: Evidence): 'promql' | 'logql' | 'traceql' {
  const usual = source === 'log' || source === 'change' ? 'logql' : source === 'trace' ? 'traceql' : 'promql';
  return language ?? usual;
}

async function readMetric(
  source: Pick<Upstreams['prometheus'], 'queryRange'> | Pick<NonNullable<Upstreams['loki']>, 'queryRange'>,
  query: string,
  fact: Evidence,
  report: Pick<RcaReport, 'window' | 'baseline' | 'onsetMs'>
): Promise<Reading> {
  const isCount = languageOf(fact) === 'logql';
  const read = async (window: TimeWindow): Promise<readonly TimeSeries[]> => {
    const { series } = await source.queryRange(query, toRange(window));
    return isCount ? series.map((found) => withSilence(found, window)) : series;
  };
  const now = await read(fact.window ?? report.window);
  if (fact.source === 'kubernetes') {
    return readPods(now, fact);
  }
  const hour = { fromMs: report.onsetMs - HOUR_MS, toMs: report.onsetMs };
  const before = [...(await read(report.baseline)), ...(fact.source === 'impact' ? await read(hour) : [])];
  // What is stated a minute may be read a second.
  const scales = fact.source === 'impact' ? [1, 60] : [1];
  const [shown, usual] = [now, before].map((series) =>
    ofService(series, fact.service).map(({ values }) => statistics(values.filter(Number.isFinite)))
  );
  return {
    seen: shown?.map((found) => found.map((value) => value.toPrecision(4)).join(' ')).join(' | ') || 'nothing',
    holds: (stated, of) =>
      (of === 'observed' ? shown : usual)?.some((found) =>
        found.some((value) => scales.some((scale) => isNear(stated, value * scale)))
      ) ?? false,
  };
}

/** Lines are counted: where a step has no count there was no line. */
function withSilence(series: TimeSeries, window: TimeWindow): TimeSeries {
  const { startMs, endMs, stepSeconds } = toRange(window);
  const steps = (endMs - startMs) / (stepSeconds * 1000) + 1;
  const silent = Array.from({ length: Math.max(0, steps - series.values.length) }, () => 0);
  return { ...series, values: [...silent, ...series.values] };
}

/** The workload is told pod by pod, in the details. */
function readPods(series: readonly TimeSeries[], { detail }: Evidence): Reading {
  const pods = new Set(series.flatMap(({ labels }) => labels['pod'] ?? []));
  const told = detail?.kind === 'workload-state' ? detail.pods : [];
  return {
    seen: `${pods.size} pods`,
    holds: (_, of) => (of === 'observed' ? told.every(({ name }) => pods.has(name)) && pods.size > 0 : undefined),
  };
}

/** A query of a catalogue has a series for every service. */
function ofService(series: readonly TimeSeries[], service: string): readonly TimeSeries[] {
  const own = series.filter(({ labels }) => Object.values(labels).includes(service));
  return own.length > 0 ? own : series;
}

async function readLogs({ loki }: Upstreams, query: string, { window }: Evidence): Promise<Reading | undefined> {
  if (!loki || !window) {
    return undefined;
  }
  const seconds = Math.round((window.toMs - window.fromMs) / 1000);
  const { length: count } = await loki.queryLines(query, { window, limit: MAX_LINES });
  return {
    seen: `${count} lines in ${seconds} s`,
    holds: (stated, of) => (of === 'observed' ? isNear(stated, count / seconds) || isNear(stated, count) : undefined),
  };
}

async function readTrace({ tempo }: Upstreams, query: string, { detail }: Evidence): Promise<Reading | undefined> {
  const id = /"([0-9a-f]{16,32})"/.exec(query)?.[1];
  if (!tempo || id === undefined || detail?.kind !== 'trace-path') {
    return undefined;
  }
  const { spans } = await tempo.trace(id);
  const lengthMs = lengthOf(spans);
  return {
    seen: `${spans.length} spans, ${lengthMs} ms`,
    holds: (stated, of) =>
      of === 'observed'
        ? isNear(detail.durationMs, lengthMs) && stated * 1000 <= lengthMs * (1 + TOLERANCE)
        : undefined,
  };
}

function lengthOf(spans: readonly Span[]): number {
  const begins = spans.map(({ startMs }) => startMs);
  const ends = spans.map(({ startMs, durationSeconds }) => startMs + durationSeconds * 1000);
  return Math.max(...ends) - Math.min(...begins);
}

function toRange({ fromMs, toMs }: TimeWindow) {
  const stepMs = STEP_SECONDS * 1000;
  const startMs = Math.ceil(fromMs / stepMs) * stepMs;
  const endMs = Math.max(startMs, Math.ceil(toMs / stepMs) * stepMs - stepMs);
  return { startMs, endMs, stepSeconds: STEP_SECONDS };
}

/** What a fact may state of its values: the mean of the larger or smaller half, the median, mean, ends and the newest. */
function statistics(values: readonly number[]): readonly number[] {
  const sorted = values.toSorted((left, right) => left - right);
  const half = Math.ceil(sorted.length / 2);
  return [
    mean(sorted.slice(-half)),
    mean(sorted.slice(0, half)),
    medianOf(sorted),
    mean(sorted),
    sorted[0] ?? NaN,
    sorted.at(-1) ?? NaN,
    values.at(-1) ?? NaN,
  ];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function medianOf(sorted: readonly number[]): number {
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle)] ?? NaN)) / 2;
}

function isNear(stated: number, value: number): boolean {
  return Math.abs(stated - value) <= Math.max(Math.abs(value) * TOLERANCE, 1e-9);
}
