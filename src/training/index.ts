export { TrainingError } from './errors.ts';
export { type FeatureColumns, type InjectedReplay, injectIncidents } from './lstm/inject-incidents.ts';
export { type LstmTraining, type TrainingRows, trainLstm } from './lstm/train-lstm.ts';
export { parseRange } from './parse-time.ts';
export { makeReport, type QualityReport, renderReport } from './quality/report.ts';
export { type ColumnTable } from './tables/column-table.ts';
export { openDanfo, type TableEngine } from './tables/danfo-table.ts';
export { buildFeatureTable, onGrid, type ServiceFeatures } from './tables/feature-table.ts';
export {
  calibrateAcross,
  checkSources,
  DEFAULT_RECIPE,
  EVALUATED,
  type Evaluated,
  type EvaluatedItem,
  type EvaluatedRanker,
  type EvaluationFigures,
  figuresOf,
  hashIncidents,
  type IncidentSource,
  JUDGED_AS,
  type KnownTopology,
  type LabelledCase,
  type OnProgress,
  parseTopology,
  PROTOCOLS,
  type Protocol,
  type RankFigures,
  type RankingRecipe,
  refusalOf,
  runTraining,
  runTrainingJob,
  type RunOptions,
  sourcesOf,
  type ServiceNoise,
  topologyOf,
  TOPOLOGY_SCHEMA,
  toRankingWeights,
  type TrainedRanking,
  type TrainingAnswer,
  type TrainingProgress,
  type TrainingRecord,
  type TrainingRequest,
  writeWeightsFile,
} from './rca/index.ts';
