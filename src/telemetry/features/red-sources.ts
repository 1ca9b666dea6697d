import type { FeatureName, Labels, Seconds } from '#model';
import { rate, share, sumBy } from '../promql/expressions.ts';
import { selector, type Matcher } from '../promql/selector.ts';
import { ownerKey, type FeatureScope } from './feature-plan.ts';
import type { FeatureRecipe, FeatureSource, SourceSlice } from './feature-source.ts';
import { identify, IDENTITY_MODES, identityProbe, looseNamespace, type IdentityMode } from './identity.ts';
import { REQUEST_FAMILIES, type RequestFamily } from './request-families.ts';

/** Quantiles of the service vector. */
export const QUANTILES: readonly (readonly [FeatureName, number])[] = [
  ['latency_p50', 0.5],
  ['latency_p95', 0.95],
  ['latency_p99', 0.99],
];

/**
 * A quantile in seconds of summed buckets; absent where nothing was observed.
 * @param buckets `sum by (..., le) (rate(...))`
 */
export function quantileSeconds(quantile: number, buckets: string, unit: RequestFamily['durationUnit']): string {
  const value = `histogram_quantile(${quantile}, ${buckets})`;
  return unit === 'milliseconds' ? `${value} / 1000 >= 0` : `${value} >= 0`;
}

type Build = (scope: FeatureScope, mode: IdentityMode, matchers: readonly Matcher[]) => readonly FeatureRecipe[];

/** Rows of an identity probe as one slice per way of naming. */
export function slicesByMode(
  rows: readonly Labels[],
  scope: FeatureScope,
  filtered: boolean,
  build: (mode: IdentityMode) => readonly FeatureRecipe[]
): readonly SourceSlice[] {
  const owners = new Map<IdentityMode, Map<string, string>>();
  for (const row of rows) {
    const found = identify(row, scope, filtered);
    if (found) {
      const { mode, name } = found;
      const named = owners.get(mode) ?? new Map<string, string>();
      owners.set(mode, named.set(ownerKey(row, [mode.label]), name));
    }
  }
  return IDENTITY_MODES.flatMap((mode) => {
    const named = owners.get(mode);
    return named ? [{ id: mode.id, ownerLabels: [mode.label], owners: named, recipes: build(mode) }] : [];
  });
}

function part(
  family: RequestFamily,
  id: string,
  needs: string,
  probed: readonly Matcher[],
  build: Build
): FeatureSource {
  return {
    family: family.family,
    profile: 'service',
    id: `${family.id}/${id}`,
    needs: [needs],
    adopts: true,
    probe: () => identityProbe((offset) => `${selector(needs, probed)}${offset}`),
    slices: (rows, scope) =>
      slicesByMode(rows, scope, !family.traced, (mode) => {
        const place = family.traced ? [] : looseNamespace(scope, mode.id);
        return build(scope, mode, [...family.served, ...mode.matchers, ...place]);
      }),
  };
}

function summedRate(metric: string, mode: IdentityMode, matchers: readonly Matcher[], windowSeconds: Seconds): string {
  return sumBy([mode.label], mode.wrap(rate(selector(metric, matchers), windowSeconds)));
}

/** Rate of the series that one of the labels marks. Every series has at most one of them, so nothing counts twice. */
export function markedRate(
  metric: string,
  matchers: readonly Matcher[],
  marks: readonly Matcher[],
  windowSeconds: Seconds
): string {
  return marks.map((mark) => rate(selector(metric, [...matchers, mark]), windowSeconds)).join(' or ');
}

/** The three parts of a family, found and chosen apart: a service may count requests and measure no durations. */
function partsOf(family: RequestFamily): readonly FeatureSource[] {
  const { requests, served, status, durations, durationUnit } = family;
  const total = (mode: IdentityMode, matchers: readonly Matcher[], seconds: Seconds): string =>
    summedRate(requests, mode, matchers, seconds);
  const errorShare = (mode: IdentityMode, matchers: readonly Matcher[], seconds: Seconds): string => {
    const marks = status.map(({ server }) => server);
    const failed = sumBy([mode.label], mode.wrap(`(${markedRate(requests, matchers, marks, seconds)})`));
    return share(failed, total(mode, matchers, seconds));
  };
  const rates = part(family, 'requests', requests, served, (scope, mode, matchers) => [
    { feature: 'request_rate_1m', expr: total(mode, matchers, scope.minuteSeconds), combine: 'sum' },
    { feature: 'request_rate_5m', expr: total(mode, matchers, scope.fiveMinutesSeconds), combine: 'sum' },
  ]);
  const failures = status.map(({ label }) => label);
  const errors: FeatureSource = {
    ...part(family, 'errors', requests, served, (scope, mode, matchers) => [
      { feature: 'error_rate_1m', expr: errorShare(mode, matchers, scope.minuteSeconds), combine: 'only' },
      { feature: 'error_rate_5m', expr: errorShare(mode, matchers, scope.fiveMinutesSeconds), combine: 'only' },
    ]),
    // A service whose requests carry no status would look free of errors.
    probe: () =>
      identityProbe((offset) => {
        const marked = failures.map((label) => `${selector(requests, [...served, { label, notEquals: '' }])}${offset}`);
        return marked.length === 1 ? marked.join('') : `(${marked.join(' or ')})`;
      }),
  };
  const endless: readonly Matcher[] = [...served, { label: 'le', equals: '+Inf' }];
  const latency = part(family, 'latency', `${durations}_bucket`, endless, (scope, mode, matchers) =>
    QUANTILES.map(([feature, quantile]) => {
      const buckets = mode.wrap(rate(selector(`${durations}_bucket`, matchers), scope.rateSeconds));
      const expr = quantileSeconds(quantile, sumBy([mode.label, 'le'], buckets), durationUnit);
      return { feature, expr, combine: 'only' };
    })
  );
  return [rates, errors, latency];
}

/** Rate, errors and latency of services from their own requests. Families with the same counter are asked once. */
export const RED_SOURCES: readonly FeatureSource[] = [
  ...new Map(REQUEST_FAMILIES.flatMap(partsOf).map((source) => [source.id, source])).values(),
];
