import {
  histogramStats,
  type NamedCalls,
  type NamedServiceEvents,
  unknownDurations,
} from '../../../src/engine/index.ts';
import type { LogLine } from '../../../src/model/index.ts';
import type { UnminedEvents } from '../../../src/backend/analysis/mine-events.ts';
import type { RandomStream } from '../synthetic/random-stream.ts';

/** What the backend counts at most. */
export const EVENTS = { services: 120, operations: 10, baselineLines: 12_000, incidentLines: 6000 } as const;

const BOUNDS = [...Array.from({ length: 14 }, (_, i) => 0.002 * 2 ** i), Infinity];
const TEMPLATES = 25;

/** Operations, calls and log lines of the first services, as many as the backend ever collects; one service says something new. */
export function layeredEvents(
  names: readonly string[],
  calls: readonly (readonly [caller: number, callee: number])[],
  faulty: number,
  random: RandomStream
): UnminedEvents {
  const counted = [...names.keys()].filter((i) => i === faulty || i < EVENTS.services);
  return {
    services: counted.map((i) => eventsOf(i, names, calls, random)),
    lines: counted.map((i) => {
      const service = names[i] ?? '';
      const write = (count: number, isNew: boolean): readonly LogLine[] =>
        Array.from({ length: Math.floor(count / counted.length) }, (_, line) => toLine(service, line, isNew, random));
      const { baselineLines, incidentLines } = EVENTS;
      return {
        service,
        baseline: write(baselineLines, false),
        incident: write(incidentLines, i === faulty),
        shares: [1, 1] as const,
      };
    }),
  };
}

function eventsOf(
  service: number,
  names: readonly string[],
  calls: readonly (readonly [caller: number, callee: number])[],
  random: RandomStream
): NamedServiceEvents {
  const count = (base: number): number => base * (0.95 + 0.1 * random.uniform());
  const own = calls.filter(([caller]) => caller === service);
  const durations = (total: number) =>
    own.length > 0
      ? unknownDurations(total)
      : histogramStats(
          total,
          BOUNDS,
          BOUNDS.map((_, i) => total * random.uniform() * (i < 8 ? 1 : 0.01))
        );
  return {
    service: names[service] ?? '',
    requests: [count(180_000), count(30_000)],
    serverOperations: Array.from({ length: EVENTS.operations }, (_, i) => ({
      operation: `GET /path-${i}`,
      baseline: durations(count(18_000)),
      incident: durations(count(3000)),
    })),
    internalOperations: [],
    calls: own.map(([, callee]): NamedCalls => {
      const name = names[callee] ?? '';
      const [baseline, incident] = [unknownDurations(count(180_000)), unknownDurations(count(30_000))];
      return { operation: name, callee: name, baseline, incident, failed: [count(90), count(15)] };
    }),
    logTemplates: new Map(),
  };
}

function toLine(service: string, index: number, isNew: boolean, random: RandomStream): LogLine {
  const kind = random.integer(0, TEMPLATES - 1);
  const words =
    isNew && index % 2 === 0 ? 'column does not exist in table' : `step ${'abcdefghijklmnopqrstuvwxy'[kind]} done for`;
  const level = isNew && index % 2 === 0 ? 'error' : 'info';
  const fields = { level, msg: `${words} order ${random.integer(1, 99_999)}`, duration_ms: random.integer(1, 900) };
  return { atMs: index, labels: { service_name: service, level }, line: JSON.stringify(fields) };
}
