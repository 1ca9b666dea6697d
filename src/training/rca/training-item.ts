import { type CaseFeatures, networkInputs, RANKING_FEATURES, type RankingCase, showsEvidence } from '#engine';

/** An incident whose cause is known. Names serve for weights and folds only; no feature reads them. */
export interface LabelledCase {
  readonly case: RankingCase;
  /** Index of the guilty service. */
  readonly cause: number;
  /** Which installation it comes from; every system counts alike in the fit. */
  readonly system: string;
  /** Name of the guilty service, to leave it out in an evaluation. */
  readonly causeName: string;
  /** Kind of fault, to leave it out in an evaluation. */
  readonly fault: string;
  /** Where it was published, and what is allowed with it; see {@link ./incident-sources.ts}. */
  readonly origin: string;
  readonly licence: string;
}

/** A labelled incident as numbers, ready for fitting. */
export interface TrainingItem {
  readonly system: string;
  readonly causeName: string;
  readonly fault: string;
  /** Candidates of the case. */
  readonly rows: number;
  /** Candidates x 52 features, row by row. */
  readonly x: Float64Array;
  /** Candidates x network inputs, row by row. */
  readonly inputs: Float64Array;
  /** Row of the guilty service. */
  readonly truth: number;
  /** The call graph is known: the networks take part. */
  readonly hasGraph: boolean;
  /** Features per candidate of quiet stretches of the same telemetry. */
  readonly quiet?: readonly (readonly Float64Array[])[];
}

/** Features of one row. */
export const FEATURES = RANKING_FEATURES.length;

/**
 * Turns an analysed incident into an item.
 * @returns undefined where the guilty service is no candidate, or the only one: such a case teaches nothing
 * Cost O(candidates x inputs).
 */
export function toTrainingItem(
  { cause, system, causeName, fault }: Omit<LabelledCase, 'case' | 'origin' | 'licence'>,
  features: CaseFeatures
): TrainingItem | undefined {
  const truth = features.candidates.indexOf(cause);
  const rows = features.candidates.length;
  if (truth < 0 || rows < 2) {
    return undefined;
  }
  return {
    system,
    causeName,
    fault,
    rows,
    x: flatten(features.x),
    inputs: flatten(networkInputs(features)),
    truth,
    hasGraph: features.graph.edges > 0,
  };
}

function flatten(rows: readonly Float64Array[]): Float64Array {
  const width = rows[0]?.length ?? 0;
  const flat = new Float64Array(rows.length * width);
  rows.forEach((row, i) => flat.set(row, i * width));
  return flat;
}

/**
 * Weight of every item in a fit: each system counts alike, however many incidents it gave.
 * @returns weights that sum to 1
 */
export function itemWeights(items: readonly Pick<TrainingItem, 'system'>[]): Float64Array {
  const counts = new Map<string, number>();
  for (const { system } of items) {
    counts.set(system, (counts.get(system) ?? 0) + 1);
  }
  return Float64Array.from(items, ({ system }) => 1 / ((counts.get(system) ?? 1) * counts.size));
}

/** Whether the telemetry of the guilty service shows anything at all. */
export function isNoticeable({ x, truth }: Pick<TrainingItem, 'x' | 'truth'>): boolean {
  return showsEvidence(x.subarray(truth * FEATURES, (truth + 1) * FEATURES));
}
