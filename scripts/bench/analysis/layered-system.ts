import type { AnalysisInput } from '../../../src/engine/index.ts';
import type { Harm, ServiceEdge, Signal, SignalKind, Unit } from '../../../src/model/index.ts';
import type { UnminedEvents } from '../../../src/backend/analysis/mine-events.ts';
import { RandomStream } from '../synthetic/random-stream.ts';
import { layeredEvents } from './layered-events.ts';

/** Layers of calls. */
export const DEPTH = 8;
/** Points of normal times and of the incident, a quarter of a minute apart. */
export const ROWS = { baseline: 720, incident: 40 } as const;
const STEP_MS = 15_000;
const START_MS = Date.UTC(2026, 0, 5);

/** What every service sends: eleven signals. */
export const KINDS: readonly (readonly [kind: SignalKind, suffix: string, unit: Unit, harm: Harm, level: number])[] = [
  ['latency', '/p50', 'seconds', 'up', 0.02],
  ['latency', '/p95', 'seconds', 'up', 0.05],
  ['latency', '/p99', 'seconds', 'up', 0.08],
  ['error-ratio', '', 'ratio', 'up', 0.001],
  ['request-rate', '', 'per-second', 'both', 50],
  ['cpu', '', 'cores', 'up', 0.4],
  ['memory', '', 'bytes', 'up', 4e8],
  ['memory-utilisation', '', 'ratio', 'up', 0.5],
  ['self-time', '', 'seconds', 'up', 0.01],
  ['disk-io', '', 'bytes', 'both', 1e6],
  ['log-errors', '', 'per-second', 'up', 0.1],
];

/** An incident with its answer. */
export interface LayeredSystem {
  readonly input: AnalysisInput;
  /** What was counted beside the signals; its log lines are still to be mined. */
  readonly events: UnminedEvents;
  readonly cause: string;
}

/**
 * A system of layers, each service called by one to three of the layer above. One of the deepest services becomes slow and
 * busy, and everybody who reaches it waits along.
 */
export function layeredSystem(count: number, seed: number): LayeredSystem {
  const random = new RandomStream(seed, 0);
  const names = Array.from({ length: count }, (_, i) => `service-${String(i).padStart(4, '0')}`);
  const layerOf = (i: number): number => (i === 0 ? 0 : 1 + ((i - 1) % (DEPTH - 1)));
  const layers = Array.from({ length: DEPTH }, (_, layer) => [...names.keys()].filter((i) => layerOf(i) === layer));
  const calls = [...names.keys()].slice(1).flatMap((callee) => {
    const above = layers[layerOf(callee) - 1] ?? [];
    const callers = Array.from({ length: random.integer(1, 3) }, () => above[random.integer(0, above.length - 1)] ?? 0);
    return [...new Set(callers)].map((caller) => [caller, callee] as const);
  });
  const faulty = layers[DEPTH - 1]?.at(-1) ?? count - 1;
  const slow = callersOf(faulty, calls);
  const onsetMs = START_MS + ROWS.baseline * STEP_MS;
  const toMs = onsetMs + ROWS.incident * STEP_MS;
  const input: AnalysisInput = {
    id: 'bench',
    target: { service: names[0] ?? '', symptom: 'latency' },
    signals: names.flatMap((service, i) => signalsOf(service, slow.has(i), i === faulty, random)),
    graph: {
      nodes: names.map((name) => ({ name, kind: 'service' as const })),
      edges: calls.map(([caller, callee]) => toEdge(names[caller] ?? '', names[callee] ?? '', toMs)),
      generatedAtMs: toMs,
    },
    window: { fromMs: onsetMs - 10 * 60_000, toMs },
    baseline: { fromMs: START_MS, toMs: onsetMs - 10 * 60_000 },
    onsetMs,
    changes: [],
    errorLogs: [],
    gaps: [],
  };
  const events = layeredEvents(names, calls, faulty, random);
  return { input, events, cause: names[faulty] ?? '' };
}

function callersOf(start: number, calls: readonly (readonly [number, number])[]): ReadonlySet<number> {
  const found = new Set([start]);
  for (const callee of found) {
    calls.filter(([, called]) => called === callee).forEach(([caller]) => found.add(caller));
  }
  return found;
}

function signalsOf(service: string, isSlow: boolean, isFaulty: boolean, random: RandomStream): readonly Signal[] {
  const rows = ROWS.baseline + ROWS.incident;
  const timesMs = Array.from({ length: rows }, (_, row) => START_MS + row * STEP_MS);
  return KINDS.map(([kind, suffix, unit, harm, level]) => {
    const disturbed = (kind === 'latency' && isSlow) || (kind !== 'request-rate' && isFaulty);
    const extra = kind === 'latency' ? 0.5 : level;
    const values = timesMs.map((_, row) => {
      const usual = level * (0.9 + 0.2 * random.uniform());
      return disturbed && row >= ROWS.baseline ? usual + extra * (0.9 + 0.2 * random.uniform()) : usual;
    });
    return {
      id: `${service}/${kind}${suffix}`,
      service,
      kind,
      unit,
      harm,
      query: 'bench',
      series: { labels: {}, timesMs, values },
    };
  });
}

function toEdge(caller: string, callee: string, lastSeenMs: number): ServiceEdge {
  return { caller, callee, kind: 'http', requestsPerSecond: 50, errorRatio: 0.001, lastSeenMs };
}
