import type { Harm, Labels, Seconds, SignalKind, Unit } from '#model';

/** What a signal query is built for. */
export interface SignalScope {
  /** All namespaces when missing or empty. Metrics made from traces carry no namespace and are never filtered. */
  readonly namespace?: string | undefined;
  /** Range of rates, seconds. */
  readonly rateSeconds: Seconds;
}

/** Which service a series belongs to. `suffix` tells several signals of one kind apart. */
export interface SignalOwner {
  readonly service: string;
  readonly peer?: string;
  readonly suffix?: string;
}

/**
 * One entry of the catalogue: a query and the meaning of the series it yields. When two entries yield the same
 * signal id, the earlier one wins: it measures closer to the service.
 */
export interface SignalQuery {
  /** Stable, unique. */
  readonly id: string;
  readonly kind: SignalKind;
  readonly unit: Unit;
  readonly harm: Harm;
  readonly build: (scope: SignalScope) => string;
  /**
   * Query whose answer is needed to read this one: it tells which services measure themselves. Where it failed, the
   * series of this query are not used.
   */
  readonly needs?: string;
  /** Whether most systems lack these metrics: no series is no gap then. Default false. */
  readonly optional?: boolean;
  /** The owner of a series; undefined for a series that names none. */
  readonly owner: (labels: Labels) => SignalOwner | undefined;
}
