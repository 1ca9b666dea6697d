import { estimateEffects, quantileSorted, type EffectColumn, type EffectInput, type TestedEffect } from '#engine';
import { studentWithin } from '../../../src/engine/stats/student-t.ts';
import { mean } from '../detection/round.ts';
import { metricKindOf } from '../rca/metric-kind.ts';
import type { PackCase } from '../rca/pack-case.ts';

/** How well the effect in one incident predicts another incident of the same cause. */
export interface PairFigures {
  readonly fault: string;
  /** Both incidents under the same traffic, as in the RCA specification 11.6, or under different traffic. */
  readonly traffic: 'same' | 'other';
  readonly pairs: number;
  /** Median of |predicted - observed rise| / observed rise. */
  readonly errorPooled: number;
  readonly errorBaselineOnly: number;
  readonly errorRequestRatio: number;
  /** Share of pairs of which the interval holds the observed rise of the target per rise of the cause. */
  readonly coversSlope: number;
  readonly coversAnotherIncident: number;
  readonly coversNeweyWest: number;
  readonly coversBaselineOnly: number;
}

/** Verdicts on measured ancestors of the target, by where they stand. */
export interface VerdictFigures {
  readonly place: 'the cause' | 'on the path' | 'elsewhere' | 'the cause, asked alone';
  readonly candidates: number;
  readonly supported: number;
}

/** What the real incidents say. */
export interface RealFigures {
  readonly cases: number;
  readonly pairs: readonly PairFigures[];
  /** How much slopes of one cause differ between incidents, errors taken off, as a share of the slope. */
  readonly betweenIncidents: { readonly all: number; readonly withoutOneCause: readonly number[] };
  readonly verdicts: readonly VerdictFigures[];
}

const DATASET = 'petshop';
const METRICS: Readonly<Record<string, string>> = { latency: 'latency_Average', availability: 'availability_Average' };
const TRAFFIC = 'requests_Sum';

interface Incident {
  readonly truth: PackCase['truth'];
  readonly effect: TestedEffect;
  /** Requests of the cause per request of the target. */
  readonly requestRatio: number;
}

/** Figures of the PetShop cases of a pack; undefined when it has none. */
export function judgeRealPairs(cases: readonly PackCase[], onDone: (done: number) => void): RealFigures | undefined {
  const usable = cases.filter(({ truth }) => truth.dataset === DATASET && METRICS[truth.faultType] !== undefined);
  if (usable.length === 0) {
    return undefined;
  }
  const incidents = usable.flatMap((each, i) => {
    onDone(i + 1);
    return toIncident(each) ?? [];
  });
  const pairs = Object.keys(METRICS).flatMap((fault) =>
    (['same', 'other'] as const).map((traffic) => pairFigures(incidents, fault, traffic))
  );
  const excesses = excessVariances(incidents);
  return {
    cases: usable.length,
    pairs: pairs.filter((figures) => figures.pairs > 0),
    betweenIncidents: {
      all: Math.sqrt(mean(excesses)),
      withoutOneCause: excesses.map((_, i) => Math.sqrt(mean(excesses.filter((__, j) => j !== i)))),
    },
    verdicts: [...verdictFigures(usable), aloneFigures(incidents)],
  };
}

/** The columns of a case on one grid, baseline rows first. Case ids and truth are not in it. */
function toInput({ metrics, edges, entry, target }: PackCase, metric: string): EffectInput {
  const { baselineRows, incidentRows } = metrics;
  const columns = metrics.columns.map(({ service, metric: name }, i): EffectColumn => {
    const values = new Float64Array(baselineRows + incidentRows).fill(Number.NaN);
    values.set(metrics.baseline[i] ?? []);
    values.set(metrics.incident[i] ?? [], baselineRows);
    const kind = metricKindOf(name);
    return { service, metric: name, kind, unit: kind === 'avail' ? 'percent' : 'seconds', values };
  });
  return {
    columns,
    calls: edges,
    entry,
    window: {
      baselineFrom: 0,
      baselineTo: baselineRows,
      incidentFrom: baselineRows,
      incidentTo: baselineRows + incidentRows,
    },
    target: indexOf(columns, target.service, metric),
    seed: 1,
  };
}

function indexOf(columns: readonly EffectColumn[], service: string, metric: string): number {
  return columns.findIndex((column) => column.service === service && column.metric === metric);
}

function toIncident(each: PackCase): Incident | undefined {
  const metric = METRICS[each.truth.faultType] ?? '';
  const input = toInput(each, metric);
  const cause = indexOf(input.columns, each.truth.service, metric);
  const [effect] = estimateEffects({ ...input, candidates: [cause] }).tested;
  const traffic = (service: string): ArrayLike<number> =>
    each.metrics.baseline[indexOf(input.columns, service, TRAFFIC)] ?? [];
  const [own, atTarget] = [traffic(each.truth.service), traffic(each.target.service)];
  const ratios = Array.from(own, (value, row) => value / (atTarget[row] ?? Number.NaN)).filter(Number.isFinite);
  return effect && { truth: each.truth, effect, requestRatio: middle(ratios) };
}

/** Median; NaN of nothing. */
function middle(values: readonly number[]): number {
  return values.length === 0
    ? Number.NaN
    : quantileSorted(
        values.toSorted((one, other) => one - other),
        0.5
      );
}

