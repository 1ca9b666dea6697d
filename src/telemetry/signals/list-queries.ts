import type { Seconds } from '#model';
import { rateWindowSeconds } from '../promql/expressions.ts';
import { SIGNAL_CATALOGUE } from './catalogue.ts';
import { EDGE_QUERIES } from './edge-queries.ts';

/** A PromQL query as the product emits it. */
export interface ListedQuery {
  readonly id: string;
  readonly expr: string;
  readonly kind: 'instant' | 'range';
}

const STEP_SECONDS: Seconds = 15;
const EDGE_WINDOW_SECONDS: Seconds = 300;

/**
 * Every PromQL query this room can emit, for a scrape interval and a step of 15 s. A store that answers all of them
 * like Prometheus does serves the product.
 */
export function listQueries(namespace?: string): readonly ListedQuery[] {
  const scope = { namespace, rateSeconds: rateWindowSeconds(STEP_SECONDS) };
  return [
    ...SIGNAL_CATALOGUE.map(({ id, build }) => ({ id, expr: build(scope), kind: 'range' as const })),
    ...Object.entries(EDGE_QUERIES).map(([name, build]) => ({
      id: `edges-${name}`,
      expr: build(EDGE_WINDOW_SECONDS),
      kind: 'instant' as const,
    })),
  ];
}
