import { Xorshift32 } from '../stats/xorshift.ts';
import { chooseAdjustment, ROWS_BEYOND_COLUMNS, type Adjustment } from './adjustment.ts';
import type { BackdoorSet } from './backdoor-set.ts';
import { changeOf, shareOf } from './changes.ts';
import { counterfactualOf } from './counterfactual.ts';
import type { EffectColumn, EffectWindow } from './effect-input.ts';
import type { EffectCaveat, Estimate, NotTestableCode, Refutations, Refuter, TestedEffect } from './effect-result.ts';
import { estimateSlope, type SlopeEstimate } from './estimate-slope.ts';
import { refute, type FitColumns } from './refuters.ts';
import { toStandardColumn } from './standard-column.ts';
import type { UsableRows } from './usable-rows.ts';

/** One cause and one target. */
export interface EffectQuestion {
  readonly columns: readonly EffectColumn[];
  /** Index into the columns. */
  readonly cause: number;
  /** Index into the columns. */
  readonly target: number;
  readonly set: BackdoorSet;
  readonly window: EffectWindow;
  /** Quiet rows to take; 60 unless given. */
  readonly baselineRows?: number;
}

/** A tested effect before its p is corrected for the family; `refutedBy` lacks the significance. */
export type UncorrectedEffect = Omit<TestedEffect, 'verdict' | 'q'>;

/** Why there is no effect to report. */
export interface Untested {
  readonly code: NotTestableCode;
  readonly have?: number;
  readonly need?: number;
}

const LARGE_EFFECT = 0.1;
const SHORT_INCIDENT = 3;

/**
 * Estimates the effect of one column on another and tries to refute it.
 *
 * @param question  which columns, what to hold fixed, which rows
 * @param seed  of the refuters
 * @returns the effect, or why there is none
 * Cost O(n^2 k) for n rows. Ref: RCA specification 10.2 to 10.5.
 */
export function testEffect(question: EffectQuestion, seed: number): UncorrectedEffect | Untested {
  const { columns, set, window, baselineRows } = question;
  const [cause, target] = [columns[question.cause], columns[question.target]];
  if (!cause || !target) {
    return { code: 'no-such-column' };
  }
  const adjustment = chooseAdjustment(columns, [question.cause, question.target], set, window, baselineRows);
  const untested = shortage(adjustment);
  if (untested) {
    return untested;
  }
  const held = adjustment.adjustedFor.flatMap((column) => columns[column] ?? []);
  const fitted = fitEffect(cause, target, held, adjustment.rows);
  if ('code' in fitted) {
    return fitted;
  }
  const random = new Xorshift32(seed ^ Math.imul(question.cause + 1, 0x9e3779b1));
  const refuters = refute(fitted.data, fitted.fit, random);
  const { slope } = fitted;
  const { rows, adjustedFor } = adjustment;
  const [causeChange, targetChange] = [changeOf(cause, rows), changeOf(target, rows)];
  const baseline = fitEffect(cause, target, held, { ...rows, incident: [] });
  const baselineSlope = 'slope' in baseline ? baseline.slope : null;
  const { counterfactual, cut } = counterfactualOf({ cause, target, slope, causeChange, targetChange, rows });
  const caveats: readonly (readonly [EffectCaveat, boolean])[] = [
    [
      'load-not-adjusted',
      cause.kind !== 'traffic' && !adjustedFor.some((each) => each === set.traffic || each === set.load),
    ],
    ['baseline-disagrees', baselineSlope !== null && Math.sign(baselineSlope.value) !== Math.sign(slope.value)],
    ['short-incident', rows.incident.length < SHORT_INCIDENT],
    ['counterfactual-cut', cut],
  ];
  return finite({
    column: question.cause,
    service: cause.service,
    metric: cause.metric,
    kind: cause.kind,
    unit: cause.unit,
    refutedBy: refutedBy(refuters),
    slope,
    anotherIncident: fitted.anotherIncident,
    slopeUnit: `${target.unit} per ${cause.unit}`,
    standardError: fitted.standardError,
    degreesOfFreedom: fitted.degreesOfFreedom,
    standardisedSlope: fitted.standardisedSlope,
    large: Math.abs(fitted.standardisedSlope.value) > LARGE_EFFECT,
    share: shareOf(slope, causeChange, targetChange),
    causeChange: causeChange.change,
    targetChange: targetChange.change,
    p: fitted.p,
    baselineSlope,
    neweyWest: fitted.neweyWest,
    hiddenCauseStrength: fitted.hiddenCauseStrength,
    adjustedFor,
    notAdjustedFor: adjustment.notAdjustedFor,
    rows: { baseline: rows.baseline.length, incident: rows.incident.length },
    refuters,
    counterfactual,
    caveats: caveats.flatMap(([caveat, applies]) => (applies ? [caveat] : [])),
  });
}

