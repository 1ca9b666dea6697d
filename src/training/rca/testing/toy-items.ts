import { RAW_FEATURES } from '#engine';
import { RandomDraws } from '../random-draws.ts';
import { FEATURES, type TrainingItem } from '../training-item.ts';

const INPUTS = 3 * RAW_FEATURES.length;

/** Random incidents; the guilty service has larger values in the first feature and the first input. */
export function toyItems(count: number, seed: number, rise = 1): TrainingItem[] {
  const random = new RandomDraws(seed);
  return Array.from({ length: count }, (_, i) => {
    const rows = 2 + random.below(5);
    const truth = random.below(rows);
    const fill = (width: number): Float64Array => {
      const values = Float64Array.from({ length: rows * width }, () => (random.chance(0.3) ? random.uniform(0, 1) : 0));
      values[truth * width] = (values[truth * width] ?? 0) + rise;
      return values;
    };
    return {
      system: i % 3 === 0 ? 'a' : 'b',
      causeName: `s${truth}`,
      fault: i % 2 === 0 ? 'cpu' : 'mem',
      rows,
      x: fill(FEATURES),
      inputs: fill(INPUTS),
      truth,
      hasGraph: true,
    };
  });
}
