import { fitServiceModel, type ServiceStep } from '#engine';
import type { HybridVerdict } from '#model';
import { BenchError } from '../packs/bench-error.ts';
import { fillUnknown, type ScoredStream } from './stream-figures.ts';

/** What a service model is fitted on and then scores, row by row and in order. */
export interface ServiceRun {
  /** For messages. */
  readonly name: string;
  readonly featureNames: readonly string[];
  readonly history: readonly Float64Array[];
  readonly scored: readonly Float64Array[];
  readonly stepSeconds: number;
  readonly contamination: number;
  readonly seed: number;
  /** The smallest spread of a feature; 0: none. */
  readonly floor: number;
}

/** Scores of one service on the scored rows. */
export interface ServiceStreams {
  /** The ensemble and every member by name. */
  readonly streams: Readonly<Record<string, ScoredStream>>;
  /** Level of the hybrid verdict: 5 critical, 3 warning, 0 below. */
  readonly verdict: Float64Array;
  /** Share of each feature in the score of a row, row after row. */
  readonly shares: Float64Array;
}

/** Name of the ensemble among the streams. */
export const ENSEMBLE = 'ensemble';
/** A Monday: the generated services have busier weekdays. */
const START_MS = Date.UTC(2026, 0, 5);
const VERDICT_LEVEL: Readonly<Partial<Record<HybridVerdict, number>>> = { CRITICAL: 5, WARNING: 3 };

/**
 * Fits a model on the history and scores what follows.
 * @throws BenchError when no model can be fitted: an unknown is no score
 */
export function runService(run: ServiceRun): ServiceStreams {
  const rows = run.history[0]?.length ?? 0;
  const atMs = (row: number): number => START_MS + row * run.stepSeconds * 1000;
  const fitted = fitServiceModel(
    {
      features: run.featureNames.map((signalId) => ({
        signalId,
        unit: 'dimensionless' as const,
        harm: 'both' as const,
        ...(run.floor > 0 ? { unitFloor: run.floor } : {}),
      })),
      timesMs: Float64Array.from({ length: rows }, (_, row) => atMs(row)),
      columns: run.history,
    },
    {
      stepSeconds: run.stepSeconds,
      contamination: run.contamination,
      requireCorroboration: false,
      ewma: { lambda: 0.2, sigma: 3 },
      seed: run.seed,
    }
  );
  if (fitted.kind !== 'fitted') {
    throw new BenchError(`${run.name}: no model could be fitted (${fitted.reason}).`);
  }
  const collector = new StreamCollector(run.scored[0]?.length ?? 0, run.featureNames);
  const row = new Float64Array(run.scored.length);
  for (let at = 0; at < collector.rows; at += 1) {
    run.scored.forEach((column, feature) => {
      row[feature] = column[at] ?? Number.NaN;
    });
    collector.take(at, fitted.model.step(atMs(rows + at), row));
  }
  return collector.finish();
}

interface OpenStream {
  readonly surprisal: Float64Array;
  readonly ranking: Float64Array;
}

class StreamCollector {
  readonly rows: number;
  readonly #features: ReadonlyMap<string, number>;
  readonly #streams = new Map<string, OpenStream>();
  readonly #verdict: Float64Array;
  readonly #shares: Float64Array;

  constructor(rows: number, featureNames: readonly string[]) {
    this.rows = rows;
    this.#features = new Map(featureNames.map((name, index) => [name, index]));
    this.#verdict = new Float64Array(rows);
    this.#shares = new Float64Array(rows * featureNames.length);
  }

  take(row: number, step: ServiceStep): void {
    this.#put(ENSEMBLE, row, step.surprisal, step.ranking);
    for (const { detector, raw, surprisal } of step.members) {
      this.#put(detector, row, surprisal, raw);
    }
    this.#verdict[row] = VERDICT_LEVEL[step.detection.verdict] ?? 0;
    for (const { signalId, share } of step.detection.features) {
      this.#shares[row * this.#features.size + (this.#features.get(signalId) ?? 0)] = share;
    }
  }

  /** Members that never said anything are left out. */
  finish(): ServiceStreams {
    const spoke = [...this.#streams].filter(([, { ranking }]) => ranking.some((value) => !Number.isNaN(value)));
    return {
      streams: Object.fromEntries(
        spoke.map(([name, { surprisal, ranking }]) => [name, fillUnknown(surprisal, ranking)])
      ),
      verdict: this.#verdict,
      shares: this.#shares,
    };
  }

  #put(name: string, row: number, surprisal: number, ranking: number): void {
    const stream = this.#streams.get(name) ?? {
      surprisal: new Float64Array(this.rows).fill(Number.NaN),
      ranking: new Float64Array(this.rows).fill(Number.NaN),
    };
    this.#streams.set(name, stream);
    stream.surprisal[row] = surprisal;
    stream.ranking[row] = ranking;
  }
}
