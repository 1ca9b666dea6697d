import type { SimulatedFault } from './fault.ts';
import type { SimulatedSystem } from './system.ts';

/** Share of a caller's own work that hangs on one of its calls. */
const BREAKS_OFF = 0.6;

/** Faults by the service at which they are. */
export type Faults = ReadonlyMap<number, SimulatedFault>;

/** What one journey does at every service and edge, per row. */
export interface JourneyFlow {
  /** Visits of every service. */
  readonly visits: Float64Array;
  /** Calls along every edge. */
  readonly calls: Float64Array;
  /** Answer time of every service, milliseconds. */
  readonly answerMs: Float64Array;
  /** Time of its own of every service per visit, milliseconds. */
  readonly selfMs: Float64Array;
  /** Share of visits that fail. */
  readonly failures: Float64Array;
  /** Share of a service's work that is left out, because it breaks off or is not called for. */
  readonly skipped: Float64Array;
  /** Time on the wire per call of every edge, milliseconds. */
  readonly wireMs: Float64Array;
}

/**
 * Lets the requests of every journey run through the system.
 *
 * Latency and failures climb from callees to callers, visits descend from callers to callees: a slow callee makes its
 * callers slow, a failing one makes them fail or break off, and what breaks off no longer calls others.
 *
 * @param system  the installation
 * @param faults  none: nothing is wrong
 * Cost O(journeys x (N + E)).
 */
export function flowOf(system: SimulatedSystem, faults: Faults): readonly JourneyFlow[] {
  const out = system.services.map((): number[] => []);
  system.edges.forEach(({ caller }, i) => out[caller]?.push(i));
  return system.journeys.map((_, journey) => {
    const climb = new Climb(system, out, journey, faults);
    system.order.toReversed().forEach((service) => climb.visit(service));
    const { perVisit, answerMs, selfMs, failures, skipped, wireMs } = climb;
    return { answerMs, selfMs, failures, skipped, wireMs, ...descend(system, out, journey, perVisit, faults) };
  });
}

/** Latency and failures of one journey, from callees to callers. */
class Climb {
  /** Calls along every edge per visit of the caller. */
  readonly perVisit: Float64Array;
  readonly answerMs: Float64Array;
  readonly selfMs: Float64Array;
  readonly failures: Float64Array;
  readonly skipped: Float64Array;
  readonly wireMs: Float64Array;
  private readonly system: SimulatedSystem;
  private readonly out: readonly (readonly number[])[];
  private readonly journey: number;
  private readonly faults: Faults;

  constructor(system: SimulatedSystem, out: readonly (readonly number[])[], journey: number, faults: Faults) {
    const size = system.services.length;
    this.system = system;
    this.out = out;
    this.journey = journey;
    this.faults = faults;
    this.perVisit = Float64Array.from(system.journeys[journey]?.calls ?? []);
    this.answerMs = new Float64Array(size);
    this.selfMs = new Float64Array(size);
    this.failures = new Float64Array(size);
    this.skipped = new Float64Array(size);
    this.wireMs = Float64Array.from(
      system.edges,
      ({ caller, callee }) =>
        (system.services[callee]?.wireMs ?? 0) +
        (faults.get(callee)?.wireMs ?? 0) +
        (faults.get(caller)?.wireOutMs ?? 0)
    );
  }

  /** Works one service out; its callees are done. */
  visit(at: number): void {
    const service = this.system.services[at];
    if (!service) {
      return;
    }
    const own = this.faults.get(at);
    const hit = own?.hit[this.journey] ?? 0;
    const skipped = hit * (own?.skipped ?? 0);
    const calls = this.out[at] ?? [];
    this.cutCalls(calls, 1 - skipped);
    this.selfMs[at] = service.selfMs * (1 - 0.7 * skipped) * (1 + hit * ((own?.selfFactor ?? 1) - 1));
    this.answerMs[at] = (this.selfMs[at] ?? 0) + service.parallel * this.waitMs(calls);
    const works = (1 - service.failures) * (1 - hit * (own?.failure ?? 0));
    this.failures[at] = 1 - works * this.calleesSucceed(calls);
    this.skipped[at] = Math.max(skipped, this.brokenOff(calls));
  }

  /** Calls that remain when others fail or mislead the caller, or the caller leaves them out itself. */
  private cutCalls(calls: readonly number[], share: number): void {
    for (const edge of calls) {
      let kept = share;
      for (const other of calls) {
        if (other !== edge && (this.perVisit[other] ?? 0) > 0) {
          kept *= this.keptAfter(other, 1);
        }
      }
      this.perVisit[edge] = (this.perVisit[edge] ?? 0) * kept;
    }
  }

  /** Share of a caller's work that goes on after a call. */
  private keptAfter(edge: number, strength: number): number {
    const { callee = -1, aborts = 0 } = this.system.edges[edge] ?? {};
    const fault = this.faults.get(callee);
    const misled = fault ? fault.misled * (fault.hit[this.journey] ?? 0) : 0;
    return (1 - strength * aborts * (this.failures[callee] ?? 0)) * (1 - strength * aborts * misled);
  }

  private waitMs(calls: readonly number[]): number {
    return calls.reduce((sum, edge) => {
      const { callee = -1, waits = false } = this.system.edges[edge] ?? {};
      const ms = (this.wireMs[edge] ?? 0) + (this.answerMs[callee] ?? 0);
      return sum + (waits ? (this.perVisit[edge] ?? 0) * ms : 0);
    }, 0);
  }

  /** Probability that no callee's failure is passed on. */
  private calleesSucceed(calls: readonly number[]): number {
    return calls.reduce((product, edge) => {
      const { callee = -1, passesOn = 0 } = this.system.edges[edge] ?? {};
      return product * (1 - passesOn * (this.failures[callee] ?? 0)) ** Math.min(this.perVisit[edge] ?? 0, 3);
    }, 1);
  }

  /** Share of a caller's own work that its callees' failures and wrong answers leave out. */
  private brokenOff(calls: readonly number[]): number {
    const called = calls.filter((edge) => (this.perVisit[edge] ?? 0) > 0);
    return 1 - called.reduce((kept, edge) => kept * this.keptAfter(edge, BREAKS_OFF), 1);
  }
}

function descend(
  { services, edges, journeys, order, entry }: SimulatedSystem,
  out: readonly (readonly number[])[],
  journey: number,
  perVisit: Float64Array,
  faults: Faults
): Pick<JourneyFlow, 'visits' | 'calls'> {
  const visits = new Float64Array(services.length);
  const calls = new Float64Array(edges.length);
  const called = new Set(edges.map(({ callee }) => callee));
  const deterred = [...faults.values()].reduce((most, fault) => Math.max(most, fault.deterred), 0);
  const rate = (journeys[journey]?.rate ?? 0) * (1 - deterred);
  for (const at of order) {
    // What nobody calls is called from outside, less often than the entry.
    visits[at] = (visits[at] ?? 0) + (at === entry ? rate : called.has(at) ? 0 : 0.3 * rate);
    for (const edge of out[at] ?? []) {
      calls[edge] = (visits[at] ?? 0) * (perVisit[edge] ?? 0);
      const callee = edges[edge]?.callee ?? 0;
      visits[callee] = (visits[callee] ?? 0) + (calls[edge] ?? 0);
    }
  }
  return { visits, calls };
}