function shortage({ adjustedFor, rows }: Adjustment): Untested | undefined {
  const have = rows.baseline.length + rows.incident.length;
  const need = adjustedFor.length + 2 + ROWS_BEYOND_COLUMNS;
  if (have < need || rows.baseline.length === 0) {
    return { code: 'too-few-rows', have, need };
  }
  return rows.incident.length === 0 ? { code: 'no-incident-rows' } : undefined;
}

/** Slope in units, with what it was made from. */
interface FittedEffect extends SlopeEstimate {
  readonly data: FitColumns;
  readonly standardisedSlope: Estimate;
}

function fitEffect(
  cause: EffectColumn,
  target: EffectColumn,
  held: readonly EffectColumn[],
  rows: UsableRows
): FittedEffect | Untested {
  const positions = [...rows.baseline, ...rows.incident];
  const standard = ({ values }: EffectColumn): ReturnType<typeof toStandardColumn> =>
    toStandardColumn(positions.map((row) => values[row] ?? 0));
  const [treatment, outcome] = [standard(cause), standard(target)];
  if (!treatment || !outcome) {
    return { code: treatment ? 'constant-target' : 'constant-cause' };
  }
  if (positions.length < held.length + 2 + ROWS_BEYOND_COLUMNS) {
    return { code: 'too-few-rows' };
  }
  const covariates = held.flatMap((column) => standard(column)?.values ?? []);
  const incidentRows = rows.incident.length;
  const data: FitColumns = { outcome: outcome.values, treatment: treatment.values, covariates, incidentRows };
  const estimate = estimateSlope(data, positions);
  if (typeof estimate === 'string') {
    return { code: estimate };
  }
  const unit = outcome.deviation / treatment.deviation;
  const { standardError, lags, p } = estimate.neweyWest;
  return {
    ...estimate,
    data,
    slope: scaled(estimate.slope, unit),
    anotherIncident: scaled(estimate.anotherIncident, unit),
    standardisedSlope: estimate.slope,
    standardError: estimate.standardError * unit,
    neweyWest: { standardError: standardError * unit, lags, p },
  };
}

function scaled({ value, low, high }: Estimate, factor: number): Estimate {
  const end = (bound: number | null): number | null =>
    bound !== null && Number.isFinite(bound * factor) ? bound * factor : null;
  return { value: value * factor, low: end(low), high: end(high) };
}

function refutedBy({ placebo, randomCommonCause, blockSubsets }: Refutations): readonly Refuter[] {
  return [
    ...(placebo.passed ? [] : (['placebo'] as const)),
    ...(randomCommonCause.passed ? [] : (['random-common-cause'] as const)),
    ...(blockSubsets.passed ? [] : (['block-subsets'] as const)),
  ];
}

/** Numbers that do not fit into a number make a result unusable, not infinite. */
function finite(effect: UncorrectedEffect): UncorrectedEffect | Untested {
  const { slope, standardError, neweyWest, causeChange, targetChange, counterfactual } = effect;
  const { observed, counterfactual: without } = counterfactual.worst;
  const numbers = [slope.value, standardError, neweyWest.standardError, causeChange, targetChange, observed];
  return [...numbers, without.value].every(Number.isFinite) ? effect : { code: 'out-of-range' };
}
