import type { Evidence, RcaReport, TimeWindow } from '#model';
import type { Datasource } from '../../../src/backend/datasource/datasource.ts';

/** What a query shows when it is run again. */
export interface Reading {
  /** In words, for the list of what does not hold. */
  readonly seen: string;
  holds(stated: number, of: 'observed' | 'baseline'): boolean;
}

/** Runs the query of a fact again; undefined where it has none that can be run. */
export type ReadAgain = (fact: Evidence, report: RcaReport) => Promise<Reading | undefined>;

const STEP_SECONDS = 15;
/** A point more or less at an end of the window: of five minutes in steps of 15 s it is one of twenty. */
const TOLERANCE = 0.05;

/** Runs the queries of facts against the sources that they came from. */
export function readAgainFrom({ upstreams }: Pick<Datasource, 'upstreams'>): ReadAgain {
  return async (fact, report) => {
    const { query, window = report.window } = fact;
    if (query === undefined || languageOf(fact) !== 'promql') {
      return undefined;
    }
    const [now, before] = await Promise.all([
      readSeries(upstreams, query, window),
      readSeries(upstreams, query, report.baseline),
    ]);
    return {
      seen:
        now
          .map((values) =>
            statistics(values)
              .map((value) => value.toPrecision(4))
              .join(' ')
          )
          .join(' | ') || 'nothing',
      holds: (stated, of) =>
        (of === 'observed' ? now : before).some((values) => statistics(values).some((value) => isNear(stated, value))),
    };
  };
}

function languageOf({ language, source }: Evidence): 'promql' | 'logql' | 'traceql' {
  const usual = source === 'log' || source === 'change' ? 'logql' : source === 'trace' ? 'traceql' : 'promql';
  return language ?? usual;
}

async function readSeries(
  { prometheus }: Datasource['upstreams'],
  query: string,
  { fromMs, toMs }: TimeWindow
): Promise<readonly (readonly number[])[]> {
  const stepMs = STEP_SECONDS * 1000;
  const startMs = Math.ceil(fromMs / stepMs) * stepMs;
  const endMs = Math.max(startMs, Math.ceil(toMs / stepMs) * stepMs - stepMs);
  const { series } = await prometheus.queryRange(query, { startMs, endMs, stepSeconds: STEP_SECONDS });
  return series.map(({ values }) => values.filter(Number.isFinite)).filter((values) => values.length > 0);
}

/** What a fact may state of its values: the mean of the larger or smaller half, the median, mean, ends and sum. */
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
