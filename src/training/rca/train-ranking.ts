import { extractFeatures, PRIOR_RANKING_WEIGHTS, type NetworkMember } from '#engine';
import { fitLinear } from './fit-linear.ts';
import { RandomDraws } from './random-draws.ts';
import type { RankingRecipe } from './recipe.ts';
import { simulateCase } from './simulation/simulate-case.ts';
import type { KnownTopology } from './simulation/known-topology.ts';
import { trainNetwork } from './train-network.ts';
import { isNoticeable, toTrainingItem, type TrainingItem } from './training-item.ts';

/** What a training run has made. */
export interface TrainedRanking {
  readonly prior: Float64Array;
  readonly linear: Float64Array;
  readonly mix: readonly NetworkMember[];
  readonly simOnly: readonly NetworkMember[];
}

/** How far a run is. */
export interface TrainingProgress {
  readonly stage: 'simulate' | 'linear' | 'simOnly' | 'mix' | 'evaluate';
  readonly done: number;
  readonly total: number;
}

/** Told after every unit of work; may throw to give up. */
export type OnProgress = (progress: TrainingProgress) => void;

/** Simulated incidents in whose telemetry nothing stands out at the faulty service teach nothing: they are drawn anew. */
const MAX_DRAWS_PER_ITEM = 20;

/**
 * Draws simulated incidents as items.
 *
 * @param recipe  how many, and the seed
 * @param known  topologies of real installations, used in turn with random ones
 * @throws RangeError when hardly any drawn incident can be noticed, as with a topology without services
 * Cost about 10 ms an incident.
 */
export function simulateItems(
  { simulated, seed }: Pick<RankingRecipe, 'simulated' | 'seed'>,
  known: readonly KnownTopology[],
  onProgress?: OnProgress
): readonly TrainingItem[] {
  const random = new RandomDraws(seed);
  const items: TrainingItem[] = [];
  for (let draws = 0; items.length < simulated; draws += 1) {
    if (draws >= MAX_DRAWS_PER_ITEM * simulated) {
      throw new RangeError('the topology gives no incident that could be noticed');
    }
    const drawn = simulateCase(random, known.length > 0 && draws % 2 === 0 ? random.pick(known) : undefined);
    const item = toTrainingItem(drawn, extractFeatures(drawn.case));
    if (item && isNoticeable(item)) {
      items.push(item);
      onProgress?.({ stage: 'simulate', done: items.length, total: simulated });
    }
  }
  return items;
}

/**
 * Trains the networks of simulation alone.
 * Cost minutes of one core.
 */
export function trainSimOnly(
  simulated: readonly TrainingItem[],
  recipe: RankingRecipe,
  onProgress?: OnProgress
): readonly NetworkMember[] {
  return trainMembers(simulated, recipe, 'simOnly', onProgress);
}

/**
 * Fits the linear score and trains the mixed networks on labelled and simulated incidents together.
 *
 * @param labelled  incidents of real systems; may be empty
 * @param simulated  from {@link simulateItems}; the first `mixed` of them count as one more system
 * Cost about a minute of one core.
 */
export function trainOnLabelled(
  labelled: readonly TrainingItem[],
  simulated: readonly TrainingItem[],
  recipe: RankingRecipe,
  onProgress?: OnProgress
): Pick<TrainedRanking, 'prior' | 'linear' | 'mix'> {
  const items = [...simulated.slice(0, recipe.mixed), ...labelled];
  onProgress?.({ stage: 'linear', done: 0, total: 1 });
  const { weights } = fitLinear(items, { l2: recipe.l2.linear });
  onProgress?.({ stage: 'linear', done: 1, total: 1 });
  return {
    prior: PRIOR_RANKING_WEIGHTS,
    linear: weights,
    mix: items.length > 0 ? trainMembers(items, recipe, 'mix', onProgress) : [],
  };
}

function trainMembers(
  items: readonly TrainingItem[],
  recipe: RankingRecipe,
  stage: 'simOnly' | 'mix',
  onProgress: OnProgress | undefined
): readonly NetworkMember[] {
  const total = recipe.members * recipe.iterations;
  const withGraph = items.filter(({ hasGraph }) => hasGraph);
  return Array.from({ length: recipe.members }, (_, member) => {
    const { member: trained } = trainNetwork(withGraph, {
      seed: recipe.seed + member,
      hidden: recipe.hidden,
      l2: recipe.l2[stage],
      iterations: recipe.iterations,
      onIteration: (iteration) => onProgress?.({ stage, done: member * recipe.iterations + iteration, total }),
    });
    return trained;
  });
}
