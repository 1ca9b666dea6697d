import { CompensatedSum, quantileOf } from './go-math.ts';

/** The samples that one evaluation of a range function sees: indices `from <= i < to`, at least one. Times in ms. */
export interface Window {
  times: Float64Array;
  values: Float64Array;
  from: number;
  to: number;
  startMs: number;
  endMs: number;
  rangeMs: number;
  evaluationMs: number;
  /** The scalar argument of the function, NaN where there is none. */
  parameter: number;
}

/** A function over one window; undefined yields no sample. */
export type RangeFunction = (window: Window) => number | undefined;

/** Every range function but `absent_over_time`. Source: Prometheus 2.42, `promql/functions.go`. */
export const RANGE_FUNCTIONS: ReadonlyMap<string, RangeFunction> = new Map<string, RangeFunction>([
  ['rate', (window) => extrapolated(window, true, true)],
  ['increase', (window) => extrapolated(window, true, false)],
  ['delta', (window) => extrapolated(window, false, false)],
  ['irate', (window) => instantDelta(window, true)],
  ['idelta', (window) => instantDelta(window, false)],
  ['deriv', (window) => (window.to - window.from < 2 ? undefined : regression(window, first(window.times, window))[0])],
  ['predict_linear', predictLinear],
  ['avg_over_time', average],
  ['sum_over_time', sumOf],
  ['count_over_time', (window) => window.to - window.from],
  ['present_over_time', () => 1],
  ['last_over_time', (window) => window.values[window.to - 1]],
  ['max_over_time', (window) => extreme(window, (value, best) => value > best)],
  ['min_over_time', (window) => extreme(window, (value, best) => value < best)],
  ['stddev_over_time', (window) => Math.sqrt(variance(window))],
  ['stdvar_over_time', variance],
  ['quantile_over_time', (window) => quantileOf(window.parameter, window.values.slice(window.from, window.to))],
  [
    'changes',
    (window) => countSteps(window, (value, before) => value !== before && !(value !== value && before !== before)),
  ],
  ['resets', (window) => countSteps(window, (value, before) => value < before)],
]);

function first(values: Float64Array, window: Window): number {
  return values[window.from] as number;
}

function last(values: Float64Array, window: Window): number {
  return values[window.to - 1] as number;
}

function rise({ values, from, to }: Window, isCounter: boolean): number {
  let result = (values[to - 1] as number) - (values[from] as number);
  if (isCounter) {
    for (let index = from + 1; index < to; index++) {
      if ((values[index] as number) < (values[index - 1] as number)) {
        result += values[index - 1] as number;
      }
    }
  }
  return result;
}

function extrapolated(window: Window, isCounter: boolean, perSecond: boolean): number | undefined {
  const count = window.to - window.from;
  if (count < 2) {
    return undefined;
  }
  const result = rise(window, isCounter);
  const sampled = (last(window.times, window) - first(window.times, window)) / 1000;
  const spacing = sampled / (count - 1);
  let toStart = (first(window.times, window) - window.startMs) / 1000;
  const toEnd = (window.endMs - last(window.times, window)) / 1000;
  const start = first(window.values, window);
  if (isCounter && result > 0 && start >= 0) {
    toStart = Math.min(toStart, sampled * (start / result));
  }
  const threshold = spacing * 1.1;
  let extent = sampled;
  extent += toStart < threshold ? toStart : spacing / 2;
  extent += toEnd < threshold ? toEnd : spacing / 2;
  const factor = extent / sampled;
  return result * (perSecond ? factor / (window.rangeMs / 1000) : factor);
}

function instantDelta({ times, values, from, to }: Window, isRate: boolean): number | undefined {
  if (to - from < 2) {
    return undefined;
  }
  const value = values[to - 1] as number;
  const before = values[to - 2] as number;
  const change = isRate && value < before ? value : value - before;
  return isRate ? change / (((times[to - 1] as number) - (times[to - 2] as number)) / 1000) : change;
}

function regression({ times, values, from, to }: Window, originMs: number): [slope: number, intercept: number] {
  const count = to - from;
  const sums = { x: new CompensatedSum(), y: new CompensatedSum(), xy: new CompensatedSum(), xx: new CompensatedSum() };
  const start = values[from] as number;
  let constant = true;
  for (let index = from; index < to; index++) {
    const y = values[index] as number;
    constant &&= index === from || y === start;
    const x = ((times[index] as number) - originMs) / 1000;
    sums.x.add(x);
    sums.y.add(y);
    sums.xy.add(x * y);
    sums.xx.add(x * x);
  }
  if (constant) {
    return Number.isFinite(start) || Number.isNaN(start) ? [0, start] : [Number.NaN, Number.NaN];
  }
  const [x, y, xy, xx] = [sums.x, sums.y, sums.xy, sums.xx].map((sum) => sum.sum + sum.compensation) as [
    number,
    number,
    number,
    number,
  ];
  const slope = (xy - (x * y) / count) / (xx - (x * x) / count);
  return [slope, y / count - (slope * x) / count];
}

function predictLinear(window: Window): number | undefined {
  if (window.to - window.from < 2) {
    return undefined;
  }
  const [slope, intercept] = regression(window, window.evaluationMs);
  return slope * window.parameter + intercept;
}

function average({ values, from, to }: Window): number {
  const mean = new CompensatedSum();
  for (let index = from; index < to; index++) {
    const value = values[index] as number;
    const count = index - from + 1;
    const infinite = Math.abs(mean.sum) === Number.POSITIVE_INFINITY;
    if (infinite && (value === mean.sum || Number.isFinite(value))) {
      continue;
    }
    mean.add(value / count - mean.sum / count);
  }
  return mean.total;
}

function sumOf({ values, from, to }: Window): number {
  const sum = new CompensatedSum();
  for (let index = from; index < to; index++) {
    sum.add(values[index] as number);
  }
  return sum.total;
}

function extreme({ values, from, to }: Window, better: (value: number, best: number) => boolean): number {
  let best = values[from] as number;
  for (let index = from; index < to; index++) {
    const value = values[index] as number;
    if (better(value, best) || best !== best) {
      best = value;
    }
  }
  return best;
}

function variance({ values, from, to }: Window): number {
  const mean = new CompensatedSum();
  const squares = new CompensatedSum();
  for (let index = from; index < to; index++) {
    const value = values[index] as number;
    const delta = value - (mean.sum + mean.compensation);
    mean.add(delta / (index - from + 1));
    squares.add(delta * (value - (mean.sum + mean.compensation)));
  }
  return (squares.sum + squares.compensation) / (to - from);
}

function countSteps({ values, from, to }: Window, counts: (value: number, before: number) => boolean): number {
  let count = 0;
  for (let index = from + 1; index < to; index++) {
    if (counts(values[index] as number, values[index - 1] as number)) {
      count++;
    }
  }
  return count;
}
