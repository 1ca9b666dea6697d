import type { SignalKind, Unit } from '#model';
import type { DetectorFloor } from './scale-floor.ts';

/** What values a unit allows. */
export interface UnitBounds {
  /** Smallest value. */
  readonly least: number;
  /** All values lie below. */
  readonly below: number;
}

/** Numerator and denominator of a ratio are not read at the same instant. */
const RATIO_SLACK = 0.05;
const LONGEST_LATENCY_SECONDS = 60;
const LATENCIES: ReadonlySet<SignalKind> = new Set(['latency', 'client-latency', 'self-time']);

/**
 * Bounds of the values of a signal; what lies outside is no measurement.
 *
 * @param unit  unit of the series; undefined or dimensionless has no bounds
 * @param kind  latencies of a minute and more are rejected
 * @returns bounds in the unit of the series
 * Cost O(1). Source: A2.15 (p99 of 60,000 ms or more is rejected), A2.16; table of detection 3. Deviation: ratios may
 * exceed 1 by 0.05, because their two counters are not read at the same instant.
 */
export function unitBounds(unit: Unit | undefined, kind: SignalKind | undefined): UnitBounds {
  if (unit === undefined || unit === 'dimensionless') {
    return { least: -Infinity, below: Infinity };
  }
  if (unit === 'ratio') {
    return { least: 0, below: 1 + RATIO_SLACK };
  }
  const isLatency = unit === 'seconds' && kind !== undefined && LATENCIES.has(kind);
  return { least: 0, below: isLatency ? LONGEST_LATENCY_SECONDS : Infinity };
}

const FLOORS: Record<Unit, DetectorFloor> = {
  seconds: { relative: 0, absolute: 0.001 },
  ratio: { relative: 0, absolute: 0.005 },
  'per-second': { relative: 0.01, absolute: 1e-6 },
  bytes: { relative: 0.01, absolute: 1e-6 },
  count: { relative: 0, absolute: 0.5 },
  cores: { relative: 0.01, absolute: 0.001 },
  dimensionless: { relative: 0, absolute: 0 },
};

/**
 * Smallest scale that the detectors of a series may assume.
 *
 * @param unit  unit of the series
 * @returns floor in the unit of the series; none for an unknown unit
 * Cost O(1). Source: table of detection 3.
 */
export function detectorFloor(unit: Unit | undefined): DetectorFloor {
  return FLOORS[unit ?? 'dimensionless'];
}
