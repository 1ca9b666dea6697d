import {
  RANKERS,
  SHIPPED_RANKING_WEIGHTS,
  type FeatureMethod,
  type Ranker,
  type RankingDefaults,
  type RankingOptions,
  type RankingWeights,
} from '#engine';
import { PROTOCOLS } from '#training';
import type { RcaArguments } from './arguments.ts';
import { BASELINES, type ServiceScores } from './baselines.ts';
import { metricsOnly, withDelay, withoutGraph } from './conditions.ts';
import { accuracyOf, bySystem, mean, round, toFigures, type Accuracy, type RcaFigures } from './figures.ts';
import { compareCase, readGolden } from './golden.ts';
import { blindCases, judgeCase, type CaseOutcome } from './outcome.ts';
import type { BlindCase } from './blind-case.ts';
import type { PackCase } from './pack-case.ts';
import { type ConcurrentFigures, measureConcurrent } from './concurrent.ts';
import { measureQuiet } from './quiet-windows.ts';
import { describeMachine, type Machine } from '../report.ts';
import { readPack } from './read-pack.ts';
import { measureRobustness, type ConditionFigures } from './robustness.ts';
import { measureSpeed, type SpeedFigures } from './speed.ts';
import { measureUnseen, type UnseenFigures } from './unseen.ts';
import { readWeightsFile } from './weights-file.ts';
import { chance, constantAnswer } from './zero-information.ts';

/** Share of right metric kinds: given the faulty service, and together with it. */
export interface KindFigures {
  readonly cases: number;
  readonly givenService: number;
  readonly joint: number;
}

/** Accuracy with that of each system. */
export interface SystemAccuracy extends Accuracy {
  readonly bySystem: Readonly<Record<string, Accuracy>>;
}

/** The answer of the bench; the fields of {@link RcaFigures} are those of the specification's section 14. */
export interface RcaAnswer extends RcaFigures {
  readonly schema: 'causeway.bench-rca/1';
  readonly weights: {
    readonly version: string;
    readonly trainedOn: readonly string[];
    readonly defaults: RankingDefaults;
  };
  readonly ranker: Ranker;
  readonly method: FeatureMethod;
  readonly byFault: Readonly<Record<string, Accuracy>>;
  readonly metricKind: KindFigures & { readonly bySystem: Readonly<Record<string, KindFigures>> };
  readonly rankers: Readonly<Record<string, SystemAccuracy>>;
  readonly baselines: Readonly<Record<string, SystemAccuracy>>;
  readonly quiet: ReturnType<typeof measureQuiet>;
  readonly golden?: { readonly cases: number; readonly differing: number };
  readonly robustness?: Readonly<Record<string, ConditionFigures>>;
  readonly concurrent?: ConcurrentFigures;
  readonly speed?: readonly SpeedFigures[];
  readonly refitted?: UnseenFigures;
  readonly machine?: Machine;
}

/** Runs everything that was asked for. @param say  progress */
export async function measureRca(args: RcaArguments, say: (text: string) => void): Promise<RcaAnswer> {
  const pack = readPack(args.data);
  const weights = args.weights === undefined ? SHIPPED_RANKING_WEIGHTS : readWeightsFile(args.weights);
  const cases = pack.map((item) => underConditions(item, args));
  const blind = blindCases(cases);
  say(`${cases.length} cases`);
  const options = { ranker: args.ranker ?? weights.defaults.ranker, method: args.method };
  const outcomes = judgeAll(cases, blind, weights, options);
  say('rankers, baselines, quiet windows');
  return {
    ...toFigures(outcomes),
    schema: 'causeway.bench-rca/1',
    weights: { version: weights.version, trainedOn: weights.trainedOn, defaults: weights.defaults },
    ...options,
    byFault: byFault(outcomes),
    metricKind: { ...kindsOf(outcomes), bySystem: bySystem(outcomes, kindsOf) },
    rankers: Object.fromEntries(
      RANKERS.map((ranker) => [ranker, systemAccuracy(judgeAll(cases, blind, weights, { ...options, ranker }))])
    ),
    baselines: { ...baselinesOf(cases, blind), ...zeroInformation(cases) },
    quiet: measureQuiet(cases, weights, options),
    ...(args.golden === undefined ? {} : { golden: checkGolden(pack, args.golden, weights, say) }),
    ...(args.full ? measureMore(cases, weights, options, say) : {}),
    ...(args.unseen || args.full
      ? { refitted: await measureUnseen(cases, blind, args.full ? PROTOCOLS : ['unseen'], say) }
      : {}),
  };
}

