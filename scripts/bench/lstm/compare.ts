import { decodeLstm, encodeLstm, fitRobustScaling, fitServiceModel, type FeatureTable, robustZ } from '#engine';
import { trainLstm } from '#training';
import { VUS_MULTIVARIATE, vusPr } from '../metrics/vus-pr.ts';
import { BenchError } from '../packs/bench-error.ts';

/** One service with known incidents after its history. */
export interface LabelledService {
  readonly name: string;
  readonly history: readonly Float64Array[];
  readonly scored: readonly Float64Array[];
  readonly labels: ArrayLike<number>;
  readonly stepSeconds: number;
  /** Smallest spread of a feature; 0 for none. */
  readonly floor: number;
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
const START_MS = Date.UTC(2026, 0, 5);

/** Trains the LSTM on the history of a service and scores what follows with both sequence models. */
export async function compare(service: LabelledService, choice: TrainingChoice): Promise<Comparison> {
  const table = toTable(service);
  const { centres, scales } = fitRobustScaling(table);
  const features = service.history.length;
  const rows = table.timesMs.length;
  const values = new Float64Array(rows * features);
  service.history.forEach((column, j) => {
    for (let row = 0; row < rows; row += 1) {
      values[row * features + j] = robustZ(column[row] ?? NaN, centres[j] ?? 0, scales[j] ?? 1);
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
  const trainSeconds = (performance.now() - startedMs) / 1000;
  const without = score(service, table, undefined, choice.seed);
  const withLstm = score(service, table, decodeLstm(encodeLstm(weights)), choice.seed);
  const vus = (stream: Float64Array): number => vusPr(service.labels, stream, VUS_MULTIVARIATE);
  return {
    name: service.name,
    subPca6: vus(without.subPca6),
    lstm: vus(withLstm.lstm),
    ensemble: vus(without.ensemble),
    ensembleWithLstm: vus(withLstm.ensemble),
    epochs,
    validationLoss,
    trainSeconds,
  };
}

/** Whether the LSTM is switched on: a clear gain in the mean, and not at the cost of many. */
export function passesGate(comparisons: readonly Pick<Comparison, 'lstm' | 'subPca6'>[]): boolean {
  const gain = comparisons.reduce((sum, { lstm, subPca6 }) => sum + lstm - subPca6, 0) / comparisons.length;
  const worse = comparisons.filter(({ lstm, subPca6 }) => lstm < subPca6).length;
  return gain >= GATE_GAIN && worse <= GATE_WORSE_SHARE * comparisons.length;
}

function toTable({ history, stepSeconds, floor }: LabelledService): FeatureTable {
  return {
    features: history.map((_, j) => ({
      signalId: `m${j + 1}`,
      unit: 'dimensionless' as const,
      harm: 'both' as const,
      ...(floor > 0 ? { unitFloor: floor } : {}),
    })),
    timesMs: Float64Array.from(history[0] ?? [], (_, row) => START_MS + row * stepSeconds * 1000),
    columns: history,
  };
}

function score(
  service: LabelledService,
  table: FeatureTable,
  lstm: ReturnType<typeof decodeLstm> | undefined,
  seed: number
) {
  const fitted = fitServiceModel(table, {
    stepSeconds: service.stepSeconds,
    contamination: CONTAMINATION,
    requireCorroboration: false,
    ewma: { lambda: 0.2, sigma: 3 },
    seed,
    ...(lstm && { lstm }),
  });
  if (fitted.kind !== 'fitted') {
    throw new BenchError(`${service.name}: no model could be fitted (${fitted.reason}).`);
  }
  const count = service.labels.length;
  const streams = {
    subPca6: new Float64Array(count),
    lstm: new Float64Array(count),
    ensemble: new Float64Array(count),
  };
  const row = new Float64Array(service.scored.length);
  for (let at = 0; at < count; at += 1) {
    service.scored.forEach((column, j) => (row[j] = column[at] ?? NaN));
    const step = fitted.model.step(START_MS + (table.timesMs.length + at) * service.stepSeconds * 1000, row);
    const raw = (name: string): number => step.members.find(({ detector }) => detector === name)?.raw ?? NaN;
    streams.subPca6[at] = orZero(raw('subPca6'));
    streams.lstm[at] = orZero(raw('lstm'));
    streams.ensemble[at] = orZero(step.ranking);
  }
  return streams;
}

function orZero(value: number): number {
  return Number.isFinite(value) ? value : 0;
}
