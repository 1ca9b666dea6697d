import {
  rankCase,
  UNTRAINED_WEIGHTS,
  Xorshift32,
  type MetricKind,
  type RankingCase,
  type RankingWeights,
} from '#engine';
import { quantile, round } from './figures.ts';

/** What ranking one case of a size costs, in processor time: other programs of the machine do not lengthen it. */
export interface SpeedFigures {
  readonly services: number;
  readonly series: number;
  readonly baselineRows: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** What the values of the case take, and by how much heap and buffers grew at most while it was ranked, in MiB. */
  readonly caseMiB: number;
  readonly rankingMiB: number;
}

/** Eleven series per service: what an OpenTelemetry service with its container sends. */
const KINDS: readonly MetricKind[] = [
  'latency',
  'latency',
  'client_latency',
  'error',
  'traffic',
  'cpu',
  'mem',
  'disk',
  'net',
  'logsev',
  'other',
];
const DEPTH = 8;
/** A day at one point a minute, and half an hour of incident. */
const BASELINE_ROWS = 1440;
const INCIDENT_ROWS = 30;
const SIZES: readonly (readonly [services: number, runs: number])[] = [
  [30, 40],
  [60, 40],
  [120, 100],
  [250, 20],
  [500, 10],
  [1000, 8],
];
const MIB = 2 ** 20;

/** A system of layers, each service called by one to three of the layer above; one of the deepest is slow and busy. */
export function layeredCase(services: number, random: Xorshift32): RankingCase {
  const layerOf = (service: number): number => (service === 0 ? 0 : 1 + ((service - 1) % (DEPTH - 1)));
  const inLayer = (layer: number): readonly number[] =>
    Array.from({ length: services }, (_, i) => i).filter((service) => layerOf(service) === layer);
  const layers = Array.from({ length: DEPTH }, (_, layer) => inLayer(layer));
  const edges = Array.from({ length: services - 1 }, (_, i) => i + 1).flatMap((callee) => {
    const above = layers[layerOf(callee) - 1]!;
    const callers = 1 + random.below(3);
    return Array.from({ length: callers }, () => [above[random.below(above.length)]!, callee] as const);
  });
  const faulty = services - 1;
  return {
    services: Array.from({ length: services }, () => ({ type: 'service' })),
    edges,
    entry: 0,
    target: { service: 0, metric: 'latency' },
    series: Array.from({ length: services }, (_, service) => service).flatMap((service) =>
      KINDS.map((kind, i) => {
        const level = 1 + random.next() * 100;
        const values = (rows: number, factor: number): Float64Array =>
          Float64Array.from({ length: rows }, () => level * factor * (0.9 + 0.2 * random.next()));
        return {
          service,
          metric: `m${i}`,
          kind,
          baseline: values(BASELINE_ROWS, 1),
          incident: values(INCIDENT_ROWS, service === faulty || service === 0 ? 3 : 1),
          expectedBaselineRows: BASELINE_ROWS,
        };
      })
    ),
    incidentRows: INCIDENT_ROWS,
    baselineRows: BASELINE_ROWS,
  };
}

/** Processor time of ranking loaded cases of several sizes. */
export function measureSpeed(weights: RankingWeights, say: (text: string) => void): readonly SpeedFigures[] {
  const random = new Xorshift32(3);
  rankCase(layeredCase(20, random), UNTRAINED_WEIGHTS);
  return SIZES.map(([services, runs]) => {
    const input = layeredCase(services, random);
    const loaded = usedMiB();
    rankCase(input, weights);
    let most = loaded;
    const times = Array.from({ length: runs }, () => {
      const started = process.cpuUsage();
      rankCase(input, weights);
      const { user, system } = process.cpuUsage(started);
      const taken = (user + system) / 1000;
      most = Math.max(most, usedMiB());
      return taken;
    }).sort((left, right) => left - right);
    say(`${services} services: ${times[Math.floor(runs / 2)]!.toFixed(0)} ms`);
    return {
      services,
      series: services * KINDS.length,
      baselineRows: BASELINE_ROWS,
      p50Ms: round(quantile(times, 0.5), 1),
      p99Ms: round(quantile(times, 0.99), 1),
      caseMiB: round(valuesMiB(input), 1),
      rankingMiB: round(most - loaded, 1),
    };
  });
}

function valuesMiB({ series }: RankingCase): number {
  return series.reduce((sum, { baseline, incident }) => sum + baseline.byteLength + incident.byteLength, 0) / MIB;
}

function usedMiB(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / MIB;
}
