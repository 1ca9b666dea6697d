import type { Tsdb } from '../tsdb/tsdb.ts';
import { PromqlError } from './errors.ts';
import type { Steps } from './matrix.ts';

const MAX_SAMPLES = 50_000_000;

/** Counts samples of one query, so that no query fills the memory. */
export interface SampleBudget {
  /** @throws PromqlError execution when the query has used more than 50 million samples */
  use(samples: number): void;
}

/** What an evaluation needs to know. */
export interface EvaluationContext {
  readonly tsdb: Tsdb;
  readonly steps: Steps;
  /** How far an instant selector looks back. */
  readonly lookbackMs: number;
  /** Step of subqueries that name none. */
  readonly defaultStepMs: number;
  readonly budget: SampleBudget;
}

/** A budget for one query. */
export function createBudget(): SampleBudget {
  let used = 0;
  return {
    use(samples) {
      used += samples;
      if (used > MAX_SAMPLES) {
        throw new PromqlError(
          'execution',
          'query processing would load too many samples into memory in query execution'
        );
      }
    },
  };
}
