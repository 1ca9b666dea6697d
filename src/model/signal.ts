import type { ServiceName } from './service.ts';
import type { TimeSeries } from './series.ts';
import type { Unit } from './units.ts';

/**
 * What a series measures. The kind comes from the query that made the series, never from its name.
 * `client-latency` is measured on the calling side of an edge; `self-time` excludes time spent in callees.
 * `disk-io`, `network-receive` and `network-transmit` are bytes per second. `user-defined` has the unit that the user gave.
 */
export type SignalKind =
  | 'request-rate'
  | 'error-ratio'
  | 'latency'
  | 'client-latency'
  | 'self-time'
  | 'cpu'
  | 'cpu-throttling'
  | 'memory'
  | 'memory-utilisation'
  | 'restarts'
  | 'pool-utilisation'
  | 'pool-timeouts'
  | 'sequential-scans'
  | 'evictions'
  | 'rejected-requests'
  | 'queue-lag'
  | 'log-errors'
  | 'client-error-ratio'
  | 'unique-clients'
  | 'response-size'
  | 'disk-io'
  | 'network-receive'
  | 'network-transmit'
  | 'unhealthy-containers'
  | 'dependency-count'
  | 'disk-utilisation'
  | 'descriptor-utilisation'
  | 'user-defined';

/** In which direction a change does harm. */
export type Harm = 'up' | 'down' | 'both';

/** One observed signal of one service. `id` is stable: `service/kind` with a suffix where a service has several. */
export interface Signal {
  readonly id: string;
  readonly service: ServiceName;
  readonly kind: SignalKind;
  readonly unit: Unit;
  readonly harm: Harm;
  /** For edge signals, the other side of the call. */
  readonly peer?: ServiceName;
  /** The PromQL or LogQL that produced it, for the evidence list. */
  readonly query: string;
  /** The values are those of a growing counter: what is judged is their rate per second. */
  readonly counter?: boolean;
  readonly series: TimeSeries;
}
