import { averagePrecision } from '../metrics/average-precision.ts';
import { countEvents } from '../metrics/events.ts';
import { holdOff } from '../metrics/hold-off.ts';
import { type OracleFigures, oracleFigures } from '../metrics/oracle.ts';
import type { EventCounts } from '../metrics/precision-recall.ts';
import { VUS_MULTIVARIATE, vusPr } from '../metrics/vus-pr.ts';
import { type AtLevels, atLevels } from './levels.ts';

/** One detector or ensemble on the scored rows of one entity. */
export interface ScoredStream {
  /** Calibrated, 0 where it is unknown. */
  readonly surprisal: Float64Array;
  /** For ranking only: raw scores, or the ensemble before its final tail. The least where it is unknown. */
  readonly ranking: Float64Array;
}

/** What one stream scores on one entity, before pooling. */
export interface StreamFigures {
  readonly vusPr: number;
  readonly aucPr: number;
  readonly oracle: OracleFigures;
  readonly events: AtLevels<EventCounts>;
  readonly eventsHoldOff: AtLevels<EventCounts>;
}

/** Judges one stream against the labels of its entity. */
export function streamFigures(labels: Uint8Array, { surprisal, ranking }: ScoredStream): StreamFigures {
  const held = holdOff(surprisal);
  return {
    vusPr: vusPr(labels, ranking, VUS_MULTIVARIATE),
    aucPr: averagePrecision(labels, ranking),
    oracle: oracleFigures(labels, ranking),
    events: atLevels((threshold) => countEvents(labels, surprisal, threshold)),
    eventsHoldOff: atLevels((threshold) => countEvents(labels, held, threshold)),
  };
}

/** The surprisals with 0, the ranking scores with the least known one, where nothing is known. */
export function fillUnknown(surprisal: Float64Array, ranking: Float64Array): ScoredStream {
  const least = ranking.reduce((low, value) => (value < low ? value : low), Number.POSITIVE_INFINITY);
  const lowest = Number.isFinite(least) ? least : 0;
  return {
    surprisal: surprisal.map((value) => (Number.isNaN(value) ? 0 : value)),
    ranking: ranking.map((value) => (Number.isNaN(value) ? lowest : value)),
  };
}
