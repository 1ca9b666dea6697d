import type { ServiceName } from './service.ts';
import type { EpochMs } from './units.ts';

/** What was changed by people or automation. */
export type ChangeKind = 'deploy' | 'config' | 'migration' | 'scale' | 'flag';

/** A change to a service. A candidate cause, never blamed for having come first alone. */
export interface ChangeEvent {
  readonly atMs: EpochMs;
  readonly kind: ChangeKind;
  readonly service: ServiceName;
  /** One line, as the source worded it. Hostile input: show as text only. */
  readonly summary: string;
  readonly version?: string;
  readonly previousVersion?: string;
}
