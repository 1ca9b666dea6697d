import type { TimeSeries } from '#model';
import { TelemetryError } from '../errors.ts';
import { mapConcurrently } from './concurrency.ts';

const CONCURRENT_QUERIES = 4;
/** So many failures without one success are taken as "everything fails", to not wait for every other query. */
const GIVE_UP_AFTER = 4;

/** What became of one query. */
export interface QueryOutcome<Query> {
  readonly query: Query;
  readonly series: readonly TimeSeries[];
  /** Warnings of the answer, or why there is none. */
  readonly reasons: readonly string[];
  /** Of a query that failed. */
  readonly error?: TelemetryError;
}

/** Reads one query, or says in a sentence why it is not asked. */
export type ReadQuery<Query> = (
  query: Query
) => Promise<{ readonly series: readonly TimeSeries[]; readonly warnings: readonly string[] } | string>;

/**
 * Reads queries side by side; the outcomes are in their order. One that fails does not stop the others.
 * @throws TelemetryError when everything fails or the caller cancels
 */
export async function readQueries<Query>(
  queries: readonly Query[],
  read: ReadQuery<Query>
): Promise<readonly QueryOutcome<Query>[]> {
  let succeeded = 0;
  let failed = 0;
  const outcomes = await mapConcurrently(queries, CONCURRENT_QUERIES, async (query): Promise<QueryOutcome<Query>> => {
    try {
      const answer = await read(query);
      if (typeof answer === 'string') {
        return { query, series: [], reasons: [answer] };
      }
      succeeded += 1;
      return { query, series: answer.series, reasons: answer.warnings };
    } catch (error) {
      failed += 1;
      const hopeless = succeeded === 0 && failed >= GIVE_UP_AFTER;
      if (!(error instanceof TelemetryError) || error.failure === 'cancelled' || hopeless) {
        throw error;
      }
      return { query, series: [], reasons: [`${error.code}: ${error.message}`], error };
    }
  });
  const firstError = outcomes.find((outcome) => outcome.error)?.error;
  if (succeeded === 0 && firstError) {
    throw firstError;
  }
  return outcomes;
}