function measureMore(
  cases: readonly PackCase[],
  weights: RankingWeights,
  options: RankingOptions,
  say: (text: string) => void
): Pick<RcaAnswer, 'machine' | 'robustness' | 'concurrent' | 'speed'> {
  say('robustness, several causes, speed');
  return {
    machine: describeMachine(),
    robustness: measureRobustness(cases, weights, options),
    concurrent: measureConcurrent(cases, weights, options),
    speed: measureSpeed(weights, say),
  };
}

function underConditions(item: PackCase, args: RcaArguments): PackCase {
  const telemetry = args.metricsOnly ? metricsOnly(item) : item;
  const graph = args.graph ? telemetry : withoutGraph(telemetry);
  return args.delay === 0 && args.guard === 0 ? graph : withDelay(graph, args.delay, args.guard);
}

/** One case warms up, so that the times are not those of the compiler. */
function judgeAll(
  cases: readonly PackCase[],
  blind: readonly BlindCase[],
  weights: RankingWeights,
  options: RankingOptions
): readonly CaseOutcome[] {
  judgeCase(cases[0]!, blind[0]!, weights, options);
  return cases.map((item, i) => judgeCase(item, blind[i]!, weights, options));
}

function byFault(outcomes: readonly CaseOutcome[]): Record<string, Accuracy> {
  const named = outcomes.map(({ faultType, rank }) => ({ dataset: faultType, rank }));
  const isCode = ({ faultType }: CaseOutcome): boolean => /^(exception|return)$/.test(faultType);
  return {
    ...bySystem(named, (own) => accuracyOf(own.map(({ rank }) => rank))),
    code: accuracyOf(outcomes.filter(isCode).map(({ rank }) => rank)),
  };
}

function kindsOf(outcomes: readonly CaseOutcome[]): KindFigures {
  const share = (holds: (outcome: CaseOutcome) => boolean): number =>
    round(mean(outcomes.map((outcome) => (holds(outcome) ? 1 : 0))), 3);
  return {
    cases: outcomes.length,
    givenService: share(({ kindGivenService }) => kindGivenService),
    joint: share(({ kindGivenService, rank }) => kindGivenService && rank === 1),
  };
}

function systemAccuracy(items: readonly { readonly dataset: string; readonly rank: number }[]): SystemAccuracy {
  return {
    ...accuracyOf(items.map(({ rank }) => rank)),
    bySystem: bySystem(items, (own) => accuracyOf(own.map(({ rank }) => rank))),
  };
}

function baselinesOf(cases: readonly PackCase[], blind: readonly BlindCase[]): Record<string, SystemAccuracy> {
  return Object.fromEntries(
    Object.entries(BASELINES).map(([name, method]) => {
      const ranks = cases.map(({ truth }, i) => {
        const { input, names } = blind[i]!;
        const scores = method(input);
        return { dataset: truth.dataset, rank: placeIn(scores, names.indexOf(truth.service)) };
      });
      return [name, systemAccuracy(ranks)];
    })
  );
}

/** Equal scores stand in the order of the services, which is drawn at random: many of these methods know a few levels only. */
function placeIn(scores: ServiceScores, service: number): number {
  const own = scores.get(service);
  const before = [...scores].filter(([other, score]) => score > own! || (score === own && other < service));
  return own === undefined ? Infinity : 1 + before.length;
}

function zeroInformation(cases: readonly PackCase[]): Record<string, SystemAccuracy> {
  const items = cases.map((item) => ({ dataset: item.truth.dataset, item }));
  return {
    constant: systemAccuracy(constantAnswer(cases)),
    chance: { ...chance(cases), bySystem: bySystem(items, (own) => chance(own.map(({ item }) => item))) },
  };
}

function checkGolden(
  pack: readonly PackCase[],
  directory: string,
  weights: RankingWeights,
  say: (text: string) => void
): { cases: number; differing: number } {
  const golden = readGolden(directory);
  const problems = pack.map((item) => compareCase(item, golden, weights));
  problems.flat().slice(0, 20).forEach(say);
  return { cases: pack.length, differing: problems.filter((own) => own.length > 0).length };
}
