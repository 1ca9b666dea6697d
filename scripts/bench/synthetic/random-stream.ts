/** A seeded stream of random numbers. The same seed and stream number give the same numbers on every machine. */
export class RandomStream {
  #state: number;
  #spare = Number.NaN;

  /** @param stream streams of one seed are independent of each other */
  constructor(seed: number, stream: number) {
    this.#state = mix(mix(seed >>> 0) ^ mix((stream + 0x9e3779b9) >>> 0));
  }

  /** Uniform in [0, 1): mulberry32. */
  uniform(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let word = this.#state;
    word = Math.imul(word ^ (word >>> 15), word | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return ((word ^ (word >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** Uniform integer, both ends included. */
  integer(lowest: number, highest: number): number {
    return lowest + Math.floor(this.uniform() * (highest - lowest + 1));
  }

  /** Normal with mean 0 (Box and Muller, both values used). */
  normal(deviation = 1): number {
    if (!Number.isNaN(this.#spare)) {
      const kept = this.#spare;
      this.#spare = Number.NaN;
      return kept * deviation;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.#spare = radius * Math.sin(angle);
    return radius * Math.cos(angle) * deviation;
  }
}

/** The finaliser of MurmurHash3, so that neighbouring seeds give unlike states. */
function mix(value: number): number {
  let word = value >>> 0;
  word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  return (word ^ (word >>> 16)) >>> 0;
}
