import type { Harm, QualityVerdict, Unit } from '#model';

/** One feature of a service's vector. */
export interface ServiceFeature {
  readonly signalId: string;
  readonly unit: Unit;
  readonly harm: Harm;
  /** Smallest spread to assume, in the unit of the feature; default by the unit. */
  readonly unitFloor?: number;
}

/** History of a service: one row per step, one column per feature. */
export interface FeatureTable {
  readonly features: readonly ServiceFeature[];
  /** Epoch ms, ascending. */
  readonly timesMs: Float64Array;
  /** One column per feature, as long as `timesMs`; NaN = missing. */
  readonly columns: readonly Float64Array[];
}

/** Share of missing features above which a row says nothing about its service. */
export const MAX_FAILED_SHARE = 0.3;

const SCORED_QUALITY: readonly QualityVerdict[] = ['ok', 'constant', 'sparse'];

/**
 * Whether a feature of a row may be judged.
 *
 * @param value  as it was read
 * @param quality  what the gate said; nothing counts as ok
 * @returns false for anything that is not a finite number of acceptable quality
 * Cost O(1).
 */
export function isUsable(value: unknown, quality: QualityVerdict | undefined): boolean {
  return (
    typeof value === 'number' && Number.isFinite(value) && (quality === undefined || SCORED_QUALITY.includes(quality))
  );
}

/**
 * Smallest spread a detector may assume for a feature.
 *
 * @param feature  unit, or a floor of its own
 * @param centre  median of the feature, in its unit
 * @returns > 0, in the unit of the feature
 * Cost O(1). Source: table of unit floors of the data-quality gate.
 */
export function unitFloor(feature: ServiceFeature, centre: number): number {
  const tiny = 1e-9 * (1 + Math.abs(centre));
  if (feature.unitFloor !== undefined && feature.unitFloor > 0) {
    return Math.max(feature.unitFloor, tiny);
  }
  switch (feature.unit) {
    case 'ratio':
    case 'cores':
      return Math.max(0.005, tiny);
    case 'seconds':
      return Math.max(0.001, tiny);
    case 'per-second':
    case 'bytes':
      return Math.max(0.01 * Math.abs(centre), 1e-6);
    case 'count':
      return Math.max(0.5, tiny);
    case 'dimensionless':
      return tiny;
  }
}
