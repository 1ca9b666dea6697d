import { Ensemble } from './ensemble.ts';
import type { FeatureTable } from './feature-table.ts';
import { trainMembers, type ServiceModelFit } from './fit-service-model.ts';
import { MEMBER } from './member-streams.ts';
import { forestRow, logit } from './service-model.ts';
import type { ServiceModelConfig } from './service-model-types.ts';

/** Yellow alerts a day that a contamination would have given. */
export interface ContaminationAlerts {
  readonly contamination: number;
  /** Alerts at the warning level (surprisal 3) per day of the held-back history. */
  readonly alertsPerDay: number;
}

/** The table for people who choose a contamination. */
export type ContaminationTable =
  | { readonly kind: 'fitted'; readonly days: number; readonly rows: readonly ContaminationAlerts[] }
  | Extract<ServiceModelFit, { kind: 'unknown' }>;

const CHOICES: readonly number[] = [0, 0.0025, 0.005, 0.01];
const HELD_BACK = 0.3;
const WARNING_AT = 3;
/** An alert stands for an hour before the next may open. */
const SILENT_MS = 3_600_000;

/**
 * Yellow alerts a day on the last 30 % of the history, for every contamination: the model is fitted on the first 70 %
 * and judges the rest. Nothing is chosen; the numbers are shown to people.
 *
 * @param table  history, as for `fitServiceModel`
 * @param config  its contamination is not used
 * @returns one row per contamination 0, .0025, .005, .01; unknown with the reason where nothing could be fitted
 * Cost as one fit. Source: detection 6.5.
 */
export function alertsPerDay(table: FeatureTable, config: ServiceModelConfig): ContaminationTable {
  const cut = Math.floor(table.timesMs.length * (1 - HELD_BACK));
  const early = slice(table, 0, cut);
  const late = slice(table, cut, table.timesMs.length);
  const training = trainMembers(early, config);
  if ('kind' in training) {
    return training;
  }
  const ensembles = CHOICES.map((c) => Ensemble.fit(training.raw, training.table.timesMs.length, c));
  const counts = new Array<number>(CHOICES.length).fill(0);
  const silentUntil = new Array<number>(CHOICES.length).fill(-Infinity);
  const row = new Float64Array(late.columns.length);
  const forestInput = new Float64Array(training.forest.featureCount);
  const trialCost = Math.max(0, Math.log10(300 / config.stepSeconds));
  late.timesMs.forEach((atMs, i) => {
    late.columns.forEach((column, j) => (row[j] = column[i] ?? NaN));
    if (training.streams.advance(atMs, row) !== undefined) {
      return;
    }
    const raw = training.streams.raw;
    raw[MEMBER.isolationForest] = forestRow(training.streams, forestInput)
      ? logit(training.forest.score(forestInput))
      : NaN;
    ensembles.forEach((ensemble, k) => {
      if (ensemble && ensemble.step(raw) - trialCost >= WARNING_AT && atMs >= (silentUntil[k] ?? 0)) {
        counts[k] = (counts[k] ?? 0) + 1;
        silentUntil[k] = atMs + SILENT_MS;
      }
    });
  });
  const days = (late.timesMs.length * config.stepSeconds) / 86_400;
  const rows = CHOICES.map((contamination, k) => ({ contamination, alertsPerDay: (counts[k] ?? 0) / days }));
  return { kind: 'fitted', days, rows };
}

function slice(table: FeatureTable, from: number, to: number): FeatureTable {
  return {
    features: table.features,
    timesMs: table.timesMs.slice(from, to),
    columns: table.columns.map((column) => column.slice(from, to)),
  };
}
