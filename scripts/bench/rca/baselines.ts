import type { RankingCase, RankingSeries } from '#engine';
import { mean, quantile } from './figures.ts';

/** Scores by service index; services without a score are not ranked. */
export type ServiceScores = ReadonlyMap<number, number>;

/** A published or naive ranking of services. */
export type BaselineMethod = (input: RankingCase) => ServiceScores;

/** Deviation above which traversal and correlation take a service for anomalous. */
const ANOMALOUS = 5;

/**
 * The methods that are measured beside ours, on the same cases. The first two look at metrics only and take the largest
 * score of a service's series; the others look at one series per service, that of the target's kind.
 */
export const BASELINES: Readonly<Record<string, BaselineMethod>> = {
  nsigma: (input) => bySeries(input, ({ baseline, incident }) => maxZ(incident, mean(baseline), deviation(baseline))),
  baro: (input) =>
    bySeries(input, ({ baseline, incident }) => {
      const sorted = baseline.toSorted((left, right) => left - right);
      return maxZ(incident, quantile(sorted, 0.5), quantile(sorted, 0.75) - quantile(sorted, 0.25));
    }),
  rankedCorrelation,
  traversal,
  randomWalk,
};

interface FiniteWindows {
  readonly baseline: readonly number[];
  readonly incident: readonly number[];
}

/** Of the metric files, not from traces or logs. */
function isMetric({ expectedBaselineRows }: RankingSeries): boolean {
  return expectedBaselineRows !== undefined;
}

function bySeries(input: RankingCase, score: (windows: FiniteWindows) => number): ServiceScores {
  const best = new Map<number, number>();
  for (const series of input.series) {
    const windows = finiteWindows(series);
    if (isMetric(series) && windows) {
      best.set(series.service, Math.max(best.get(series.service) ?? -Infinity, score(windows)));
    }
  }
  return best;
}

/** Undefined for series with too few values and for constant ones. */
function finiteWindows(series: RankingSeries): FiniteWindows | undefined {
  // Bytes become megabytes as in the published runs: it decides where a constant baseline leaves no scale.
  const unit = series.kind === 'mem' && series.baseline.some((value) => value > 1e5) ? 1e-6 : 1;
  const finite = (values: Float64Array): number[] => [...values].filter(Number.isFinite).map((value) => value * unit);
  const baseline = finite(series.baseline);
  const incident = finite(series.incident);
  const constant = new Set(baseline).size === 1 && new Set(incident).size === 1;
  return baseline.length < 5 || incident.length === 0 || constant ? undefined : { baseline, incident };
}

function maxZ(incident: readonly number[], centre: number, scale: number): number {
  return Math.max(...incident.map((value) => (value - centre) / (scale || 1)));
}

function deviation(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
}

/** One series per service: that of the target's kind, else latency, else a resource. */
function indicators(input: RankingCase): ReadonlyMap<number, RankingSeries> {
  const chosen = new Map<number, { readonly place: number; readonly series: RankingSeries }>();
  for (const series of input.series) {
    const place = placeOf(series, input.target.metric);
    const usable = isMetric(series) && place !== undefined && finiteCount(series.baseline) >= 10;
    if (usable && finiteCount(series.incident) > 0 && place < (chosen.get(series.service)?.place ?? Infinity)) {
      chosen.set(series.service, { place, series });
    }
  }
  return new Map([...chosen].map(([service, { series }]) => [service, series]));
}

function placeOf({ kind, role }: RankingSeries, target: 'latency' | 'availability'): number | undefined {
  if (target === 'availability') {
    return kind === 'avail' ? 0 : undefined;
  }
  const place = { latency: role === undefined ? 1 : 0, cpu: 2, mem: 3 }[kind as 'latency' | 'cpu' | 'mem'];
  return place as number | undefined;
}

function finiteCount(values: Float64Array): number {
  return values.filter(Number.isFinite).length;
}

