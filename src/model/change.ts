import type { ServiceName } from './service.ts';
import type { EpochMs } from './units.ts';

/** What was changed by people or automation. */
export type ChangeKind = 'deploy' | 'config' | 'migration' | 'scale' | 'flag';

/** Who told about a change: a log stream, annotations of Grafana, the state of Kubernetes, or a call of the webhook. */
export type ChangeSource = 'loki' | 'grafana-annotation' | 'kubernetes' | 'webhook';

/** A change to a service. A candidate cause, never blamed for having come first alone. */
export interface ChangeEvent {
  readonly atMs: EpochMs;
  readonly kind: ChangeKind;
  readonly service: ServiceName;
  /** One line, as the source worded it. Hostile input: show as text only. */
  readonly summary: string;
  readonly version?: string;
  readonly previousVersion?: string;
  /** Everyone who told about it; missing in changes that were not merged. */
  readonly sources?: readonly ChangeSource[];
  /** Where more can be read; an http or https address, hostile input. */
  readonly url?: string;
}
