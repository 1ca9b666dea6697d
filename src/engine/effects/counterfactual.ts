import type { ColumnChange } from './changes.ts';
import type { EffectColumn } from './effect-input.ts';
import type { Counterfactual, Estimate } from './effect-result.ts';
import { finiteOrNull } from './finite-or-null.ts';
import type { UsableRows } from './usable-rows.ts';

/** What a counterfactual is made from. */
export interface CounterfactualQuestion {
  readonly cause: EffectColumn;
  readonly target: EffectColumn;
  readonly slope: Estimate;
  readonly causeChange: ColumnChange;
  readonly targetChange: ColumnChange;
  readonly rows: UsableRows;
}

/**
 * What the target would have been, had the cause stayed at its baseline median: `y(t) - slope (x(t) - median)`, with the
 * band of the slope's interval.
 *
 * @param question  columns, slope and the rows of the incident
 * @returns one value per row, cut to the range of the target; null where a value is missing or no number fits. `cut` tells
 * whether the estimate itself (not only its band) left the range
 * Cost O(rows). Ref: RCA specification 10.3; Pearl 2009, Causality, section 1.4.4 for a linear model.
 */
export function counterfactualOf(question: CounterfactualQuestion): {
  readonly counterfactual: Counterfactual;
  readonly cut: boolean;
} {
  const { cause, target, slope, causeChange, targetChange } = question;
  const incidentRows = question.rows.incident;
  const [lowest, highest] = rangeOf(target);
  const inRange = (value: number): number => Math.min(Math.max(value, lowest), highest);
  const excess = (row: number): number => (cause.values[row] ?? Number.NaN) - causeChange.normal;
  const without = (row: number, factor: number | null): number =>
    factor === null ? Number.NaN : (target.values[row] ?? Number.NaN) - factor * excess(row);
  const series = (factor: number | null): (number | null)[] =>
    incidentRows.map((row) => finiteOrNull(inRange(without(row, factor))));
  const ends = [series(slope.low), series(slope.high)] as const;
  const { worstRows } = targetChange;
  const mean = (of: (row: number) => number): number =>
    worstRows.reduce((sum, row) => sum + of(row) / worstRows.length, 0);
  const worst = mean((row) => without(row, slope.value));
  const ofEnds = [slope.low, slope.high].map((factor) => finiteOrNull(inRange(mean((row) => without(row, factor)))));
  return {
    counterfactual: {
      rows: incidentRows,
      observed: incidentRows.map((row) => finiteOrNull(target.values[row])),
      value: series(slope.value),
      low: ends[0].map((value, i) => either(Math.min, value, ends[1][i])),
      high: ends[0].map((value, i) => either(Math.max, value, ends[1][i])),
      worst: {
        observed: mean((row) => target.values[row] ?? Number.NaN),
        counterfactual: {
          value: inRange(worst),
          low: either(Math.min, ofEnds[0], ofEnds[1]),
          high: either(Math.max, ofEnds[0], ofEnds[1]),
        },
      },
      unit: target.unit,
    },
    cut: inRange(worst) !== worst,
  };
}

function either(choose: typeof Math.min, one?: number | null, other?: number | null): number | null {
  return typeof one === 'number' && typeof other === 'number' ? choose(one, other) : null;
}

function rangeOf({ kind, range }: EffectColumn): readonly [number, number] {
  const [lowest, highest] = range ?? [kind === 'other' ? -Infinity : 0, Infinity];
  return lowest <= highest ? [lowest, highest] : [-Infinity, Infinity];
}
