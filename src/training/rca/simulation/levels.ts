import type { JourneyFlow } from './flow.ts';
import type { SimulatedSystem } from './system.ts';

/** What the telemetry of one service would say without noise. */
export interface ServiceLevels {
  /** Visits per row. */
  readonly visits: number;
  /** Share of visits that fail. */
  readonly failures: number;
  /** Mean answer time, milliseconds; NaN without visits. */
  readonly answerMs: number;
  /** Answer time of each journey with its visits, ascending. */
  readonly answers: readonly (readonly [ms: number, visits: number])[];
  /** Mean time that its own calls take, wire included, milliseconds; NaN without calls. */
  readonly clientMs: number;
  /** Time of its own per request of the entry that comes by, milliseconds. */
  readonly selfMs: number;
  /** Mean time on the wire of calls to it, milliseconds; NaN without calls. */
  readonly wireMs: number;
  /** Calls per visit. */
  readonly callsPerVisit: number;
  /** Share of its work that is left out. */
  readonly skipped: number;
}

/**
 * Sums the journeys up per service.
 * Cost O(journeys x (N + E)).
 */
export function levelsOf(system: SimulatedSystem, flow: readonly JourneyFlow[]): readonly ServiceLevels[] {
  const sums = system.services.map(() => ({ calls: 0, clientMs: 0, into: 0, wireMs: 0 }));
  for (const { calls, wireMs, answerMs } of flow) {
    system.edges.forEach(({ caller, callee }, i) => {
      const times = calls[i] ?? 0;
      const wire = wireMs[i] ?? 0;
      const from = sums[caller];
      const to = sums[callee];
      if (from && to) {
        from.calls += times;
        from.clientMs += times * (wire + (answerMs[callee] ?? 0));
        to.into += times;
        to.wireMs += times * wire;
      }
    });
  }
  return system.services.map((_, service) => {
    const own = sums[service] ?? { calls: 0, clientMs: 0, into: 0, wireMs: 0 };
    const mean = (value: (journey: JourneyFlow) => number): number =>
      weigh(flow, (journey) => journey.visits[service] ?? 0, value);
    const visits = flow.reduce((sum, journey) => sum + (journey.visits[service] ?? 0), 0);
    const passing = flow.reduce((sum, journey, j) => {
      return sum + ((journey.visits[service] ?? 0) > 0 ? (system.journeys[j]?.rate ?? 0) : 0);
    }, 0);
    return {
      visits,
      failures: mean((journey) => journey.failures[service] ?? 0),
      answerMs: mean((journey) => journey.answerMs[service] ?? 0),
      answers: flow
        .map((journey) => [journey.answerMs[service] ?? 0, journey.visits[service] ?? 0] as const)
        .sort((left, right) => left[0] - right[0]),
      clientMs: own.clientMs / own.calls,
      selfMs: (mean((journey) => journey.selfMs[service] ?? 0) * visits) / passing,
      wireMs: own.wireMs / own.into,
      callsPerVisit: visits > 0 ? own.calls / visits : 0,
      skipped: mean((journey) => journey.skipped[service] ?? 0),
    };
  });
}

function weigh(
  flow: readonly JourneyFlow[],
  weight: (journey: JourneyFlow) => number,
  value: (journey: JourneyFlow) => number
): number {
  let sum = 0;
  let total = 0;
  for (const journey of flow) {
    sum += weight(journey) * value(journey);
    total += weight(journey);
  }
  return sum / total;
}

/**
 * Quantile of the answer time of a service whose journeys scatter log-normally around their own time.
 *
 * @param levels  of the service
 * @param p  0 to 1
 * @param normalQuantile  quantile p of the standard normal
 * @param spread  standard deviation of the logarithm
 * @returns milliseconds; NaN without visits
 */
export function answerQuantile(
  { answers, visits }: ServiceLevels,
  p: number,
  normalQuantile: number,
  spread: number
): number {
  let passed = 0;
  for (const [ms, share] of answers) {
    passed += share;
    if (share > 0 && passed >= p * visits) {
      return ms * Math.exp(normalQuantile * spread);
    }
  }
  return Number.NaN;
}
