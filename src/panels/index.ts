export {
  toAnomalousStretches,
  toNewestScore,
  toScoreSeries,
  toUnknownStretches,
} from './anomaly-score/score-series.ts';
export type { ScoreSeries, TimeStretch } from './anomaly-score/score-series.ts';
export { toTopology } from './causal-graph/topology-frames.ts';
export type { FrameTopology } from './causal-graph/topology-frames.ts';
