import { extractFeatures, type RankingDefaults } from '#engine';
import { fitTemperature, fitThreshold } from './calibrate.ts';
import {
  evaluateItems,
  evaluateProtocol,
  JUDGED_AS,
  type Evaluated,
  type EvaluatedItem,
  type Protocol,
} from './evaluate.ts';
import { checkSources, sourcesOf } from './incident-sources.ts';
import { quietWindows } from './quiet-windows.ts';
import { RandomDraws } from './random-draws.ts';
import { checkRecipe, type RankingRecipe } from './recipe.ts';
import type { KnownTopology } from './simulation/known-topology.ts';
import { simulateItems, trainOnLabelled, trainSimOnly, type OnProgress, type TrainedRanking } from './train-ranking.ts';
import { toTrainingItem, type LabelledCase, type TrainingItem } from './training-item.ts';

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
  /** How the weights are best used, found on incidents that were kept from the training. */
  readonly defaults: RankingDefaults;
  /** Incidents that could be learned from; the others have no second candidate, or a silent cause. */
  readonly usable: number;
  readonly evaluated: Readonly<Partial<Record<Protocol, Evaluated>>>;
  /** Simulated incidents that were kept from the training, judged by the result. */
  readonly simulated: Evaluated;
}

/** Confidences and the threshold are fitted to faulty services that the weights have not seen. */
const CALIBRATED_ON: Protocol = 'service';
const MIN_LABELLED = 20;
/** One simulated incident in so many is kept from the training. */
const TEST_SHARE = 10;

/**
 * Runs a whole training in this thread. The same request gives the same answer.
 *
 * @throws RangeError when the recipe is outside its limits
 * @throws TrainingError `CAUSEWAY_TRAINING_LICENCE` when incidents may not be learned from
 * Cost minutes of one core; memory about 60 kB per simulated incident.
 */
export function runTrainingJob(request: TrainingRequest, onProgress?: OnProgress): TrainingAnswer {
  const { recipe, incidents } = request;
  const testOnly = new Set(request.testOnly);
  const mayLearn = ({ system }: { readonly system: string }): boolean => !testOnly.has(system);
  checkRecipe(recipe);
  checkSources(sourcesOf(incidents.filter(mayLearn)));
  const usable = toItems(incidents, recipe.seed);
  const labelled = usable.filter(mayLearn);
  const kept = Math.ceil(recipe.simulated / TEST_SHARE);
  const drawn = simulateItems({ ...recipe, simulated: recipe.simulated + kept }, request.topologies, onProgress);
  const simulated = drawn.slice(0, -kept);
  const simOnly = trainSimOnly(simulated, recipe, onProgress);
  const ranking = { ...trainOnLabelled(labelled, simulated, recipe, onProgress), simOnly };
  const tested = evaluateItems(drawn.slice(-kept), ranking);
  const protocols = new Set([...request.evaluate, ...(labelled.length >= MIN_LABELLED ? [CALIBRATED_ON] : [])]);
  const evaluated: TrainingAnswer['evaluated'] = Object.fromEntries(
    [...protocols].map((protocol) => [
      protocol,
      evaluateProtocol(usable, simulated, simOnly, { protocol, recipe, testOnly, ...(onProgress && { onProgress }) }),
    ])
  );
  const judged = evaluated[CALIBRATED_ON] ?? tested;
  return {
    ranking,
    defaults: toDefaults(judged[JUDGED_AS[recipe.ranker]].filter(mayLearn), recipe),
    usable: usable.length,
    evaluated,
    simulated: tested,
  };
}

function toItems(incidents: readonly LabelledCase[], seed: number): readonly TrainingItem[] {
  const random = new RandomDraws(seed);
  return incidents.flatMap((incident) => {
    const item = toTrainingItem(incident, extractFeatures(incident.case));
    const quiet = quietWindows(incident.case, random);
    return item ? { ...item, quiet } : [];
  });
}

function toDefaults(judged: readonly EvaluatedItem[], { ranker }: RankingRecipe): RankingDefaults {
  return {
    ranker,
    temperature: fitTemperature(judged),
    threshold: fitThreshold(
      judged.map(({ topLinear }) => topLinear),
      judged.flatMap(({ quietTops }) => quietTops)
    ),
  };
}
