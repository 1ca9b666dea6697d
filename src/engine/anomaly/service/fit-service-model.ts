import type { UnknownReason } from '#model';
import { fitIsolationForest, type IsolationForest } from '../isolation-forest.ts';
import { DailyProfile } from './daily-profile.ts';
import { Ensemble } from './ensemble.ts';
import { MAX_FAILED_SHARE, type FeatureTable } from './feature-table.ts';
import { LONG_WINDOW, MEMBER, MEMBERS, MemberStreams, SHORT_WINDOW, type FittedMembers } from './member-streams.ts';
import { columnScale, fitRobustScaling, robustZ, type RobustScaling } from './robust-scaling.ts';
import { documentedQuantile } from './contamination.ts';
import { FOREST_SUMMARIES, forestRow, logit, ServiceModel, SERVICE_MODEL_VERSION } from './service-model.ts';
import type { ServiceModelConfig } from './service-model-types.ts';
import { fitSubPca } from './sub-pca.ts';
import { DEFAULT_SCORING, type ResidualScoring } from './window-residuals.ts';

const MIN_ROWS = 576;
const MAX_ROWS = 20_000;
const MIN_FEATURES = 4;
/** Share of the rows in which a feature must be present to be judged at all. */
const MIN_PRESENT = 0.5;
const FULL_HISTORY_MS = 7 * 86_400_000;
const HELD_ROWS = 3;
/** Twice the documented 256: one level more tells strange rows apart, where the tail is fitted. */
const FOREST_SAMPLE = 512;

/** A model, or why there is none. */
export type ServiceModelFit =
  | { readonly kind: 'fitted'; readonly model: ServiceModel }
  | {
      readonly kind: 'unknown';
      readonly why: UnknownReason;
      readonly reason: string;
      readonly have: number;
      readonly need: number;
    };

/** Raw values of every member over the training rows, with what produced them. */
export interface TrainingPass {
  readonly table: FeatureTable;
  readonly members: FittedMembers;
  readonly forest: IsolationForest;
  readonly streams: MemberStreams;
  /** Per member one value per row of the table; NaN = nothing to say. */
  readonly raw: readonly Float64Array[];
}

/**
 * Fits the model of a service on its history.
 *
 * Leave known incidents and maintenance windows out of the table; the fit itself never drops a row because it is strange.
 * The newest 20,000 rows count. A feature that is missing in more than half of them is not judged.
 *
 * @param table  history, ascending in time, one row per step
 * @param config  see {@link ServiceModelConfig}
 * @returns the model, ready for the row after the history; or unknown with the reason: fewer than 576 rows, fewer than 4
 *   features, nothing varies
 * Cost: 4,032 rows x 11 features in about 0.2 s; 20,000 x 38 in a few seconds.
 * Source: A3.4 to A3.8, detection section 6.
 */
export function fitServiceModel(table: FeatureTable, config: ServiceModelConfig): ServiceModelFit {
  const training = trainMembers(table, config);
  if ('kind' in training) {
    return training;
  }
  const rows = training.table.timesMs.length;
  const ensemble = Ensemble.fit(training.raw, rows, config.contamination);
  if (!ensemble) {
    return failed('fit-failed', 'no member could be calibrated', 0, 1);
  }
  const { timesMs, features } = training.table;
  const [fromMs, toMs] = [timesMs[0] ?? 0, timesMs[rows - 1] ?? 0];
  const info = {
    version: SERVICE_MODEL_VERSION,
    rows,
    fromMs,
    toMs,
    contamination: config.contamination,
    seed: config.seed,
    features: features.map((feature) => feature.signalId),
    harms: features.map((feature) => feature.harm),
    shortHistory: toMs - fromMs + 1000 * config.stepSeconds < FULL_HISTORY_MS,
    reason: config.reason ?? 'first_fit',
  };
  const { members, forest, streams } = training;
  const documentedCut = ensemble.trainingQuantile(MEMBER.isolationForest, documentedQuantile(config.contamination));
  const { requireCorroboration } = config;
  return {
    kind: 'fitted',
    model: new ServiceModel({ info, requireCorroboration, members, forest, ensemble, streams, documentedCut }),
  };
}

/**
 * The training pass: fits every member and runs the history through them.
 *
 * @param table  as in {@link fitServiceModel}
 * @param config  as there; the contamination is not used
 * @param scoring  how residuals become a score
 * @returns raw values of all members, or why there are none
 * Cost: nearly all of {@link fitServiceModel}.
 */