function pairFigures(incidents: readonly Incident[], fault: string, traffic: 'same' | 'other'): PairFigures {
  const pairs = incidents.flatMap((fitted) =>
    incidents
      .filter(
        (other) =>
          other !== fitted &&
          [fitted, other].every(({ truth }) => truth.faultType === fault) &&
          other.truth.service === fitted.truth.service &&
          (other.truth.scenario === fitted.truth.scenario) === (traffic === 'same')
      )
      .map((other) => toPair(fitted, other))
  );
  const covers = (pick: (pair: Pair) => boolean | undefined): number =>
    mean(pairs.flatMap((pair) => (pick(pair) === undefined ? [] : [Number(pick(pair))])));
  const error = (pick: (pair: Pair) => number): number => middle(pairs.map(pick).filter(Number.isFinite));
  return {
    fault,
    traffic,
    pairs: pairs.length,
    errorPooled: error(({ errors }) => errors.pooled),
    errorBaselineOnly: error(({ errors }) => errors.baselineOnly),
    errorRequestRatio: error(({ errors }) => errors.requestRatio),
    coversSlope: covers(({ covered }) => covered.slope),
    coversAnotherIncident: covers(({ covered }) => covered.anotherIncident),
    coversNeweyWest: covers(({ covered }) => covered.neweyWest),
    coversBaselineOnly: covers(({ covered }) => covered.baselineOnly),
  };
}

interface Pair {
  readonly errors: { readonly pooled: number; readonly baselineOnly: number; readonly requestRatio: number };
  /** Undefined where there is no such fit. */
  readonly covered: Readonly<Record<'slope' | 'anotherIncident' | 'neweyWest' | 'baselineOnly', boolean | undefined>>;
}

/** The effect fitted on one incident against what happened in the other. */
function toPair({ effect, requestRatio }: Incident, { effect: other }: Incident): Pair {
  const observed = other.targetChange / other.causeChange;
  const miss = (slope: number): number => Math.abs(slope - observed) / Math.abs(observed);
  const holds = (interval: TestedEffect['slope'] | null): boolean | undefined =>
    interval === null ? undefined : (interval.low ?? -Infinity) <= observed && observed <= (interval.high ?? Infinity);
  const { rows, adjustedFor, neweyWest, slope, anotherIncident, baselineSlope } = effect;
  const degrees = rows.baseline + rows.incident - adjustedFor.length - 2;
  return {
    errors: {
      pooled: miss(slope.value),
      baselineOnly: miss(baselineSlope?.value ?? Number.NaN),
      requestRatio: miss(requestRatio),
    },
    covered: {
      slope: holds(slope),
      anotherIncident: holds(anotherIncident),
      neweyWest: Math.abs(slope.value - observed) <= studentWithin(0.95, degrees) * neweyWest.standardError,
      baselineOnly: holds(baselineSlope),
    },
  };
}

/** Per cause and fault: variance of the slopes between incidents beyond that of the estimates, over the squared mean. */
function excessVariances(incidents: readonly Incident[]): readonly number[] {
  const groups = new Map<string, Incident[]>();
  for (const incident of incidents) {
    const key = `${incident.truth.service}|${incident.truth.faultType}`;
    groups.set(key, [...(groups.get(key) ?? []), incident]);
  }
  return [...groups.values()].flatMap((group) => {
    if (group.length < 2) {
      return [];
    }
    const slopes = group.map(({ effect }) => effect.slope.value);
    const centre = mean(slopes);
    const between = slopes.reduce((sum, slope) => sum + (slope - centre) ** 2, 0) / (slopes.length - 1);
    const within = mean(group.map(({ effect }) => effect.standardError ** 2));
    return [Math.max(0, between - within) / centre ** 2];
  });
}

/** All measured ancestors with the metric of the fault, in one family per case. */
function verdictFigures(cases: readonly PackCase[]): readonly VerdictFigures[] {
  const results = cases.flatMap((each) => {
    const metric = METRICS[each.truth.faultType] ?? '';
    const input = toInput(each, metric);
    const candidates = [...input.columns.keys()].filter(
      (i) => input.columns[i]?.metric === metric && input.columns[i]?.service !== each.target.service
    );
    const callers = callersOf(each, each.truth.service);
    return estimateEffects({ ...input, candidates }).tested.map(({ service, verdict }) => {
      const onPath = callers.has(String(service)) ? 'on the path' : 'elsewhere';
      return { place: service === each.truth.service ? 'the cause' : onPath, supported: verdict === 'supported' };
    });
  });
  return (['the cause', 'on the path', 'elsewhere'] as const).map((place) => {
    const here = results.filter((result) => result.place === place);
    return { place, candidates: here.length, supported: mean(here.map(({ supported }) => Number(supported))) };
  });
}

function aloneFigures(incidents: readonly Incident[]): VerdictFigures {
  const supported = mean(incidents.map(({ effect }) => Number(effect.verdict === 'supported')));
  return { place: 'the cause, asked alone', candidates: incidents.length, supported };
}

/** Everybody who calls a service, directly or through others. */
function callersOf({ edges }: PackCase, service: string): ReadonlySet<string> {
  const found = new Set([service]);
  for (const at of found) {
    edges.filter(([, callee]) => callee === at).forEach(([caller]) => found.add(caller));
  }
  found.delete(service);
  return found;
}
