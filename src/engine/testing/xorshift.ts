/** A source of uniform numbers in [0, 1). */
export type Rng = () => number;

/** Marsaglia's xorshift32, seeded; test data only. */
export function xorshift32(seed: number): Rng {
  let state = seed | 0 || 0x9e3779b9;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4294967296;
  };
  for (let i = 0; i < 8; i += 1) {
    next();
  }
  return next;
}

/** A standard normal deviate by Box and Muller. */
export function gaussian(random: Rng): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