export function trainMembers(
  table: FeatureTable,
  config: ServiceModelConfig,
  scoring: ResidualScoring = DEFAULT_SCORING
): TrainingPass | Extract<ServiceModelFit, { kind: 'unknown' }> {
  const recent = recentRows(table);
  const rows = recent.timesMs.length;
  if (rows < MIN_ROWS) {
    return failed('warming-up', 'too little history', rows, MIN_ROWS);
  }
  const columns = judgedColumns(recent);
  if (columns.length < MIN_FEATURES) {
    return failed('fit-failed', 'too few features have data', columns.length, MIN_FEATURES);
  }
  const judged: FeatureTable = {
    features: columns.flatMap((column) => recent.features[column] ?? []),
    timesMs: recent.timesMs,
    columns: columns.flatMap((column) => recent.columns[column] ?? []),
  };
  if (!judged.columns.some((column) => columnScale(column, () => 0).varies)) {
    return failed('constant', 'no feature varies', 0, 1);
  }
  const scaling = fitRobustScaling(judged);
  const { values, runs } = standardisedRows(judged, scaling, config.stepSeconds);
  const short = fitSubPca(values, runs, columns.length, SHORT_WINDOW);
  const long = fitSubPca(values, runs, columns.length, LONG_WINDOW);
  if (!short || !long) {
    return failed('gap', 'no stretch of the history is long enough', longest(runs), LONG_WINDOW);
  }
  const clock = {
    stepSeconds: config.stepSeconds,
    ...(config.utcOffsetSeconds && { utcOffsetSeconds: config.utcOffsetSeconds }),
  };
  const profile = DailyProfile.fit(judged, clock);
  const lstm = config.lstm?.features === columns.length ? config.lstm : undefined;
  const members: FittedMembers = {
    clock,
    ewma: config.ewma,
    columns,
    scaling,
    short,
    long,
    scoring,
    ...(profile && { profile }),
    ...(lstm && { lstm }),
  };
  return runTraining(recent, judged, members, config.seed);
}

function runTraining(
  recent: FeatureTable,
  judged: FeatureTable,
  members: FittedMembers,
  seed: number
): ReturnType<typeof trainMembers> {
  const rows = recent.timesMs.length;
  const width = members.columns.length + FOREST_SUMMARIES;
  const streams = new MemberStreams(members);
  const raw = MEMBERS.map(() => new Float64Array(rows).fill(NaN));
  const forestRows = new Float64Array(rows * width).fill(NaN);
  const row = new Float64Array(recent.columns.length);
  for (let i = 0; i < rows; i += 1) {
    recent.columns.forEach((column, j) => (row[j] = column[i] ?? NaN));
    if (streams.advance(recent.timesMs[i] ?? NaN, row) === undefined) {
      forestRow(streams, forestRows, i * width);
      raw.forEach((stream, k) => (stream[i] = streams.raw[k] ?? NaN));
    }
  }
  const known = raw[MEMBER.subPca6]?.reduce((count, value) => count + (Number.isFinite(value) ? 1 : 0), 0) ?? 0;
  if (known < MIN_ROWS / 2) {
    return failed('gap', 'the history has too many gaps', known, MIN_ROWS / 2);
  }
  const forest = fitIsolationForest(forestRows, rows, width, { seed, sampleSize: FOREST_SAMPLE });
  raw[MEMBER.isolationForest]?.set(forest.scoreRows(forestRows, rows).map(logit));
  return { table: judged, members, forest, streams, raw };
}

/** The newest rows whose times ascend. */
function recentRows(table: FeatureTable): FeatureTable {
  const kept: number[] = [];
  let last = -Infinity;
  table.timesMs.forEach((atMs, row) => {
    if (Number.isFinite(atMs) && atMs > last) {
      kept.push(row);
      last = atMs;
    }
  });
  const newest = kept.slice(-MAX_ROWS);
  const pick = (column: Float64Array): Float64Array => Float64Array.from(newest, (row) => column[row] ?? NaN);
  return { features: table.features, timesMs: pick(table.timesMs), columns: table.columns.map(pick) };
}

function judgedColumns(table: FeatureTable): number[] {
  const rows = table.timesMs.length;
  return table.columns.flatMap((column, j) => {
    const present = column.reduce((count, value) => count + (Number.isFinite(value) ? 1 : 0), 0);
    return present >= MIN_PRESENT * rows && table.features[j] ? [j] : [];
  });
}

interface StandardisedRows {
  readonly values: Float64Array;
  readonly runs: readonly (readonly [number, number])[];
}

/** Robust z of the usable rows, one after the other, with the stretches that no gap of more than three rows cuts. */
function standardisedRows(table: FeatureTable, scaling: RobustScaling, stepSeconds: number): StandardisedRows {
  const width = table.columns.length;
  const values = new Float64Array(table.timesMs.length * width);
  const runs: [number, number][] = [];
  let used = 0;
  let last = -Infinity;
  table.timesMs.forEach((atMs, row) => {
    let missing = 0;
    table.columns.forEach((column, j) => {
      const value = column[row] ?? NaN;
      const finite = Number.isFinite(value);
      missing += finite ? 0 : 1;
      values[used * width + j] = finite ? robustZ(value, scaling.centres[j] ?? 0, scaling.scales[j] ?? 1) : 0;
    });
    if (missing > MAX_FAILED_SHARE * width) {
      return;
    }
    const run = runs[runs.length - 1];
    if (run && Math.round((atMs - last) / (1000 * stepSeconds)) - 1 <= HELD_ROWS) {
      run[1] = used + 1;
    } else {
      runs.push([used, used + 1]);
    }
    used += 1;
    last = atMs;
  });
  return { values, runs };
}

function longest(runs: readonly (readonly [number, number])[]): number {
  return runs.reduce((most, [from, to]) => Math.max(most, to - from), 0);
}

function failed(
  why: UnknownReason,
  reason: string,
  have: number,
  need: number
): Extract<ServiceModelFit, { kind: 'unknown' }> {
  return { kind: 'unknown', why, reason, have, need };
}
