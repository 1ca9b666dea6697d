import { type ChangedPattern, changedPatterns } from '#engine';
import type { Seconds, ServiceName } from '#model';
import type { ServiceLines } from './mine-events.ts';

/** Whose log lines to compare. */
export interface PatternSearch {
  readonly lines: readonly ServiceLines[];
  /** Lengths of both windows. */
  readonly seconds: readonly [baseline: Seconds, incident: Seconds];
  /** Patterns that are kept of each service. */
  readonly most: number;
}

/** What changed in the log of each service, in the order in which they were asked. */
export type MinedPatterns = readonly {
  readonly service: ServiceName;
  readonly patterns: readonly ChangedPattern[];
}[];

/** Finds the log patterns that changed. Cost per line as the miner; belongs on a worker. */
export function minePatterns({ lines, seconds, most }: PatternSearch): MinedPatterns {
  return lines.map(({ service, baseline, incident, shares }) => ({
    service,
    patterns: changedPatterns({ baseline, incident, seconds, shares }, most),
  }));
}
