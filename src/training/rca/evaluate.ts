import { blendScores, linearScores, logSoftmax, networkScores } from '#engine';
import { RandomDraws } from './random-draws.ts';
import type { RankingRecipe } from './recipe.ts';
import { trainOnLabelled, type OnProgress, type TrainedRanking } from './train-ranking.ts';
import { FEATURES, type TrainingItem } from './training-item.ts';

/** What is kept from the training of each fold: a whole system, faulty services, kinds of fault, or single incidents. */
export type Protocol = 'unseen' | 'service' | 'fault' | 'case';

/** All protocols. */
export const PROTOCOLS: readonly Protocol[] = ['unseen', 'service', 'fault', 'case'];

/** Scores that are compared. */
export const EVALUATED = ['prior', 'linear', 'network', 'simulation', 'linear+mix', 'linear+sim', 'three-way'] as const;

/** Name of a compared score. */
export type EvaluatedRanker = (typeof EVALUATED)[number];

/** Share of each part in a blend: linear, mixed networks, networks of simulation. */
const SHARES: Readonly<Record<EvaluatedRanker, readonly [linear: number, mix: number, simOnly: number]>> = {
  prior: [1, 0, 0],
  linear: [1, 0, 0],
  network: [0, 1, 0],
  simulation: [0, 0, 1],
  'linear+mix': [0.5, 0.5, 0],
  'linear+sim': [0.5, 0, 0.5],
  'three-way': [0.5, 0.25, 0.25],
};

/** What became of one incident that was kept from the training. */
export interface EvaluatedItem {
  readonly system: string;
  readonly fault: string;
  /** 1 + the number of strictly better services. */
  readonly rank: number;
  /** Confidence of the first service. */
  readonly confidence: number;
  /** Log probabilities of the candidates, and which of them is the cause. */
  readonly scores: Float64Array;
  readonly truth: number;
  /** Largest linear score of the incident, and of quiet stretches before it: what abstention looks at. */
  readonly topLinear: number;
  readonly quietTops: readonly number[];
}

/** Judged incidents by ranker. */
export type Evaluated = Readonly<Record<EvaluatedRanker, readonly EvaluatedItem[]>>;

/** Under which name the rankers of the product are compared. */
export const JUDGED_AS: Readonly<Record<RankingRecipe['ranker'], EvaluatedRanker>> = {
  linear: 'linear',
  blend: 'linear+mix',
  'three-way': 'three-way',
};

const FOLDS = 5;
const FOLD_SEED = 3;

/**
 * Splits incidents so that nothing of what is tested was trained on.
 *
 * @param protocol  `unseen`: one fold per system; else five folds of whole groups, drawn at random with a fixed seed
 * @param testOnly  systems that no fold trains on, such as data that must not go into shipped weights
 * @returns pairs of training and test items; every item is tested once
 * Cost O(n log n).
 */
export function foldsOf(
  items: readonly TrainingItem[],
  protocol: Protocol,
  testOnly: ReadonlySet<string> = new Set()
): readonly (readonly [train: readonly TrainingItem[], test: readonly TrainingItem[]])[] {
  const keyOf = groupKey(protocol, items);
  const keys = [...new Set(items.map(keyOf))].sort();
  const shuffled = protocol === 'unseen' ? keys : new RandomDraws(FOLD_SEED).shuffled(keys);
  const count = protocol === 'unseen' ? keys.length : Math.min(FOLDS, keys.length);
  return Array.from({ length: count }, (_, fold) => {
    const kept = new Set(shuffled.filter((_key, i) => i % count === fold));
    const mayTrain = (item: TrainingItem): boolean => !kept.has(keyOf(item)) && !testOnly.has(item.system);
    return [items.filter(mayTrain), items.filter((item) => kept.has(keyOf(item)))] as const;
  });
}

function groupKey(protocol: Protocol, items: readonly TrainingItem[]): (item: TrainingItem) => string {
  const place = new Map(items.map((item, i) => [item, i]));
  switch (protocol) {
    case 'unseen':
      return ({ system }) => system;
    case 'service':
      return ({ system, causeName }) => JSON.stringify([system, causeName]);
    case 'fault':
      return ({ system, fault }) => JSON.stringify([system, fault]);
    case 'case':
      return (item) => String(place.get(item)).padStart(8, '0');
  }
}

