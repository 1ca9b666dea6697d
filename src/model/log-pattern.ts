import type { ServiceName } from './service.ts';
import type { EpochMs, Ratio } from './units.ts';

/** Severity of a log line, folded to three steps; `error` includes fatal. */
export type LogSeverity = 'info' | 'warning' | 'error';

/** One template of the log miner. `template` is hostile text with `<*>` where tokens vary. */
export interface LogPattern {
  readonly id: string;
  readonly service: ServiceName;
  readonly template: string;
  readonly severity: LogSeverity;
  readonly firstSeenMs: EpochMs;
  readonly lastSeenMs: EpochMs;
  /** Lines in the window that was looked at. */
  readonly count: number;
  /** One line as it was, cut to 500 characters. */
  readonly sample: string;
}

/** What is strange about a pattern. `mix-shift` belongs to the service as a whole. */
export type LogAnomalyKind = 'new-template' | 'rate-change' | 'vanished-heartbeat' | 'mix-shift';

/** One log anomaly at one instant. */
export interface LogAnomaly {
  readonly service: ServiceName;
  readonly kind: LogAnomalyKind;
  readonly atMs: EpochMs;
  readonly surprisal: number;
  readonly score: Ratio;
  /** Absent for a mix shift. */
  readonly patternId?: string;
  /** What happened, with the numbers. */
  readonly reason: string;
}
