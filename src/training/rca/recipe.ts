import type { Ranker } from '#engine';

/** Everything that decides what a training run makes of its incidents, besides the incidents. */
export interface RankingRecipe {
  readonly seed: number;
  /** Simulated incidents behind the networks of simulation alone. */
  readonly simulated: number;
  /** How many of them also go with the labelled ones, into the linear fit and the mixed networks. */
  readonly mixed: number;
  /** Networks of each kind; they differ in their seed. */
  readonly members: number;
  readonly hidden: number;
  readonly iterations: number;
  /** Which score the weights are meant for. */
  readonly ranker: Extract<Ranker, 'linear' | 'blend' | 'three-way'>;
  readonly l2: { readonly linear: number; readonly mix: number; readonly simOnly: number };
}

/** What the shipped weights are made with. */
export const DEFAULT_RECIPE: RankingRecipe = {
  seed: 1,
  simulated: 3000,
  mixed: 1000,
  members: 2,
  hidden: 16,
  iterations: 80,
  ranker: 'three-way',
  l2: { linear: 0.05, mix: 0.01, simOnly: 0.003 },
};

/** Limits within which a recipe keeps to its time and memory. */
const LIMITS: readonly (readonly [(recipe: RankingRecipe) => number, name: string, low: number, high: number])[] = [
  [({ seed }) => seed, 'seed', 0, 0xffffffff],
  [({ simulated }) => simulated, 'simulated', 50, 20_000],
  [({ mixed }) => mixed, 'mixed', 0, 20_000],
  [({ members }) => members, 'members', 1, 8],
  [({ hidden }) => hidden, 'hidden', 1, 64],
  [({ iterations }) => iterations, 'iterations', 1, 2000],
];

/** @throws RangeError naming the field and its limits */
export function checkRecipe(recipe: RankingRecipe): void {
  for (const [read, name, low, high] of LIMITS) {
    const value = read(recipe);
    if (!(Number.isInteger(value) && value >= low && value <= high)) {
      throw new RangeError(`${name} is ${value} where a whole number from ${low} to ${high} is expected`);
    }
  }
  for (const [name, value] of Object.entries(recipe.l2)) {
    if (!(value > 0 && value <= 10)) {
      throw new RangeError(`l2.${name} is ${value} where a number above 0, at most 10, is expected`);
    }
  }
}
