import { fitIsolationForest, fitServiceModel, ServiceModel } from '#engine';
import { BenchError } from '../packs/bench-error.ts';
import { FEATURES, FIRST_SCORED_ROW, generateService } from '../synthetic/synthetic-service.ts';
import { medianMs, quantile, timeOnce } from './timing.ts';
import { normalRows, STEP_SECONDS } from './workload.ts';

const ROWS = 20_000;
const TICK_ROWS = 120;
const FEATURE_COUNT = 11;
const TICKS = 2000;
const SERVICES = 120;
/** Models that are fitted; the others are copies with a state of their own. */
const FITTED = 12;
const SEED = 42;
const START_MS = Date.UTC(2026, 0, 5);
const STEP_MS = STEP_SECONDS * 1000;
const CONFIG = {
  stepSeconds: STEP_SECONDS,
  contamination: 0,
  requireCorroboration: false,
  ewma: { lambda: 0.2, sigma: 3 },
  seed: SEED,
};

/** Fit and score of the isolation forest alone. */
export interface ForestSpeed {
  readonly rows: number;
  readonly features: number;
  readonly fitMs: number;
  readonly score120P50Ms: number;
  readonly score120P99Ms: number;
  readonly score20kMs: number;
}

/** Times the forest on rows of independent normal numbers. */
export function forestSpeed(): ForestSpeed {
  const rows = normalRows(ROWS, FEATURE_COUNT);
  const some = rows.slice(0, TICK_ROWS * FEATURE_COUNT);
  const forest = fitIsolationForest(rows, ROWS, FEATURE_COUNT, { seed: SEED });
  const score = (): unknown => forest.scoreRows(some, TICK_ROWS);
  const fitMs = medianMs(() => fitIsolationForest(rows, ROWS, FEATURE_COUNT, { seed: SEED }), 15);
  Array.from({ length: 200 }, score);
  const ticks = Array.from({ length: TICKS }, () => timeOnce(score));
  return {
    rows: ROWS,
    features: FEATURE_COUNT,
    fitMs,
    score120P50Ms: quantile(ticks, 0.5),
    score120P99Ms: quantile(ticks, 0.99),
    score20kMs: medianMs(() => forest.scoreRows(rows, ROWS)),
  };
}

/** One judgement of all services. */
export interface TickSpeed {
  readonly services: number;
  readonly features: number;
  readonly ticks: number;
  readonly fitMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** Times ticks of fitted models on the week that follows their history. @returns the speed, and one model with its state */
export function tickSpeed(): { readonly speed: TickSpeed; readonly model: ServiceModel } {
  const data = Array.from({ length: FITTED }, (_, service) => generateService(SEED, service, 0).columns);
  const fitTimes: number[] = [];
  const originals = data.map((columns) => {
    const begunMs = performance.now();
    const model = fitOn(columns);
    fitTimes.push(performance.now() - begunMs);
    return model;
  });
  const models = Array.from({ length: SERVICES }, (_, service) =>
    service < FITTED ? originals[service] : ServiceModel.load((originals[service % FITTED] as ServiceModel).save())
  ) as readonly ServiceModel[];
  const rows = Array.from({ length: SERVICES }, () => new Float64Array(FEATURES.length));
  const ticks = Array.from({ length: TICKS }, (_, tick) => {
    const at = FIRST_SCORED_ROW + tick;
    rows.forEach((row, service) =>
      data[service % FITTED]?.forEach((column, feature) => void (row[feature] = column[at] ?? 0))
    );
    return timeOnce(() => models.forEach((model, service) => model.step(START_MS + at * STEP_MS, rows[service] ?? [])));
  }).slice(TICKS / 10);
  const speed = {
    services: SERVICES,
    features: FEATURES.length,
    ticks: ticks.length,
    fitMs: quantile(fitTimes, 0.5),
    p50Ms: quantile(ticks, 0.5),
    p99Ms: quantile(ticks, 0.99),
    maxMs: Math.max(...ticks),
  };
  return { speed, model: models[0] as ServiceModel };
}

function fitOn(columns: readonly Float64Array[]): ServiceModel {
  const fitted = fitServiceModel(
    {
      features: FEATURES.map((signalId) => ({ signalId, unit: 'dimensionless' as const, harm: 'both' as const })),
      timesMs: Float64Array.from({ length: FIRST_SCORED_ROW }, (_, row) => START_MS + row * STEP_MS),
      columns: columns.map((column) => column.subarray(0, FIRST_SCORED_ROW)),
    },
    CONFIG
  );
  if (fitted.kind !== 'fitted') {
    throw new BenchError(`A generated service got no model: ${fitted.reason}.`);
  }
  return fitted.model;
}
