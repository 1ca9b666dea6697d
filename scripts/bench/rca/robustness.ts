import { Xorshift32, type RankingOptions, type RankingWeights } from '#engine';
import {
  metricsOnly,
  withDelay,
  withMissingSamples,
  withoutGraph,
  withShiftedClocks,
  withShortHistory,
  withSilentServices,
  withWrongEdges,
} from './conditions.ts';
import { accuracyOf, bySystem, type Accuracy } from './figures.ts';
import { blindCases, judgeCase, type CaseOutcome } from './outcome.ts';
import type { PackCase } from './pack-case.ts';

/** Accuracy under one condition. */
export interface ConditionFigures extends Accuracy {
  readonly bySystem: Readonly<Record<string, Accuracy>>;
  /** Cases in which no cause was named, and those of them without any usable series. */
  readonly abstained: number;
  readonly insufficient: number;
  readonly exceptions: number;
}

const SEED = 11;

/** What telemetry, graph or onset may be like in the field. Units: 60 s, or one row where rows are further apart. */
const CONDITIONS: Readonly<Record<string, (item: PackCase, random: Xorshift32) => PackCase>> = {
  asPacked: (item) => item,
  noGraph: withoutGraph,
  metricsOnly,
  wrongEdges10: (item, random) => withWrongEdges(item, 0.1, random),
  silentServices20: (item, random) => withSilentServices(item, 0.2, random),
  oneMinuteHistory: (item) => withShortHistory(item, 60, 0),
  fiveRowHistory: (item) => withShortHistory(item, 0, 5),
  shiftedClocks30: (item, random) => withShiftedClocks(item, 0.3, random),
  missingSamples30: (item, random) => withMissingSamples(item, 0.3, random),
  onsetEarly: (item) => withDelay(item, -1, 0),
  guard2: (item) => withDelay(item, 0, 2),
  onsetLateNoGuard: (item) => withDelay(item, 1, 0),
  onsetLateGuard2: (item) => withDelay(item, 1, 2),
  onset2LateGuard2: (item) => withDelay(item, 2, 2),
};

/** Ranks every case under every condition. */
export function measureRobustness(
  pack: readonly PackCase[],
  weights: RankingWeights,
  options: RankingOptions
): Record<string, ConditionFigures> {
  return Object.fromEntries(
    Object.entries(CONDITIONS).map(([name, change]) => {
      const random = new Xorshift32(SEED);
      return [
        name,
        judgeAll(
          pack.map((item) => change(item, random)),
          weights,
          options
        ),
      ];
    })
  );
}

function judgeAll(pack: readonly PackCase[], weights: RankingWeights, options: RankingOptions): ConditionFigures {
  let exceptions = 0;
  const outcomes = blindCases(pack).flatMap((blind, i): readonly CaseOutcome[] => {
    try {
      return [judgeCase(pack[i]!, blind, weights, options)];
    } catch {
      exceptions += 1;
      return [];
    }
  });
  return {
    ...accuracyOf(outcomes.map(({ rank }) => rank)),
    bySystem: bySystem(outcomes, (own) => accuracyOf(own.map(({ rank }) => rank))),
    abstained: outcomes.filter(({ decision }) => decision !== 'root-cause').length,
    insufficient: outcomes.filter(({ decision }) => decision === 'insufficient-data').length,
    exceptions,
  };
}
