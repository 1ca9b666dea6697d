import { parseRankingWeights, type RankingWeights } from './ranking-weights.ts';
import { SHIPPED_WEIGHTS_FILE } from './shipped-weights-file.ts';

/**
 * The weights that come with the product: trained on simulated incidents and on public ones whose licence allows it. Where
 * they come from stands in `trainedOn`; docs/training-rca.md says how they are made again.
 */
export const SHIPPED_RANKING_WEIGHTS: RankingWeights = /* @__PURE__ */ parseRankingWeights(
  /* @__PURE__ */ JSON.parse(SHIPPED_WEIGHTS_FILE)
);