/**
 * Scores of one incident by every compared ranker.
 * Cost O(rows x inputs x hidden).
 */
export function evaluateItem(
  item: TrainingItem,
  ranking: TrainedRanking
): Readonly<Record<EvaluatedRanker, EvaluatedItem>> {
  const x = rowsOf(item.x, item.rows, FEATURES);
  const inputs = rowsOf(item.inputs, item.rows, item.inputs.length / item.rows);
  const prior = linearScores(x, ranking.prior);
  const linear = linearScores(x, ranking.linear);
  const usable = item.hasGraph && ranking.mix.length > 0 && ranking.simOnly.length > 0;
  const mix = usable ? networkScores(inputs, ranking.mix) : linear;
  const simOnly = usable ? networkScores(inputs, ranking.simOnly) : linear;
  const blend = ([first, second, third]: readonly [number, number, number]): Float64Array =>
    blendScores([
      [first, linear],
      [second, mix],
      [third, simOnly],
    ]);
  const tops = {
    topLinear: largest(linear),
    quietTops: (item.quiet ?? []).map((window) => largest(linearScores(window, ranking.linear))),
  };
  return byRanker((name) => ({ ...judge(item, name === 'prior' ? prior : blend(SHARES[name])), ...tops }));
}

function byRanker<Value>(of: (name: EvaluatedRanker) => Value): Readonly<Record<EvaluatedRanker, Value>> {
  return Object.fromEntries(EVALUATED.map((name) => [name, of(name)])) as Record<EvaluatedRanker, Value>;
}

function rowsOf(flat: Float64Array, rows: number, width: number): readonly Float64Array[] {
  return Array.from({ length: rows }, (_, row) => flat.subarray(row * width, (row + 1) * width));
}

function largest(values: Float64Array): number {
  return values.reduce((best, value) => Math.max(best, value), -Infinity);
}

function judge(
  { system, fault, truth }: TrainingItem,
  scores: Float64Array
): Omit<EvaluatedItem, 'topLinear' | 'quietTops'> {
  const own = scores[truth] ?? -Infinity;
  const rank = 1 + scores.reduce((better, score) => better + (score > own ? 1 : 0), 0);
  const logs = logSoftmax(scores);
  return { system, fault, rank, confidence: Math.exp(largest(logs)), scores: logs, truth };
}

/** Settings of {@link evaluateProtocol}. */
export interface EvaluationOptions {
  readonly protocol: Protocol;
  readonly recipe: RankingRecipe;
  /** Systems that are tested and never trained on. */
  readonly testOnly?: ReadonlySet<string>;
  readonly onProgress?: OnProgress;
}

/**
 * Judges incidents by every compared ranker.
 * Cost as {@link evaluateItem} for each.
 */
export function evaluateItems(items: readonly TrainingItem[], ranking: TrainedRanking): Evaluated {
  const judged = items.map((item) => evaluateItem(item, ranking));
  return byRanker((name) => judged.map((own) => own[name]));
}

/**
 * Trains and tests fold by fold.
 *
 * @param items  labelled incidents of one or more systems
 * @param simulated  from `simulateItems`
 * @param simOnly  networks of simulation alone: no fold changes them
 * @returns every incident once, by ranker
 * Cost one training per fold.
 */
export function evaluateProtocol(
  items: readonly TrainingItem[],
  simulated: readonly TrainingItem[],
  simOnly: TrainedRanking['simOnly'],
  options: EvaluationOptions
): Evaluated {
  const folds = foldsOf(items, options.protocol, options.testOnly);
  const results = folds.map(([train, test], fold) => {
    options.onProgress?.({ stage: 'evaluate', done: fold, total: folds.length });
    return evaluateItems(test, { ...trainOnLabelled(train, simulated, options.recipe), simOnly });
  });
  options.onProgress?.({ stage: 'evaluate', done: folds.length, total: folds.length });
  return byRanker((name) => results.flatMap((result) => result[name]));
}
