import type { SignalKind, Unit } from '#model';

/** The smallest scale a detector may assume for a kind of signal: `max(relative * |centre|, absolute)`. */
export interface ScaleFloor {
  /** Share of the centre. */
  readonly relative: number;
  /** In the unit of the signal. */
  readonly absolute: number;
}

const BY_UNIT: Record<Unit, ScaleFloor> = {
  seconds: { relative: 0.2, absolute: 0.002 },
  bytes: { relative: 0.05, absolute: 1_048_576 },
  ratio: { relative: 0.05, absolute: 0.02 },
  'per-second': { relative: 0.15, absolute: 0.05 },
  count: { relative: 0.15, absolute: 0.5 },
  cores: { relative: 0.15, absolute: 0.02 },
  dimensionless: { relative: 0.05, absolute: 1e-9 },
};

const NO_UNIT: ScaleFloor = { relative: 0, absolute: 0 };

const BY_KIND: Partial<Record<SignalKind, ScaleFloor>> = {
  latency: { relative: 0.25, absolute: 0.002 },
  'client-latency': { relative: 0.25, absolute: 0.002 },
  'self-time': { relative: 0.25, absolute: 0.002 },
  'error-ratio': { relative: 0.1, absolute: 0.005 },
  'queue-lag': { relative: 0.5, absolute: 20 },
  'log-errors': { relative: 0.5, absolute: 0.2 },
};

/**
 * Smallest scale a detector may assume, so that noise on tiny numbers does not alarm.
 *
 * Latency may double before it is critical (`4.27 * 0.25`), an error ratio may rise by about two points.
 *
 * @param kind  what the signal measures, where known
 * @param unit  used where the kind has no floor of its own; without a unit every difference may matter
 * @param centre  the level that is expected, in the unit of the signal
 * @returns > 0, in the unit of the signal
 * Cost O(1). Source: table of unit floors of the data-quality gate; the relative floors of latency are ours, so that a
 * traffic surge within capacity stays below critical.
 */
export function scaleFloor(kind: SignalKind | undefined, unit: Unit | undefined, centre: number): number {
  const ofKind = kind === undefined ? undefined : BY_KIND[kind];
  const floor = ofKind ?? (unit === undefined ? NO_UNIT : BY_UNIT[unit]);
  return Math.max(floor.relative * Math.abs(centre), floor.absolute, 1e-9 * (1 + Math.abs(centre)));
}
