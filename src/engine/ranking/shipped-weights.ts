import { UNTRAINED_WEIGHTS } from './prior-weights.ts';
import type { RankingWeights } from './ranking-weights.ts';

/** The weights that come with the product. */
export const SHIPPED_RANKING_WEIGHTS: RankingWeights = UNTRAINED_WEIGHTS;
