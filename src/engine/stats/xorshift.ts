/**
 * Marsaglia's xorshift32: a small, fast, seeded source of random numbers. The same seed gives the same numbers in every
 * process; not for secrets.
 *
 * Cost O(1) per number, period 2^32 - 1. Ref: Marsaglia 2003, Journal of Statistical Software 8(14), triple (13, 17, 5).
 */
export class Xorshift32 {
  private state: number;

  /** @param seed  any number; its lower 32 bits count, 0 stands for a fixed other seed */
  constructor(seed: number) {
    // Seeds 1, 2, 3 differ in a few bits only: mix them first, or the streams start alike.
    let mixed = Math.imul((seed | 0) ^ 0x9e3779b9, 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    this.state = mixed ^ (mixed >>> 16) || 0x9e3779b9;
  }

  /** The next number, uniform in [0, 1) with 32 bits. */
  next(): number {
    let state = this.state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.state = state;
    return (state >>> 0) / 4294967296;
  }

  /** A whole number, uniform in 0 .. bound - 1. */
  below(bound: number): number {
    return Math.floor(this.next() * bound);
  }
}

/**
 * Draws without replacement by Floyd's method.
 *
 * @param population  numbers 0 .. population - 1 are drawn from; >= count
 * @param count  how many
 * @param random  source of numbers
 * @returns `count` different numbers, in no particular order
 * @throws RangeError when count is negative or larger than the population
 * Cost O(count). Ref: Bentley & Floyd 1987, Communications of the ACM 30(9), algorithm F2.
 */
export function drawWithoutReplacement(population: number, count: number, random: Xorshift32): Uint32Array {
  if (!(count >= 0 && count <= population)) {
    throw new RangeError('cannot draw more than there are');
  }
  const drawn = new Uint32Array(count);
  const seen = new Set<number>();
  for (let k = 0; k < count; k += 1) {
    const top = population - count + k;
    const candidate = random.below(top + 1);
    const chosen = seen.has(candidate) ? top : candidate;
    seen.add(chosen);
    drawn[k] = chosen;
  }
  return drawn;
}
