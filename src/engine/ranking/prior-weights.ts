import { RANKING_FEATURES, RAW_FEATURES, type RankingFeature } from './feature-names.ts';
import { PLAIN_DEFAULTS, type RankingWeights } from './ranking-weights.ts';

/** Features without a line here weigh nothing. */
const PRIOR: Readonly<Partial<Record<RankingFeature, number>>> = {
  lat: 0.6,
  lat_un: 1.5,
  lat_callee: -0.3,
  err: 1,
  err_un: 2,
  err_callee: -0.8,
  cpu: 0.5,
  cpu_un: 1.5,
  mem: 1.5,
  disk: 1,
  net: 0.3,
  tself: 1,
  tself_dom: 0.5,
  tnet: 1,
  struct: 0.2,
  logsev: 0.3,
  logsev_un: 1.5,
  lognovel: 0.2,
  lognovel_un: 0.5,
  dom_any: 1,
  dom_res: 0.5,
  dom_lat: 0.5,
  dom_err: 0.5,
  caller_sym: 1,
  impact: 1,
  err_impact: 1,
  apath: 1,
  reach: 1,
  virtual: -1.5,
  entry: -0.3,
  onset: 0.7,
  clat: 0.2,
  s_miss: 0.5,
  s_novel: 0.5,
  s_err: 0.3,
  s_un: 2,
  s_dom: 1,
  l_miss: 1,
  l_novel: 0.5,
  l_err: 1,
  in_drop: 0.3,
  dur_op: 0.5,
  dur_in: 1,
  dur_in_min: 1,
  dur_out: 0.2,
  dur_un: 1.5,
  dur_dom: 0.5,
};

/** The hand-written weights in the order of {@link RANKING_FEATURES}. Ref: RCA specification 5.1. */
export const PRIOR_RANKING_WEIGHTS: Float64Array = Float64Array.from(RANKING_FEATURES, (name) => PRIOR[name] ?? 0);

/** Weights without any fitting: the prior in both places, no networks. */
export const UNTRAINED_WEIGHTS: RankingWeights = {
  version: 'prior',
  trainedOn: [],
  features: RANKING_FEATURES,
  rawFeatures: RAW_FEATURES,
  prior: PRIOR_RANKING_WEIGHTS,
  linear: PRIOR_RANKING_WEIGHTS,
  networks: { mix: [], simOnly: [] },
  defaults: PLAIN_DEFAULTS,
};
