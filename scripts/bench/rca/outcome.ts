import { rankCase, type RankedKind, type RankingResult, type RankingOptions, type RankingWeights } from '#engine';
import { Xorshift32 } from '#engine';
import { shuffledOrder, toBlindCase, type BlindCase } from './blind-case.ts';
import type { PackCase } from './pack-case.ts';

/** What became of one case. */
export interface CaseOutcome {
  readonly dataset: string;
  readonly faultType: string;
  /** 1 + the number of strictly better services; infinite where the faulty one is no candidate. */
  readonly rank: number;
  readonly decision: RankingResult['decision'];
  /** Confidence of the first service; 0 without one. */
  readonly confidence: number;
  /** The right kind came first for the faulty service. */
  readonly kindGivenService: boolean;
  readonly milliseconds: number;
}

/** Metric kinds that count as right for a fault. Ref: RCA specification 6. */
const ACCEPTED: readonly (readonly [RegExp, ReadonlySet<RankedKind['kind']>])[] = [
  [/^cpu/, new Set(['cpu'])],
  [/^mem/, new Set(['mem'])],
  [/^network_delay$/, new Set(['latency', 'tnet', 'net', 'client_latency'])],
  [/^(exception|return)$/, new Set(['logsev', 'logbad', 'lognovel', 'loglines', 'struct', 'event'])],
  [/^latency$/, new Set(['latency'])],
  [/^availability$/, new Set(['avail', 'error'])],
];

/** The order of services that the engine gets is drawn once per case from this seed. */
const SHUFFLE_SEED = 20_260_701;

/** Hands cases over without names, in orders shuffled with a fixed seed. */
export function blindCases(pack: readonly PackCase[], seed: number = SHUFFLE_SEED): readonly BlindCase[] {
  const random = new Xorshift32(seed);
  return pack.map((item) =>
    toBlindCase(
      item,
      shuffledOrder(item.services.length, (bound) => random.below(bound))
    )
  );
}

/** Ranks one case and compares with the truth. */
export function judgeCase(
  item: PackCase,
  blind: BlindCase,
  weights: RankingWeights,
  options: RankingOptions
): CaseOutcome {
  const started = performance.now();
  const result = rankCase(blind.input, weights, options);
  const milliseconds = performance.now() - started;
  const { truth } = item;
  const answer = blind.names.indexOf(truth.service);
  const [first] = result.kinds(answer);
  const accepted = ACCEPTED.find(([pattern]) => pattern.test(truth.faultType))?.[1];
  return {
    dataset: truth.dataset,
    faultType: truth.faultType,
    rank: rankOf(result, answer),
    decision: result.decision,
    confidence: result.ranking[0]?.confidence ?? 0,
    kindGivenService: first !== undefined && accepted?.has(first.kind) === true,
    milliseconds,
  };
}

/** 1 + the number of strictly better services; infinite for a service that is no candidate. */
export function rankOf({ ranking }: RankingResult, service: number): number {
  const own = ranking.find((item) => item.service === service);
  return own ? 1 + ranking.filter(({ score }) => score > own.score).length : Infinity;
}
