export {
  toAnomalousStretches,
  toNewestScore,
  toScoreSeries,
  toUnknownStretches,
} from './anomaly-score/score-series.ts';
export type { ScoreSeries, TimeStretch } from './anomaly-score/score-series.ts';
export type { FrameTopology } from './causal-graph/frame-topology.ts';
export { readTopology } from './causal-graph/topology-frames.ts';
export type { FrameReading } from './causal-graph/topology-frames.ts';
export { MAX_POINTS, MAX_SERIES, toInputSeries } from './anomaly-score/input-series.ts';
export type { InputSelection, InputSeries } from './anomaly-score/input-series.ts';
export { judgeInSlices, SeriesJudge } from './anomaly-score/judge-series.ts';
export type { JudgeOptions, Slices } from './anomaly-score/judge-series.ts';