function robustZ(series: RankingSeries): number {
  const sorted = [...series.baseline].filter(Number.isFinite).sort((left, right) => left - right);
  const incident = [...series.incident].filter(Number.isFinite);
  const quartiles = (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / 1.349;
  const scale = Math.max(quartiles > 0 ? quartiles : deviation(sorted), 1e-9);
  return Math.max(...incident.map((value) => Math.abs(value - quantile(sorted, 0.5)) / scale));
}

function anomalies(input: RankingCase): { series: ReadonlyMap<number, RankingSeries>; z: Map<number, number> } {
  const series = indicators(input);
  return { series, z: new Map([...series].map(([service, own]) => [service, robustZ(own)])) };
}

/** Anomalous services none of whose callees is anomalous come first. */
function traversal(input: RankingCase): ServiceScores {
  const { z } = anomalies(input);
  const anomalous = new Set([...z].filter(([, value]) => value > ANOMALOUS).map(([service]) => service));
  const calls = (service: number): boolean =>
    input.edges.some(([caller, callee]) => caller === service && callee !== service && anomalous.has(callee));
  return new Map([...anomalous].map((service) => [service, (calls(service) ? 0 : 1e6) + (z.get(service) ?? 0)]));
}

/** Correlation with the entry in the incident window, anomalous services first. */
function rankedCorrelation(input: RankingCase): ServiceScores {
  const { series, z } = anomalies(input);
  const entry = observedEntry(input, z);
  const reference = series.get(entry ?? -1)?.incident;
  const scores = new Map<number, number>();
  for (const [service, own] of series) {
    if (service !== entry) {
      const like = reference ? correlation(own.incident, reference) : 0;
      scores.set(service, ((z.get(service) ?? 0) > ANOMALOUS ? 1 : 0) + like);
    }
  }
  return scores;
}

function observedEntry(input: RankingCase, z: ReadonlyMap<number, number>): number | undefined {
  const worst = [...z].sort((left, right) => right[1] - left[1])[0]?.[0];
  return input.entry !== undefined && z.has(input.entry) ? input.entry : worst;
}

function correlation(left: Float64Array, right: Float64Array): number {
  const pairs = left.length === right.length ? [...left.keys()] : [];
  const both = pairs.filter((i) => Number.isFinite(left[i]) && Number.isFinite(right[i]));
  if (both.length < 3) {
    return 0;
  }
  const a = both.map((i) => left[i]!);
  const b = both.map((i) => right[i]!);
  const [meanA, meanB] = [mean(a), mean(b)];
  const covariance = mean(a.map((value, i) => (value - meanA) * (b[i]! - meanB)));
  const scale = deviation(a) * deviation(b);
  return scale > 0 ? Math.abs(covariance / scale) : 0;
}

const RECENT_ROWS = 60;
const BACKWARD = 0.2;
const RESTART = 0.15;
const STEPS = 100;

/** Random walk with restart over calls, drawn to services whose series run like the entry's (MonitorRank). */
function randomWalk(input: RankingCase): ServiceScores {
  const { series, z } = anomalies(input);
  const services = [...series.keys()];
  const entry = observedEntry(input, z);
  const recent = (service: number | undefined): Float64Array => {
    const own = series.get(service ?? -1);
    return own ? Float64Array.from([...own.baseline.slice(-RECENT_ROWS), ...own.incident]) : new Float64Array(0);
  };
  const reference = recent(entry);
  const likeness = services.map((service) => Math.max(correlation(recent(service), reference), 1e-3));
  const transitions = walkMatrix(input, services, likeness);
  const total = likeness.reduce((sum, value) => sum + value, 0);
  const home = likeness.map((value) => value / total);
  let at = home;
  for (let step = 0; step < STEPS; step += 1) {
    const next = home.map((share) => RESTART * share);
    transitions.forEach((row, i) => row.forEach((p, j) => (next[j]! += (1 - RESTART) * at[i]! * p)));
    at = next;
  }
  return new Map(services.map((service, i) => [service, at[i]!]));
}

function walkMatrix(
  input: RankingCase,
  services: readonly number[],
  likeness: readonly number[]
): readonly (readonly number[])[] {
  const place = new Map(services.map((service, i) => [service, i]));
  const rows = services.map(() => services.map(() => 0));
  for (const [caller, callee] of input.edges) {
    const [from, to] = [place.get(caller), place.get(callee)];
    if (from !== undefined && to !== undefined) {
      rows[from]![to]! += likeness[to]!;
      rows[to]![from]! += BACKWARD * likeness[from]!;
    }
  }
  return rows.map((row, i) => {
    const strongest = Math.max(...row);
    const stayed = row.map((value, j) =>
      i === j ? value + (strongest > 0 ? Math.max(0, likeness[i]! - strongest) : 1) : value
    );
    const total = stayed.reduce((sum, value) => sum + value, 0);
    return stayed.map((value) => value / total);
  });
}
