import { Xorshift32 } from '#engine';

/** Seeded draws from the distributions that the simulation and the networks start from. */
export class RandomDraws {
  private readonly source: Xorshift32;

  /** @param seed  any number; the same seed gives the same draws in every process */
  constructor(seed: number) {
    this.source = new Xorshift32(seed);
  }

  /** Uniform in [low, high). */
  uniform(low: number, high: number): number {
    return low + (high - low) * this.source.next();
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.source.next() < probability;
  }

  /** A whole number, uniform in 0 .. bound - 1. */
  below(bound: number): number {
    return this.source.below(bound);
  }

  /** One item of a list that is not empty. */
  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.source.below(items.length)];
    if (item === undefined) {
      throw new RangeError('pick needs at least one item');
    }
    return item;
  }

  /** Standard normal. Ref: Box & Muller 1958, Annals of Mathematical Statistics 29(2); one of the pair is used. */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.source.next()));
    return radius * Math.cos(2 * Math.PI * this.source.next());
  }

  /** Student t with three degrees of freedom: heavy tails, as deviations of real telemetry have. */
  studentT3(): number {
    const normal = this.normal();
    const chiSquare = this.normal() ** 2 + this.normal() ** 2 + this.normal() ** 2;
    return normal / Math.sqrt(Math.max(chiSquare, 1e-12) / 3);
  }

  /** Poisson for small rates, rounded normal above 30. */
  poisson(rate: number): number {
    if (rate > 30) {
      return Math.max(0, Math.round(rate + Math.sqrt(rate) * this.normal()));
    }
    const limit = Math.exp(-Math.max(0, rate));
    let count = 0;
    for (let product = this.source.next(); product > limit; product *= this.source.next()) {
      count += 1;
    }
    return count;
  }

  /** How many of `count` things happen that each do with the given probability; rounded normal for many. */
  binomial(count: number, probability: number): number {
    const share = Math.min(1, Math.max(0, probability));
    if (share === 0 || share === 1) {
      return share * count;
    }
    if (count > 60) {
      const drawn = Math.round(count * share + Math.sqrt(count * share * (1 - share)) * this.normal());
      return Math.min(count, Math.max(0, drawn));
    }
    let happened = 0;
    for (let i = 0; i < count; i += 1) {
      happened += this.source.next() < share ? 1 : 0;
    }
    return happened;
  }

  /** A copy of the list in random order. Ref: Fisher & Yates, Durstenfeld 1964. */
  shuffled<Item>(items: readonly Item[]): Item[] {
    const list = [...items];
    for (let i = list.length - 1; i > 0; i -= 1) {
      const other = this.source.below(i + 1);
      const kept = list[i] as Item;
      list[i] = list[other] as Item;
      list[other] = kept;
    }
    return list;
  }
}
