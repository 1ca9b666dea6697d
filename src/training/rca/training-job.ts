import { extractFeatures } from '#engine';
import { evaluateProtocol, type EvaluatedItem, type EvaluatedRanker, type Protocol } from './evaluate.ts';
import { checkRecipe, type RankingRecipe } from './recipe.ts';
import type { KnownTopology } from './simulation/known-topology.ts';
import { simulateItems, trainOnLabelled, trainSimOnly, type OnProgress, type TrainedRanking } from './train-ranking.ts';
import { toTrainingItem, type LabelledCase } from './training-item.ts';

/** What a run is asked for. Everything in it can be sent to a thread. */
export interface TrainingRequest {
  readonly incidents: readonly LabelledCase[];
  readonly topologies: readonly KnownTopology[];
  readonly recipe: RankingRecipe;
  /** Protocols to evaluate besides the training. */
  readonly evaluate: readonly Protocol[];
  /** Systems whose incidents are only tested on, in evaluations: nothing is learned from them. */
  readonly testOnly?: readonly string[];
}

/** What a run answers. */
export interface TrainingAnswer {
  readonly ranking: TrainedRanking;
  /** Incidents that could be learned from; the others have no second candidate, or a silent cause. */
  readonly usable: number;
  readonly evaluated: Readonly<Partial<Record<Protocol, Readonly<Record<EvaluatedRanker, readonly EvaluatedItem[]>>>>>;
}

/**
 * Runs a whole training in this thread. The same request gives the same answer.
 *
 * @throws RangeError when the recipe is outside its limits
 * Cost minutes of one core; memory about 60 kB per simulated incident.
 */
export function runTrainingJob(request: TrainingRequest, onProgress?: OnProgress): TrainingAnswer {
  const { recipe, topologies, incidents } = request;
  checkRecipe(recipe);
  const usable = incidents.flatMap((incident) => toTrainingItem(incident, extractFeatures(incident.case)) ?? []);
  const testOnly = new Set(request.testOnly);
  const labelled = usable.filter(({ system }) => !testOnly.has(system));
  const simulated = simulateItems(recipe, topologies, onProgress);
  const simOnly = trainSimOnly(simulated, recipe, onProgress);
  const ranking = { ...trainOnLabelled(labelled, simulated, recipe, onProgress), simOnly };
  const evaluated = Object.fromEntries(
    request.evaluate.map((protocol) => [
      protocol,
      evaluateProtocol(usable, simulated, simOnly, { protocol, recipe, testOnly, ...(onProgress && { onProgress }) }),
    ])
  );
  return { ranking, usable: usable.length, evaluated };
}
