import { SERIES_DETECTORS } from '#engine';
import type { DetectorId } from '#model';
import { BackendError } from '../errors.ts';

/** What a backtest replays. */
export type BacktestTarget =
  | { readonly kind: 'ensemble' }
  | { readonly kind: 'verdict' }
  | { readonly kind: 'series'; readonly detector: DetectorId }
  | { readonly kind: 'service'; readonly detector: DetectorId }
  | { readonly kind: 'rule'; readonly rule: 'day-three-sigma' | 'weekly-band' };

const SERVICE: readonly DetectorId[] = ['subPca6', 'subPca24', 'isolationForest', 'ewmaMean', 'seasonalMax', 'lstm'];

/** Every name that `detector` may have. */
export const BACKTEST_TARGETS: readonly string[] = [
  'ensemble',
  'verdict',
  ...SERIES_DETECTORS,
  ...SERVICE,
  'day-three-sigma',
  'weekly-band',
];

/**
 * Reads the name of what is to be replayed.
 * @throws BackendError that lists the names
 */
export function parseTarget(name: string): BacktestTarget {
  const series = SERIES_DETECTORS.find((id) => id === name);
  const service = SERVICE.find((id) => id === name);
  if (name === 'ensemble' || name === 'verdict') {
    return { kind: name };
  }
  if (name === 'day-three-sigma' || name === 'weekly-band') {
    return { kind: 'rule', rule: name };
  }
  if (series) {
    return { kind: 'series', detector: series };
  }
  if (service) {
    return { kind: 'service', detector: service };
  }
  throw new BackendError('CAUSEWAY_REQUEST_INVALID', `No detector is called "${name.slice(0, 40)}".`, {
    remedy: `Choose one of ${BACKTEST_TARGETS.join(', ')}.`,
  });
}
