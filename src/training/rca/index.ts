export { calibrateAcross } from './calibrate.ts';
export {
  EVALUATED,
  JUDGED_AS,
  PROTOCOLS,
  type Evaluated,
  type EvaluatedItem,
  type EvaluatedRanker,
  type Protocol,
} from './evaluate.ts';
export { figuresOf, type EvaluationFigures, type RankFigures } from './figures.ts';
export { checkSources, type IncidentSource, refusalOf, sourcesOf } from './incident-sources.ts';
export { parseTopology, TOPOLOGY_SCHEMA } from './parse-topology.ts';
export { DEFAULT_RECIPE, type RankingRecipe } from './recipe.ts';
export { runTraining, type RunOptions } from './run-training.ts';
export { topologyOf, type KnownTopology, type ServiceNoise } from './simulation/known-topology.ts';
export type { OnProgress, TrainedRanking, TrainingProgress } from './train-ranking.ts';
export { runTrainingJob, type TrainingAnswer, type TrainingRequest } from './training-job.ts';
export type { LabelledCase } from './training-item.ts';
export { hashIncidents, toRankingWeights, writeWeightsFile, type TrainingRecord } from './weights-file.ts';
