import { dropMetricName } from '../tsdb/labels.ts';
import type { Column, Matrix, Steps } from './matrix.ts';
import { createColumn, distinctColumns, timeOf } from './matrix.ts';
import type { RangeFunction, Window } from './range-functions.ts';
import type { RangeSeries } from './selectors.ts';

/** How a range function is to be applied. Times in ms. */
export interface WindowPlan {
  readonly steps: Steps;
  readonly rangeMs: number;
  readonly offsetMs: number;
  /** Whether the result keeps the metric name, as `last_over_time` does. */
  readonly keepName: boolean;
  /** Value of the scalar argument at a step. */
  readonly parameterAt: (index: number) => number;
}

/**
 * Slides a range function over every series. A window holds the samples with `t - range <= sample <= t`: both ends
 * count, as in Prometheus up to 2.x. Cost O(samples + steps) pointer moves plus the function's own.
 *
 * @throws PromqlError execution when two results have equal labels
 */
export function applyToWindows(series: readonly RangeSeries[], plan: WindowPlan, call: RangeFunction): Matrix {
  return distinctColumns(series.map((one) => slide(one, plan, call)));
}

function slide({ labels, samples }: RangeSeries, plan: WindowPlan, call: RangeFunction): Column {
  const { steps, rangeMs, offsetMs } = plan;
  const { times, values } = samples;
  const column = createColumn(plan.keepName ? labels : dropMetricName(labels), steps.count);
  const window: Window = {
    times,
    values,
    from: 0,
    to: 0,
    startMs: 0,
    endMs: 0,
    rangeMs,
    evaluationMs: 0,
    parameter: 0,
  };
  for (let index = 0; index < steps.count; index++) {
    window.evaluationMs = timeOf(steps, index);
    window.endMs = window.evaluationMs - offsetMs;
    window.startMs = window.endMs - rangeMs;
    while (window.to < times.length && (times[window.to] as number) <= window.endMs) {
      window.to++;
    }
    while (window.from < window.to && (times[window.from] as number) < window.startMs) {
      window.from++;
    }
    if (window.from < window.to) {
      window.parameter = plan.parameterAt(index);
      store(column, index, call(window));
    }
  }
  return column;
}

function store(column: Column, index: number, value: number | undefined): void {
  if (value !== undefined) {
    column.values[index] = value;
    column.present[index] = 1;
  }
}
