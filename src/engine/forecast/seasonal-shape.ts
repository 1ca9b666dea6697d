const HALF_WIDTH = 2;

/**
 * The usual course of one period, as departures from the level of the period: per slot the median over all whole
 * periods, counted from the end, and over the two slots on either side.
 *
 * @param values  in time order; values that are not finite take no part
 * @param period  in steps, >= 1
 * @returns `period` numbers; element b belongs to the steps b, b + period, ... after the last value. A slot without any
 * value is 0. All zeros where there is no whole period.
 * Cost O(n log(n / period)).
 * Ref: detection 12.1; the median makes one bad day of a week harmless.
 */
export function seasonalShape(values: Float64Array, period: number): Float64Array {
  const cycles = Math.floor(values.length / period);
  const shape = new Float64Array(period);
  if (cycles === 0) {
    return shape;
  }
  const start = values.length - cycles * period;
  const centred = centreCycles(values, start, period);
  const slot = new Float64Array(cycles * (2 * HALF_WIDTH + 1));
  for (let b = 0; b < period; b += 1) {
    let count = 0;
    for (let cycle = 0; cycle < cycles; cycle += 1) {
      const mean = centred[cycle] ?? Number.NaN;
      for (let k = b - HALF_WIDTH; k <= b + HALF_WIDTH; k += 1) {
        const departure = (values[start + cycle * period + k] ?? Number.NaN) - mean;
        if (Number.isFinite(departure)) {
          slot[count] = departure;
          count += 1;
        }
      }
    }
    shape[b] = count === 0 ? 0 : (slot.subarray(0, count).sort()[count >> 1] ?? 0);
  }
  return shape;
}

function centreCycles(values: Float64Array, start: number, period: number): Float64Array {
  const means = new Float64Array((values.length - start) / period);
  for (let cycle = 0; cycle < means.length; cycle += 1) {
    let sum = 0;
    let count = 0;
    for (const value of values.subarray(start + cycle * period, start + (cycle + 1) * period)) {
      if (Number.isFinite(value)) {
        sum += value;
        count += 1;
      }
    }
    means[cycle] = sum / count;
  }
  return means;
}

/** Element of a shape that belongs to step `index` of a series of `length` values; works beyond both ends. */
export function shapeAt(shape: Float64Array, length: number, index: number): number {
  const period = shape.length;
  return shape[(((index - length) % period) + period) % period] ?? 0;
}
