import { concurrentCauses, Xorshift32, type RankingOptions, type RankingWeights } from '#engine';
import { toBlindCase } from './blind-case.ts';
import { mean, round } from './figures.ts';
import { mergeCases } from './merge-cases.ts';
import type { PackCase } from './pack-case.ts';
import { blindCases } from './outcome.ts';

/** How well a set of causes fits the faults. */
export interface SetFigures {
  readonly cases: number;
  /** Share of named services that were faulty, over all that were named. */
  readonly precision: number;
  /** Share of faulty services that were named. */
  readonly recall: number;
  /** Share of cases with exactly the faulty services. */
  readonly exact: number;
  /** Share of cases whose first name was faulty. */
  readonly first: number;
}

/** One fault at a time, and two at once. */
export interface ConcurrentFigures {
  readonly single: SetFigures;
  readonly pairs: SetFigures & { readonly bySystem: Readonly<Record<string, SetFigures>> };
}

const SEED = 17;
const PAIRS_PER_SYSTEM = 40;

/** Names sets of causes for single faults and for pairs of faults of the same system, drawn with a fixed seed. */
export function measureConcurrent(
  pack: readonly PackCase[],
  weights: RankingWeights,
  options: RankingOptions
): ConcurrentFigures {
  const random = new Xorshift32(SEED);
  const names = [...new Set(pack.map(({ truth }) => truth.dataset))].sort();
  const single = blindCases(pack).map((blind, i) => judgeSet(blind, [pack[i]!.truth.service], weights, options));
  const bySystem = new Map(
    names.map((name) => {
      const own = pack.filter(({ truth }) => truth.dataset === name);
      return [name, drawPairs(own, random).map(([a, b]) => judgePair(a, b, weights, options))] as const;
    })
  );
  return {
    single: toSetFigures(single),
    pairs: {
      ...toSetFigures([...bySystem.values()].flat()),
      bySystem: Object.fromEntries([...bySystem].map(([name, results]) => [name, toSetFigures(results)])),
    },
  };
}

/** Pairs with different faulty services and the same services. */
function drawPairs(own: readonly PackCase[], random: Xorshift32): readonly (readonly [PackCase, PackCase])[] {
  const key = ({ services }: PackCase): string => services.map(({ name }) => name).join(' ');
  const pairs = own.flatMap((first) =>
    own
      .filter((second) => first.truth.service !== second.truth.service && key(first) === key(second))
      .map((second) => [first, second] as const)
  );
  const drawn: (readonly [PackCase, PackCase])[] = [];
  while (drawn.length < PAIRS_PER_SYSTEM && pairs.length > 0) {
    drawn.push(...pairs.splice(random.below(pairs.length), 1));
  }
  return drawn;
}

interface SetResult {
  readonly named: number;
  readonly right: number;
  readonly faulty: number;
  readonly first: boolean;
}

function judgePair(first: PackCase, second: PackCase, weights: RankingWeights, options: RankingOptions): SetResult {
  const item = mergeCases(first, second);
  const blind = toBlindCase(item, item.services.map((_, i) => i).reverse());
  return judgeSet(blind, [first.truth.service, second.truth.service], weights, options);
}

function judgeSet(
  { input, names }: ReturnType<typeof toBlindCase>,
  faulty: readonly string[],
  weights: RankingWeights,
  options: RankingOptions
): SetResult {
  const named = concurrentCauses(input, weights, options).map(({ service }) => names[service] ?? '');
  return {
    named: named.length,
    right: named.filter((name) => faulty.includes(name)).length,
    faulty: faulty.length,
    first: faulty.includes(named[0] ?? ''),
  };
}

function toSetFigures(results: readonly SetResult[]): SetFigures {
  const sum = (of: (result: SetResult) => number): number => results.reduce((total, result) => total + of(result), 0);
  const share = (holds: (result: SetResult) => boolean): number =>
    round(mean(results.map((own) => (holds(own) ? 1 : 0))), 3);
  return {
    cases: results.length,
    precision: round(
      sum(({ right }) => right) /
        Math.max(
          1,
          sum(({ named }) => named)
        ),
      3
    ),
    recall: round(
      sum(({ right }) => right) /
        Math.max(
          1,
          sum(({ faulty }) => faulty)
        ),
      3
    ),
    exact: share(({ named, right, faulty }) => named === faulty && right === faulty),
    first: share(({ first }) => first),
  };
}
