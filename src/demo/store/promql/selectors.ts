import type { LabelSet } from '../tsdb/labels.ts';
import type { Samples } from '../tsdb/samples.ts';
import { withoutStale } from '../tsdb/samples.ts';
import type { RangeExpr, SelectorExpr } from './ast.ts';
import type { EvaluationContext } from './context.ts';
import type { Column, Matrix, Steps } from './matrix.ts';
import { createColumn, hasSamples, timeOf } from './matrix.ts';

/** A series as a range selector or subquery sees it: without stale markers. */
export interface RangeSeries {
  readonly labels: LabelSet;
  readonly samples: Samples;
}

/**
 * Evaluates an instant selector: at each step the newest sample of the lookback, unless that is a stale marker.
 * Prometheus 2.42: both ends of the lookback count.
 *
 * @param pick whether the result is the value or the time of the sample in seconds, as `timestamp()` needs
 */
export function evaluateSelector(expr: SelectorExpr, context: EvaluationContext, pick: 'value' | 'time'): Matrix {
  const { tsdb, steps, lookbackMs, budget } = context;
  const fromMs = steps.startMs - expr.offsetMs - lookbackMs;
  const toMs = timeOf(steps, steps.count - 1) - expr.offsetMs;
  const columns = tsdb.select(expr.matchers).map(({ handle, labels }) => {
    const samples = tsdb.read(handle, fromMs, toMs);
    const column = createColumn(labels, steps.count);
    budget.use(steps.count);
    fillLatest(column, samples, { ...steps, startMs: steps.startMs - expr.offsetMs }, lookbackMs, pick);
    return column;
  });
  return columns.filter(hasSamples);
}

/** Reads the samples that the windows of a range selector can cover, one pass per series. */
export function readRange(expr: RangeExpr, context: EvaluationContext): readonly RangeSeries[] {
  const { tsdb, steps, budget } = context;
  const toMs = timeOf(steps, steps.count - 1) - expr.selector.offsetMs;
  const fromMs = steps.startMs - expr.selector.offsetMs - expr.rangeMs;
  const found: RangeSeries[] = [];
  for (const { handle, labels } of tsdb.select(expr.selector.matchers)) {
    const samples = withoutStale(tsdb.read(handle, fromMs, toMs));
    budget.use(samples.times.length);
    if (samples.times.length > 0) {
      found.push({ labels, samples });
    }
  }
  return found;
}

/** The samples of a column, for subqueries. */
export function toRangeSeries(column: Column, steps: Steps): RangeSeries {
  const length = column.present.reduce((sum, present) => sum + present, 0);
  const times = new Float64Array(length);
  const values = new Float64Array(length);
  let at = 0;
  for (let index = 0; index < steps.count; index++) {
    if (column.present[index] === 1) {
      times[at] = timeOf(steps, index);
      values[at] = column.values[index] as number;
      at++;
    }
  }
  return { labels: column.labels, samples: { times, values } };
}

function fillLatest(column: Column, samples: Samples, steps: Steps, lookbackMs: number, pick: 'value' | 'time'): void {
  const { times, values, stale } = samples;
  let next = 0;
  for (let index = 0; index < steps.count; index++) {
    const atMs = timeOf(steps, index);
    while (next < times.length && (times[next] as number) <= atMs) {
      next++;
    }
    const latest = next - 1;
    if (latest >= 0 && (times[latest] as number) >= atMs - lookbackMs && stale?.[latest] !== 1) {
      column.values[index] = pick === 'value' ? (values[latest] as number) : (times[latest] as number) / 1000;
      column.present[index] = 1;
    }
  }
}
