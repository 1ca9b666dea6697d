import type { QualityCheck, QualityVerdict, Signal } from '#model';
import type { QualityReport } from './series/quality-tally.ts';
import { unitBounds } from './series/unit-bounds.ts';

/**
 * The named expectations on one signal: values are numbers, lie between the bounds of their unit, and times are unique
 * and increasing.
 *
 * @param signal  identity, unit and kind
 * @param report  what its model counted, see `SeriesModel.quality`
 * @returns four checks; a failing one is a data-quality alert
 * Cost O(1). Source: A2.16 (between, not null, unique, increasing); A2.15.
 */
export function qualityChecks(
  signal: Pick<Signal, 'id' | 'service' | 'kind' | 'unit'>,
  report: QualityReport
): QualityCheck[] {
  const { least, below } = unitBounds(signal.unit, signal.kind);
  const between = Number.isFinite(least)
    ? `values between ${least} and ${Number.isFinite(below) ? below : 'infinity'}`
    : 'values of plausible size';
  const expectations: readonly (readonly [string, QualityVerdict])[] = [
    [between, 'out-of-range'],
    ['values not null', 'invalid'],
    ['times unique', 'duplicate'],
    ['times increasing', 'out-of-order'],
  ];
  return expectations.map(([name, verdict]) => ({
    name: `${signal.id}: ${name}`,
    service: signal.service,
    checked: report.checked,
    failures: report.counts[verdict] ?? 0,
    lastFailureMs: report.lastMs[verdict] ?? null,
  }));
}
