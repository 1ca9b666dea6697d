import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { extractFeatures, rankCase, type RankingWeights } from '#engine';
import { toBlindCase } from './blind-case.ts';
import type { PackCase } from './pack-case.ts';

/** Expected series of a case: service, metric, kind, baseline and incident values, up, down, delta, median. */
export type GoldenSeries = readonly [string, string, string, number, number, number, number, number, number];

/** Expected scores of a case, with four decimals. */
export interface GoldenScores {
  readonly services: readonly string[];
  readonly x: readonly (readonly number[])[];
  readonly prior: readonly number[];
  readonly linear: readonly number[];
  readonly gnn: readonly number[];
  readonly blend: readonly number[];
  readonly confidence: readonly number[];
  readonly abstain: boolean;
  readonly top: string;
  readonly kinds: readonly (readonly [string, number])[];
}

/** Golden values by case id. */
export interface GoldenValues {
  readonly series: ReadonlyMap<string, readonly GoldenSeries[]>;
  readonly scores: ReadonlyMap<string, GoldenScores>;
}

/** Relative, for series values with seven significant digits. */
const SERIES_TOLERANCE = 1e-6;
/** Absolute, for scores with four decimals. */
const SCORE_TOLERANCE = 2e-4;

/** Reads every `*.series.json.gz` and `*.scores.json.gz` of a directory. */
export function readGolden(directory: string): GoldenValues {
  const read = <Value>(suffix: string): ReadonlyMap<string, Value> =>
    new Map(
      readdirSync(directory)
        .filter((name) => name.endsWith(suffix))
        .flatMap((name) => {
          const text = gunzipSync(readFileSync(path.join(directory, name))).toString('utf8');
          return Object.entries((JSON.parse(text) as { readonly cases: Record<string, Value> }).cases);
        })
    );
  return { series: read('.series.json.gz'), scores: read('.scores.json.gz') };
}

/** Every difference between our values of a case and the expected ones, step by step; empty when all agree. */
export function compareCase(item: PackCase, golden: GoldenValues, weights: RankingWeights): readonly string[] {
  const series = golden.series.get(item.truth.id);
  const scores = golden.scores.get(item.truth.id);
  if (!series || !scores) {
    return [`${item.truth.id}: has no golden values`];
  }
  const found = [...compareSeries(item, series), ...compareScores(item, scores, weights)];
  return found.map((text) => `${item.truth.id}: ${text}`);
}

const inFileOrder = (item: PackCase): readonly number[] => item.services.map((_, i) => i);

function compareSeries(item: PackCase, expected: readonly GoldenSeries[]): readonly string[] {
  const { input, names } = toBlindCase(item, inFileOrder(item));
  const { evidence } = extractFeatures(input, 'reference');
  const metrics = [item.metrics, item.traces, item.logs].flatMap((windows) => windows?.columns ?? []);
  const byService = names.map((name) => metrics.filter(({ service }) => service === name));
  const position = new Map<number, number>();
  const nameOf = input.series.map(({ service }) => {
    const at = position.get(service) ?? 0;
    position.set(service, at + 1);
    return byService[service]?.[at]?.metric ?? '';
  });
  const actual = new Map(
    evidence.scored.map(({ index, source, deviation: d }) => [
      `${names[source.service]}|${nameOf[index]}`,
      [source.kind, d.baselineValues, d.incidentValues, d.up * d.coverage, d.down * d.coverage, d.delta, d.median],
    ])
  );
  const problems = actual.size === expected.length ? [] : [`${actual.size} series, ${expected.length} expected`];
  for (const [service, metric, ...values] of expected) {
    const own = actual.get(`${service}|${metric}`);
    if (
      !own ||
      !values.every((value, i) => isClose(own[i], value, SERIES_TOLERANCE * Math.abs(Number(value)) + 1e-9))
    ) {
      problems.push(`series ${service}|${metric}: ${JSON.stringify(own)}, ${JSON.stringify(values)} expected`);
    }
  }
  return problems;
}

function isClose(actual: unknown, expected: unknown, tolerance: number): boolean {
  return typeof expected === 'number' ? Math.abs(Number(actual) - expected) <= tolerance : actual === expected;
}

function compareScores(item: PackCase, expected: GoldenScores, weights: RankingWeights): readonly string[] {
  const { input, names } = toBlindCase(item, inFileOrder(item));
  const problems: string[] = [];
  const compare = (what: string, actual: readonly unknown[], wanted: readonly unknown[]): void => {
    const at = wanted.findIndex((value, i) => !isClose(actual[i], value, SCORE_TOLERANCE));
    if (at >= 0 || actual.length !== wanted.length) {
      problems.push(`${what}[${at}]: ${String(actual[at])}, ${String(wanted[at])} expected`);
    }
  };
  const prior = rankCase(input, weights, { ranker: 'prior', method: 'reference' });
  const result = rankCase(input, weights, { ranker: 'blend', method: 'reference' });
  const inOrder = result.ranking.toSorted((left, right) => left.service - right.service);
  const nameOf = (service: number): string => names[service] ?? '';
  compare(
    'services',
    inOrder.map(({ service }) => nameOf(service)),
    expected.services
  );
  inOrder.forEach(({ service, features }, i) => compare(`x of ${nameOf(service)}`, [...features], expected.x[i] ?? []));
  const priorScores = prior.ranking.toSorted((left, right) => left.service - right.service).map(({ linear }) => linear);
  compare('prior', priorScores, expected.prior);
  compare(
    'linear',
    inOrder.map(({ linear }) => linear),
    expected.linear
  );
  compare(
    'gnn',
    inOrder.map(({ network }) => network),
    expected.gnn
  );
  compare(
    'blend',
    inOrder.map(({ score }) => score),
    expected.blend
  );
  compare(
    'confidence',
    inOrder.map(({ confidence }) => confidence),
    expected.confidence
  );
  compare('abstain', [result.decision === 'no-significant-root-cause'], [expected.abstain]);
  const [first] = result.ranking;
  compare('top', [nameOf(first?.service ?? -1)], [expected.top]);
  const kinds = result.kinds(first?.service ?? -1);
  compare(
    'kinds',
    kinds.map(({ kind }) => kind),
    expected.kinds.map(([kind]) => kind)
  );
  compare(
    'kind values',
    kinds.map(({ value }) => value),
    expected.kinds.map(([, value]) => value)
  );
  return problems;
}
