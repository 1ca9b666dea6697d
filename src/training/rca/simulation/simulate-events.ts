import type {
  CallOperation,
  InternalOperation,
  OperationChange,
  OperationStats,
  ServiceEvents,
  WindowCounts,
} from '#engine';
import type { RandomDraws } from '../random-draws.ts';
import type { Faults, JourneyFlow } from './flow.ts';
import type { SimulatedSystem } from './system.ts';
import type { SimulatedWindows } from './windows.ts';

/** What the drawing of spans and log lines needs to know. */
export interface EventContext {
  readonly random: RandomDraws;
  readonly system: SimulatedSystem;
  readonly windows: SimulatedWindows;
  readonly faults: Faults;
  readonly before: readonly JourneyFlow[];
  readonly during: readonly JourneyFlow[];
  /** Share of requests that are traced. */
  readonly sampled: number;
  /** Operations inside a service are traced. */
  readonly internals: boolean;
  /** Failures are traced as operations of their own. */
  readonly errorPaths: boolean;
  /** How far medians of durations wander between two windows, on the log scale. */
  readonly drift: number;
}

/** A step of a service's work that leaves a span or a log line. */
interface Step {
  readonly perVisit: number;
  /** Journeys that take it. */
  readonly journeys: Uint8Array;
  /** 0 to 1: how far into the work; what breaks off early leaves out the late ones. */
  readonly position: number;
}

/** Events of one service together with the log lines per row that they make. */
export interface SimulatedEvents {
  readonly events: ServiceEvents;
  /** Lines per row: all, of errors, of new templates, before and during. */
  readonly lines: Readonly<Record<'all' | 'errors' | 'novel', readonly [before: number, during: number]>>;
}

/**
 * Draws the spans and log lines of one service as counts over both windows.
 *
 * A fault of code leaves out the steps behind it, at the root and, where the answer breaks them off, at its callers;
 * failures leave error paths and error lines. Counts scatter as counts do.
 *
 * Cost O(steps x journeys).
 */
export function simulateEvents(context: EventContext, service: number): SimulatedEvents {
  const { random, system } = context;
  const visits = drawVisits(context, service);
  const operations = Array.from({ length: 1 + random.below(3) }, (_, i) => i);
  const server = operations.map((operation) => {
    const share = (journey: number): number => (journey % operations.length === operation ? 1 : 0);
    return {
      operation: `S:${operation}`,
      ...timed(context, service, countVisits(random, visits, [share, share]), share),
    };
  });
  const logs = simulateLogs(context, service, visits);
  const { traces, latency } = system.sensors;
  return {
    events: {
      ...((traces || latency) && { requests: countVisits(random, visits, [() => 1, () => 1]) }),
      serverOperations: traces ? server : [],
      internalOperations: traces && context.internals ? internalOperations(context, service, visits) : [],
      calls: traces ? callOperations(context, service, visits) : [],
      logTemplates: logs.templates,
      logErrors: logs.errors,
    },
    lines: logs.lines,
  };
}

/** Traced visits of a service in both windows, by journey. */
type Visits = readonly [before: readonly number[], during: readonly number[]];

/** Times per visit, by journey. */
type PerVisit = (journey: number) => number;

function drawVisits(context: EventContext, service: number): Visits {
  const { random, windows, sampled, before, during } = context;
  const rows = (flows: readonly JourneyFlow[], length: number): number[] =>
    flows.map((flow) => random.poisson((flow.visits[service] ?? 0) * sampled * length));
  const struck = rows(during, windows.incidentRows);
  return [
    rows(before, windows.baselineRows),
    struck.map((count, journey) => random.binomial(count, traced(context, service, journey))),
  ];
}

/** Share of a service's visits during the incident that leave a trace. */
function traced({ faults }: EventContext, service: number, journey: number): number {
  const fault = faults.get(service);
  return fault ? 1 - fault.mute * fault.failure * (fault.hit[journey] ?? 0) : 1;
}

/** Counts what happens so often per visit: the whole part always, the rest by chance. */
function countVisits(
  random: RandomDraws,
  visits: Visits,
  [before, during]: readonly [PerVisit, PerVisit]
): WindowCounts {
  const count = (counts: readonly number[], perVisit: PerVisit): number =>
    counts.reduce((sum, visited, journey) => {
      const times = Math.max(0, perVisit(journey));
      const whole = Math.floor(times);
      return sum + whole * visited + random.binomial(visited, times - whole);
    }, 0);
  return [count(visits[0], before), count(visits[1], during)];
}

function drawStep(random: RandomDraws, journeys: number): Step {
  return {
    perVisit: random.pick([1, 1, 1, 2, 0.5, 0.2, 0.05]),
    journeys: Uint8Array.from({ length: journeys }, () => (random.chance(0.7) ? 1 : 0)),
    position: random.uniform(0, 1),
  };
}

/** Share of the times that a step is still reached during the incident. */
function reached({ faults, during }: EventContext, service: number, step: Step, journey: number): number {
  const skipped = during[journey]?.skipped[service] ?? 0;
  const fault = faults.get(service);
  if (fault) {
    const hit = (fault.hit[journey] ?? 0) * (fault.failure > 0 && fault.failure < 1 ? fault.failure : 1);
    return step.position > 1 - fault.skipped ? 1 - hit : 1;
  }
  return step.position > 0.4 ? Math.max(0, 1 - 1.6 * skipped) : 1;
}

/** How often per visit a step is taken, before and during. */
function takes(context: EventContext, service: number, step: Step): readonly [PerVisit, PerVisit] {
  const usual: PerVisit = (journey) => (step.journeys[journey] ?? 0) * step.perVisit;
  return [usual, (journey) => usual(journey) * reached(context, service, step, journey)];
}

