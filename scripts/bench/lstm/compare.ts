import {
  decodeLstm,
  encodeLstm,
  fitRobustScaling,
  fitServiceModel,
  type FeatureTable,
  type LstmWeights,
  robustZ,
} from '#engine';
import { trainLstm } from '#training';
import { VUS_MULTIVARIATE, vusPr } from '../metrics/vus-pr.ts';
import { BenchError } from '../packs/bench-error.ts';

/** The history of one service. */
export interface ServiceHistory {
  readonly name: string;
  readonly table: FeatureTable;
  readonly stepSeconds: number;
}

/** What follows the history, with known incidents. */
export interface LabelledReplay {
  readonly columns: readonly Float64Array[];
  readonly labels: ArrayLike<number>;
}

/** VUS-PR of both sequence models on one service. */
export interface Comparison {
  readonly name: string;
  readonly subPca6: number;
  readonly lstm: number;
  readonly ensemble: number;
  readonly ensembleWithLstm: number;
  readonly epochs: number;
  readonly validationLoss: number;
  readonly trainSeconds: number;
}

/** How the LSTM is trained. */
export interface TrainingChoice {
  readonly seed: number;
  readonly hidden: number;
  readonly epochs: number;
  readonly windows: number;
}

/** What the LSTM must gain to be switched on, in the mean over services. */
export const GATE_GAIN = 0.03;
/** Share of services on which it may be worse. */
export const GATE_WORSE_SHARE = 1 / 3;

const CONTAMINATION = 0.005;

/** A trained LSTM, with how its training went. */
export interface TrainedLstm {
  readonly weights: LstmWeights;
  readonly epochs: number;
  readonly validationLoss: number;
  readonly trainSeconds: number;
}

/** Trains the LSTM on the history of a service; what is missing counts as usual. */
export async function trainOn({ table }: ServiceHistory, choice: TrainingChoice): Promise<TrainedLstm> {
  const { centres, scales } = fitRobustScaling(table);
  const features = table.columns.length;
  const rows = table.timesMs.length;
  const values = new Float64Array(rows * features);
  table.columns.forEach((column, j) => {
    for (let row = 0; row < rows; row += 1) {
      const value = column[row] ?? NaN;
      values[row * features + j] = Number.isFinite(value) ? robustZ(value, centres[j] ?? 0, scales[j] ?? 1) : 0;
    }
  });
  let epochs = 0;
  let validationLoss = Infinity;
  const startedMs = performance.now();
  const weights = await trainLstm(
    { values, features, fromMs: table.timesMs[0] ?? 0, toMs: table.timesMs.at(-1) ?? 0, centres, scales },
    {
      ...choice,
      onEpoch: (epoch, _loss, loss) => {
        epochs = epoch + 1;
        validationLoss = Math.min(validationLoss, loss);
      },
    }
  );
  // What is compared is what would be shipped: the weights after a round trip through their file.
  const shipped = decodeLstm(encodeLstm(weights));
  return { weights: shipped, epochs, validationLoss, trainSeconds: (performance.now() - startedMs) / 1000 };
}

/**
 * Scores a replay with both sequence models.
 * @throws BenchError when no model can be fitted: an unknown is no score
 */
export function compareOn(
  history: ServiceHistory,
  replay: LabelledReplay,
  weights: LstmWeights,
  seed: number
): Pick<Comparison, 'subPca6' | 'lstm' | 'ensemble' | 'ensembleWithLstm'> {
  const without = score(history, replay, undefined, seed);
  const withLstm = score(history, replay, weights, seed);
  const vus = (stream: Float64Array): number => vusPr(replay.labels, stream, VUS_MULTIVARIATE);
  return {
    subPca6: vus(without.subPca6),
    lstm: vus(withLstm.lstm),
    ensemble: vus(without.ensemble),
    ensembleWithLstm: vus(withLstm.ensemble),
  };
}

/** Whether the LSTM is switched on: a clear gain in the mean, and not at the cost of many. */
export function passesGate(comparisons: readonly Pick<Comparison, 'lstm' | 'subPca6'>[]): boolean {
  const gain = comparisons.reduce((sum, { lstm, subPca6 }) => sum + lstm - subPca6, 0) / comparisons.length;
  const worse = comparisons.filter(({ lstm, subPca6 }) => lstm < subPca6).length;
  return gain >= GATE_GAIN && worse <= GATE_WORSE_SHARE * comparisons.length;
}

function score(
  { name, table, stepSeconds }: ServiceHistory,
  replay: LabelledReplay,
  lstm: LstmWeights | undefined,
  seed: number
) {
  const fitted = fitServiceModel(table, {
    stepSeconds,
    contamination: CONTAMINATION,
    requireCorroboration: false,
    ewma: { lambda: 0.2, sigma: 3 },
    seed,
    ...(lstm && { lstm }),
  });
  if (fitted.kind !== 'fitted') {
    throw new BenchError(`${name}: no model could be fitted (${fitted.reason}).`);
  }
  const count = replay.labels.length;
  const lastMs = table.timesMs.at(-1) ?? 0;
  const streams = {
    subPca6: new Float64Array(count),
    lstm: new Float64Array(count),
    ensemble: new Float64Array(count),
  };
  const row = new Float64Array(replay.columns.length);
  for (let at = 0; at < count; at += 1) {
    replay.columns.forEach((column, j) => (row[j] = column[at] ?? NaN));
    const step = fitted.model.step(lastMs + (at + 1) * stepSeconds * 1000, row);
    const raw = (detector: string): number => step.members.find((member) => member.detector === detector)?.raw ?? NaN;
    streams.subPca6[at] = orZero(raw('subPca6'));
    streams.lstm[at] = orZero(raw('lstm'));
    streams.ensemble[at] = orZero(step.ranking);
  }
  return streams;
}

function orZero(value: number): number {
  return Number.isFinite(value) ? value : 0;
}
