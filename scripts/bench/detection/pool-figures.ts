import { pool, type Quality } from '../metrics/precision-recall.ts';
import { type AtLevels, atLevels } from './levels.ts';
import { mean } from './round.ts';
import type { StreamFigures } from './stream-figures.ts';

/** Streams by name (`ensemble` or the id of a detector) on one entity. */
export type FiguresByStream = Readonly<Record<string, StreamFigures>>;

/** What one stream scores on all entities of a data set. */
export interface PooledFigures {
  readonly vusPr: number;
  readonly aucPr: number;
  readonly eventF1: number;
  readonly eventPrecision: number;
  readonly eventRecall: number;
  readonly events: AtLevels<Quality>;
  readonly eventsHoldOff: AtLevels<Quality>;
  readonly byContamination: Readonly<Record<string, AtLevels<Quality>>>;
  readonly oracle: Readonly<Record<'eventF1' | 'pointF1' | 'pointAdjustedF1', number>>;
}

/** Alerts of a stream, pooled over entities. */
export function poolEvents(
  entities: readonly StreamFigures[],
  pick: 'events' | 'eventsHoldOff' = 'events'
): AtLevels<Quality> {
  return atLevels((_threshold, level) => pool(entities.map((figures) => figures[pick][level])));
}

/** Mean of a ranking figure over the entities that have one. */
export function meanOf(entities: readonly StreamFigures[], pick: (figures: StreamFigures) => number): number {
  return mean(entities.map(pick).filter((value) => !Number.isNaN(value)));
}

/**
 * Pools a stream over the entities.
 * @param headline fits with the contamination that the headline figures have
 * @param byContamination the same stream for other contaminations
 */
export function poolFigures(
  headline: readonly StreamFigures[],
  byContamination: Readonly<Record<string, readonly StreamFigures[]>>
): PooledFigures {
  const events = poolEvents(headline);
  return {
    vusPr: meanOf(headline, (figures) => figures.vusPr),
    aucPr: meanOf(headline, (figures) => figures.aucPr),
    eventF1: events['0.70'].f1,
    eventPrecision: events['0.70'].precision,
    eventRecall: events['0.70'].recall,
    events,
    eventsHoldOff: poolEvents(headline, 'eventsHoldOff'),
    byContamination: Object.fromEntries(
      Object.entries(byContamination).map(([contamination, entities]) => [contamination, poolEvents(entities)])
    ),
    oracle: {
      eventF1: meanOf(headline, (figures) => figures.oracle.eventF1),
      pointF1: meanOf(headline, (figures) => figures.oracle.pointF1),
      pointAdjustedF1: meanOf(headline, (figures) => figures.oracle.pointAdjustedF1),
    },
  };
}
