import { z } from 'zod';

/** `queryType` values of the Causeway datasource. */
export const QUERY_TYPES = [
  'anomaly-score',
  'anomaly-level',
  'services',
  'topology',
  'contributions',
  'band',
  'forecast',
  'exhaustion',
  'log-patterns',
  'log-anomaly',
  'data-quality',
] as const;
export type QueryType = (typeof QUERY_TYPES)[number];

/**
 * One query of the datasource, as saved in dashboards and alert rules.
 *
 * - `anomaly-score`: score over time per service, `timeseries-multi`; with `signal` set also `value`, `lower`, `upper`.
 * - `anomaly-level`: the newest score per service, `numeric-multi`, for alert rules; null where unknown.
 * - `services`: one row per service, a table.
 * - `topology`: a nodes frame and an edges frame.
 * - `contributions`: a table of what each detector and feature adds to the newest score of a service.
 * - `band`: value, lower, upper and the documented flag of one signal, `timeseries-multi`; `band` chooses which.
 * - `forecast`: value, forecast, lower and upper of one signal, beyond now, `timeseries-multi`.
 * - `exhaustion`: seconds until each resource reaches its limit, `numeric-multi`; null where none is in sight or unknown.
 * - `log-patterns`: a table of log templates with counts and what is strange about them.
 * - `log-anomaly`: the newest log score per service, `numeric-multi`, for alert rules.
 * - `data-quality`: share of a service's series that failed their quality checks, `numeric-multi`, for alert rules.
 */
export const causewayQuerySchema = z.object({
  refId: z.string().max(64),
  queryType: z.enum(QUERY_TYPES),
  /** Restrict to one service; all when empty. */
  service: z.string().max(253).optional(),
  /** Restrict to one signal kind and add its expected band. */
  signal: z.string().max(64).optional(),
  /** Which band `band` shows: the ensemble's, the mean of 24 h plus 3 sigma, or the weekly one. */
  band: z.enum(['expected', 'day-three-sigma', 'weekly']).optional(),
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
  forecast: 'forecast',
  /** 1 where the documented rule of a band flags the value, else 0; null where unknown. */
  flag: 'flag',
  exhaustion: 'time_to_exhaustion',
  logScore: 'log_anomaly_score',
  failedShare: 'failed_share',
} as const;

/** Columns of the `contributions` table. `kind` is `detector` or `feature`. */
export const CONTRIBUTION_COLUMNS = [
  'service',
  'kind',
  'name',
  'share',
  'surprisal',
  'raw',
  'state',
  'reason',
] as const;

/** Columns of the `log-patterns` table. */
export const LOG_PATTERN_COLUMNS = [
  'service',
  'severity',
  'template',
  'count',
  'first_seen',
  'last_seen',
  'anomaly',
  'score',
  'sample',
] as const;

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
