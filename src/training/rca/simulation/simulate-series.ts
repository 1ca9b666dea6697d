import type { MetricKind, RankingSeries } from '#engine';
import type { RandomDraws } from '../random-draws.ts';
import type { Faults } from './flow.ts';
import { answerQuantile, type ServiceLevels } from './levels.ts';
import type { SimulatedSystem } from './system.ts';
import { correlated, drawRows, type SeriesNoise, type SimulatedWindows } from './windows.ts';

/** Levels of one service before and during the incident. */
export interface LevelPair {
  readonly service: number;
  readonly before: ServiceLevels;
  readonly during: ServiceLevels;
}

/** What the drawing of series needs to know. */
export interface SeriesContext {
  readonly random: RandomDraws;
  readonly system: SimulatedSystem;
  readonly windows: SimulatedWindows;
  readonly faults: Faults;
  /** Answer times of one service scatter by this much around those of their journey. */
  readonly answerSpread: number;
}

/**
 * Draws the series of one service that its installation records.
 *
 * @param pair  levels of the service
 * @param silent  the service has neither latency nor errors
 * @returns series of every kind that the sensors give
 * Cost O(series x rows).
 */
export function simulateSeries(context: SeriesContext, pair: LevelPair, silent: boolean): readonly RankingSeries[] {
  const { sensors, services } = context.system;
  const virtual = services[pair.service]?.type === 'client' || services[pair.service]?.type === 'remote';
  const own: RankingSeries[] = [];
  if (sensors.latency && !silent) {
    own.push(...latencySeries(context, pair));
  }
  if (sensors.errors !== 'none' && !silent) {
    own.push(...errorSeries(context, pair));
  }
  if (sensors.latency || sensors.traces) {
    own.push(trafficSeries(context, pair));
  }
  if (sensors.resources && !virtual) {
    own.push(...resourceSeries(context, pair));
  }
  if (sensors.traces && !virtual) {
    own.push(...traceSeries(context, pair));
  }
  const known = context.system.noise?.[pair.service];
  return own.filter(({ incident, kind }) => (!known || known[kind] !== undefined) && incident.some(Number.isFinite));
}

const logUniform = (random: RandomDraws, low: number, high: number): number =>
  Math.exp(random.uniform(Math.log(low), Math.log(high)));

function drawNoise(random: RandomDraws, low: number, high: number, loadPower: number): SeriesNoise {
  return {
    spread: logUniform(random, low, high),
    memory: random.uniform(0, 0.7),
    heavyTails: random.chance(0.3),
    loadPower,
    missing: random.chance(0.1) ? random.uniform(0, 0.5) : 0,
    spikes: 0,
  };
}

/** Noise of times that are averages over the visits of a row: few visits scatter more, and some rows have none. */
function drawTimeNoise(random: RandomDraws, [low, high]: readonly [number, number], visits: number): SeriesNoise {
  const noise = drawNoise(random, low, high, random.uniform(0, 0.4));
  return {
    ...noise,
    spread: noise.spread * (1 + 1 / Math.sqrt(1 + visits)),
    missing: Math.max(noise.missing, Math.exp(-visits)),
    spikes: random.pick([0, 0.005, 0.015, 0.04]),
  };
}

function seriesOf(
  context: SeriesContext,
  service: number,
  [metric, kind]: readonly [string, MetricKind],
  level: readonly [before: number, during: number],
  noise: SeriesNoise
): RankingSeries {
  return {
    service,
    metric,
    kind,
    ...drawRows(context.random, context.windows, withKnownSpread(context, service, kind, noise), level),
    expectedBaselineRows: context.windows.baselineRows,
  };
}

function withKnownSpread(
  { system }: SeriesContext,
  service: number,
  kind: MetricKind,
  noise: SeriesNoise
): SeriesNoise {
  return { ...noise, spread: system.noise?.[service]?.[kind] ?? noise.spread };
}

const QUANTILES = [
  ['latency_p50', 0.5, 0],
  ['latency_p90', 0.9, 1.2816],
  ['latency_p99', 0.99, 2.3263],
] as const;

function latencySeries(context: SeriesContext, { service, before, during }: LevelPair): readonly RankingSeries[] {
  const { random } = context;
  const noise = drawTimeNoise(random, [0.02, 0.6], before.visits);
  const seconds = (ms: number): number => ms / 1000;
  const list: RankingSeries[] = [
    {
      ...seriesOf(
        context,
        service,
        ['latency_mean', 'latency'],
        [seconds(before.answerMs), seconds(during.answerMs)],
        noise
      ),
      role: 'main-latency' as const,
    },
    ...QUANTILES.map(([metric, p, normal]) => {
      const level = (levels: ServiceLevels): number => seconds(answerQuantile(levels, p, normal, context.answerSpread));
      const wider = { ...noise, spread: noise.spread * (1 + normal / 2) };
      return seriesOf(context, service, [metric, 'latency'], [level(before), level(during)], wider);
    }),
  ];
  if (Number.isFinite(before.clientMs) && Number.isFinite(during.clientMs)) {
    const level = [seconds(before.clientMs), seconds(during.clientMs)] as const;
    list.push(seriesOf(context, service, ['client_latency_mean', 'client_latency'], level, noise));
  }
  return list;
}

