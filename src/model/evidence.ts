import type { ServiceName } from './service.ts';
import type { EpochMs, TimeWindow, Unit } from './units.ts';

/** Where a piece of evidence came from. */
export type EvidenceSource = 'metric' | 'log' | 'trace' | 'change' | 'topology';

/**
 * One numbered fact. Reports cite it as `[number]`; a claim without a number is refused.
 * `statement` is plain English and complete without the other fields.
 */
export interface Evidence {
  readonly number: number;
  readonly source: EvidenceSource;
  readonly service: ServiceName;
  readonly statement: string;
  readonly query?: string;
  readonly window?: TimeWindow;
  readonly atMs?: EpochMs;
  readonly observed?: number;
  readonly baseline?: number;
  readonly unit?: Unit;
}
