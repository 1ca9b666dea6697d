import { z } from 'zod';

/** `queryType` values of the Causeway datasource. */
export const QUERY_TYPES = ['anomaly-score', 'anomaly-level', 'services', 'topology'] as const;
export type QueryType = (typeof QUERY_TYPES)[number];

/**
 * One query of the datasource, as saved in dashboards and alert rules.
 *
 * - `anomaly-score`: score over time per service, `timeseries-multi`; with `signal` set also `value`, `lower`, `upper`.
 * - `anomaly-level`: the newest score per service, `numeric-multi`, for alert rules; null where unknown.
 * - `services`: one row per service, a table.
 * - `topology`: a nodes frame and an edges frame.
 */
export const causewayQuerySchema = z.object({
  refId: z.string().max(64),
  queryType: z.enum(QUERY_TYPES),
  /** Restrict to one service; all when empty. */
  service: z.string().max(253).optional(),
  /** Restrict to one signal kind and add its expected band. */
  signal: z.string().max(64).optional(),
  hide: z.boolean().optional(),
});
export type CausewayQuery = z.infer<typeof causewayQuerySchema>;

/** Field and frame names that panels, dashboards and alert rules rely on. */
export const FRAME_FIELDS = {
  time: 'time',
  score: 'anomaly_score',
  value: 'value',
  lower: 'lower',
  upper: 'upper',
  service: 'service',
} as const;

/** Columns of the `services` table, in order. `score` is null and `state` is `unknown` where no verdict is possible. */
export const SERVICE_COLUMNS = [
  'service',
  'kind',
  'state',
  'score',
  'reason',
  'requestsPerSecond',
  'errorRatio',
  'latencySeconds',
] as const;

/** Names of the two frames of a `topology` answer; columns follow Grafana's node graph convention. */
export const TOPOLOGY_FRAMES = { nodes: 'nodes', edges: 'edges' } as const;