/** How often per visit the service fails, before and during. */
function fails({ before, during }: EventContext, service: number, times: number): readonly [PerVisit, PerVisit] {
  return [
    (journey) => times * (before[journey]?.failures[service] ?? 0),
    (journey) => times * (during[journey]?.failures[service] ?? 0),
  ];
}

function internalOperations(context: EventContext, service: number, visits: Visits): readonly InternalOperation[] {
  const { random, system } = context;
  const list: InternalOperation[] = [];
  for (let i = random.below(6); i > 0; i -= 1) {
    const step = drawStep(random, system.journeys.length);
    const rates = takes(context, service, step);
    const change = timed(context, service, countVisits(random, visits, rates), rates[0]);
    list.push({ operation: `O:${i}`, ...change, errorPath: false });
  }
  if (context.errorPaths) {
    const counts = countVisits(random, visits, fails(context, service, 1));
    const stats = (count: number): OperationStats => ({ count, medianLnMs: 0, madLnMs: 0.3, p90LnMs: 0.5 });
    list.push({
      operation: 'O:error',
      errorPath: true,
      ...(counts[0] > 0 && { baseline: stats(counts[0]) }),
      ...(counts[1] > 0 && { incident: stats(counts[1]) }),
    });
  }
  return list;
}

function callOperations(context: EventContext, service: number, visits: Visits): readonly CallOperation[] {
  const { random, before, during } = context;
  return context.system.edges.flatMap(({ caller, callee }, edge) => {
    if (caller !== service) {
      return [];
    }
    const perVisit =
      (flows: readonly JourneyFlow[]): PerVisit =>
      (journey) => {
        const visited = flows[journey]?.visits[service] ?? 0;
        return visited > 0 ? (flows[journey]?.calls[edge] ?? 0) / visited : 0;
      };
    const answered: PerVisit = (journey) => perVisit(during)(journey) * traced(context, callee, journey);
    const counts = countVisits(random, visits, [perVisit(before), answered]);
    const wire = (flows: readonly JourneyFlow[]): number => flows[0]?.wireMs[edge] ?? 1;
    return [{ operation: `C>${callee}`, callee, ...durations(context, counts, [wire(before), wire(during)]) }];
  });
}

/** Exclusive times of an operation that runs in some journeys. */
function timed(
  context: EventContext,
  service: number,
  counts: WindowCounts,
  perVisit: PerVisit
): Pick<OperationChange, 'baseline' | 'incident'> {
  const used = Math.max(
    0,
    context.before.findIndex((_, journey) => perVisit(journey) > 0)
  );
  const own = (flows: readonly JourneyFlow[]): number => flows[used]?.selfMs[service] ?? 1;
  return durations(context, counts, [own(context.before), own(context.during)]);
}

function durations(
  context: EventContext,
  counts: WindowCounts,
  ms: readonly [number, number]
): Pick<OperationChange, 'baseline' | 'incident'> {
  const { random } = context;
  const spread = Math.exp(random.uniform(-3, -0.5));
  const scale = Math.exp(random.uniform(-3, 0));
  const drift = context.drift * random.studentT3();
  const stats = (count: number, level: number, shift: number): OperationStats => {
    const median = Math.log(level * scale + 0.05) + shift + (1.25 * spread * random.normal()) / Math.sqrt(count);
    return { count, medianLnMs: median, madLnMs: spread / 1.4826, p90LnMs: median + 1.28 * spread };
  };
  return {
    ...(counts[0] > 0 && { baseline: stats(counts[0], ms[0], 0) }),
    ...(counts[1] > 0 && { incident: stats(counts[1], ms[1], drift) }),
  };
}

interface SimulatedLogs {
  readonly templates: ReadonlyMap<string, WindowCounts>;
  readonly errors: WindowCounts;
  readonly lines: SimulatedEvents['lines'];
}

function simulateLogs(context: EventContext, service: number, visits: Visits): SimulatedLogs {
  const { random, system, windows } = context;
  const templates = new Map<string, WindowCounts>();
  if (!system.sensors.logs) {
    return { templates, errors: [0, 0], lines: { all: [0, 0], errors: [0, 0], novel: [0, 0] } };
  }
  const all: [number, number] = [0, 0];
  const add = (name: string, rates: readonly [PerVisit, PerVisit]): WindowCounts => {
    const counts = countVisits(random, visits, rates);
    if (counts[0] + counts[1] > 0) {
      templates.set(name, counts);
    }
    all[0] += counts[0];
    all[1] += counts[1];
    return counts;
  };
  for (let i = random.below(9); i > 0; i -= 1) {
    add(`line ${i}`, takes(context, service, drawStep(random, system.journeys.length)));
  }
  const errors = add('error', complaints(context, service));
  const perRow = (counts: readonly [number, number]): readonly [number, number] => [
    counts[0] / (context.sampled * windows.baselineRows),
    counts[1] / (context.sampled * windows.incidentRows),
  ];
  const novel = errors[0] === 0 ? errors[1] : 0;
  return { templates, errors, lines: { all: perRow(all), errors: perRow(errors), novel: perRow([0, novel]) } };
}

/** Error lines per visit: some services log what fails, some of those at fault also what goes wrong without failing. */
function complaints(context: EventContext, service: number): readonly [PerVisit, PerVisit] {
  const { random, faults } = context;
  const fault = faults.get(service);
  const times = random.chance(fault ? 0.8 : 0.5) ? random.uniform(0.3, 2) : 0;
  const wrong = fault && fault.skipped > 0 && random.chance(0.4) ? fault.hit : undefined;
  const [before, during] = fails(context, service, times);
  return [before, (journey) => during(journey) + (wrong?.[journey] ?? 0)];
}