function trafficSeries(context: SeriesContext, { service, before, during }: LevelPair): RankingSeries {
  const { random } = context;
  const noise = drawNoise(random, 0.01, 0.3, 1);
  const drawn = drawRows(random, context.windows, { ...noise, missing: 0 }, [before.visits, during.visits]);
  const count = (rate: number): number => random.poisson(rate);
  return {
    service,
    metric: 'requests',
    kind: 'traffic',
    baseline: drawn.baseline.map(count),
    incident: drawn.incident.map(count),
    expectedBaselineRows: context.windows.baselineRows,
    role: 'main-traffic',
  };
}

function errorSeries(context: SeriesContext, { service, before, during }: LevelPair): readonly RankingSeries[] {
  const { random, windows, system } = context;
  const share = (level: ServiceLevels): number => {
    const visits = random.poisson(level.visits);
    return visits === 0 ? 0 : Math.min(1, random.poisson(visits * level.failures) / visits);
  };
  const rows = (count: number, level: ServiceLevels): Float64Array =>
    Float64Array.from({ length: count }, () => share(level));
  const failed = { baseline: rows(windows.baselineRows, before), incident: rows(windows.incidentRows, during) };
  const common = { service, expectedBaselineRows: windows.baselineRows };
  if (system.sensors.errors === 'ratio') {
    return [{ ...common, metric: 'error_rate', kind: 'error', ...failed }];
  }
  const available = (values: Float64Array): Float64Array => values.map((value) => 100 * (1 - value));
  return [
    {
      ...common,
      metric: 'availability',
      kind: 'avail',
      baseline: available(failed.baseline),
      incident: available(failed.incident),
    },
  ];
}

/** Resources follow the load; those of the root rise by multiples of their spread. */
function resourceSeries(context: SeriesContext, { service, before, during }: LevelPair): readonly RankingSeries[] {
  const { random } = context;
  const fault = context.faults.get(service);
  const busier = before.visits > 0 ? during.visits / before.visits : 1;
  const rise = (series: RankingSeries, spread: number, multiple: number): RankingSeries =>
    multiple === 0 ? series : { ...series, incident: series.incident.map((value) => value * (1 + multiple * spread)) };
  const draw = (
    [metric, kind]: readonly [string, MetricKind],
    level: number,
    noise: SeriesNoise,
    multiple: number
  ): RankingSeries => {
    const idle = random.uniform(0, 1);
    const busy = idle + (1 - idle) * busier ** Math.min(1, noise.loadPower);
    const series = seriesOf(context, service, [metric, kind], [level, level * busy], noise);
    return rise(series, withKnownSpread(context, service, kind, noise).spread, multiple);
  };
  const cpu = drawNoise(random, 0.08, 0.6, random.uniform(0.2, 1));
  const net = drawNoise(random, 0.06, 0.4, random.uniform(0.3, 1));
  return [
    draw(['cpu', 'cpu'], logUniform(random, 0.5, 60), cpu, fault?.cpu ?? 0),
    draw(['memory', 'mem'], logUniform(random, 1e6, 1e9), drawNoise(random, 0.0005, 0.06, 0), fault?.memory ?? 0),
    draw(['disk', 'disk'], logUniform(random, 1, 1e5), drawNoise(random, 0.05, 0.8, 0.3), fault?.disk ?? 0),
    draw(['network_received', 'net'], logUniform(random, 50, 1e6), net, fault?.net ?? 0),
    draw(['network_sent', 'net'], logUniform(random, 50, 1e6), net, fault?.net ?? 0),
  ];
}

function traceSeries(context: SeriesContext, { service, before, during }: LevelPair): readonly RankingSeries[] {
  const { random } = context;
  const noise = drawTimeNoise(random, [0.04, 0.5], before.visits);
  const list = [seriesOf(context, service, ['trace_self', 'self'], [before.selfMs, during.selfMs], noise)];
  if (Number.isFinite(before.wireMs) && Number.isFinite(during.wireMs)) {
    list.push(
      seriesOf(
        context,
        service,
        ['trace_wire', 'tnet'],
        [before.wireMs, during.wireMs],
        drawTimeNoise(random, [0.06, 0.5], before.visits)
      )
    );
  }
  const spans = (levels: ServiceLevels): number => 1 + 3 * (1 - levels.skipped) + levels.callsPerVisit;
  const structure = { ...drawNoise(random, 0.005, 0.4, 0), heavyTails: false };
  list.push(seriesOf(context, service, ['trace_fanout', 'struct'], [spans(before), spans(during)], structure));
  return list;
}

/** Lines per row of one kind. */
export function logSeries(
  context: SeriesContext,
  service: number,
  [metric, kind]: readonly [string, MetricKind],
  [before, during]: readonly [before: number, during: number]
): RankingSeries {
  const { random, windows } = context;
  const noise = correlated(random, windows.load.length, { memory: 0.3, heavyTails: false });
  const spread = logUniform(random, 0.02, 0.2);
  const rows = noise.map((deviation, row) =>
    random.poisson((row < windows.baselineRows ? before : during) * Math.exp(spread * deviation))
  );
  return {
    service,
    metric,
    kind,
    baseline: rows.slice(0, windows.baselineRows),
    incident: rows.slice(windows.baselineRows),
  };
}
