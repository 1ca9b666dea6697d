import type { RankingSeries, ServiceEvents } from '#engine';
import type { RandomDraws } from '../random-draws.ts';
import type { LabelledCase } from '../training-item.ts';
import { drawFault, drawTrouble, type SimulatedFault } from './fault.ts';
import { flowOf, type JourneyFlow } from './flow.ts';
import { levelsOf, type ServiceLevels } from './levels.ts';
import { drawMirrors, mirrorLevels, type Mirror } from './mirrors.ts';
import { simulateEvents, type EventContext } from './simulate-events.ts';
import { logSeries, simulateSeries, type SeriesContext } from './simulate-series.ts';
import type { KnownTopology } from './known-topology.ts';
import { drawSystem, type SimulatedSystem } from './system.ts';
import { drawWindows } from './windows.ts';

/** Name of the simulation among the systems of a fit. */
export const SIMULATION = 'simulation';

/** An installation with what goes on in it, before any telemetry. */
interface Incident {
  readonly system: SimulatedSystem;
  readonly mirrors: readonly Mirror[];
  readonly fault: SimulatedFault;
  readonly faults: ReadonlyMap<number, SimulatedFault>;
  readonly quiet: readonly JourneyFlow[];
  readonly struck: readonly JourneyFlow[];
}

/**
 * Simulates one incident with a known cause: an installation, requests that flow through it, a fault at one service, and the
 * telemetry of both windows in the form in which real incidents reach the ranking.
 *
 * @param random  source of draws
 * @param known  a real topology; undefined: a random one
 * Cost some milliseconds for 30 services. Ref: RCA specification 8.
 */
export function simulateCase(random: RandomDraws, known?: KnownTopology): LabelledCase {
  const incident = drawIncident(random, known);
  const { system, mirrors, fault } = incident;
  const windows = drawWindows(random);
  const context: SeriesContext = {
    random,
    system,
    windows,
    faults: incident.faults,
    answerSpread: random.uniform(0.1, 0.8),
  };
  const { series, events } = drawTelemetry(incident, context);
  disturb(random, series, windows.incidentRows);
  const count = system.services.length;
  const replaced = new Set(mirrors.flatMap(({ replaces, edge }) => (replaces ? [edge] : [])));
  return {
    case: {
      services: [...system.services, ...mirrors].map(({ type }) => ({ type })),
      edges: [
        ...system.edges.filter((_, i) => !replaced.has(i)).map(({ caller, callee }) => [caller, callee] as const),
        ...mirrors.map(({ caller, callee }, i) => [caller ?? count + i, callee ?? count + i] as const),
      ],
      entry: system.entry,
      target: { service: system.entry, metric: fault.failure > 0 ? 'availability' : 'latency' },
      series,
      ...((system.sensors.traces || system.sensors.logs) && { events: { services: events } }),
      incidentRows: windows.incidentRows,
      baselineRows: windows.baselineRows,
    },
    cause: fault.root,
    system: SIMULATION,
    causeName: String(fault.root),
    fault: fault.kind,
    origin: SIMULATION,
    licence: 'own',
  };
}

function drawIncident(random: RandomDraws, known: KnownTopology | undefined): Incident {
  const system = drawSystem(random, known);
  const quiet = flowOf(system, new Map());
  const usual = levelsOf(system, quiet);
  const busy = [...system.services.keys()].filter((service) => (usual[service]?.visits ?? 0) > 0);
  const fault = drawFault(random, system, busy);
  const faults = new Map([[fault.root, fault]]);
  if (random.chance(0.4)) {
    const other = random.pick(busy);
    if (other !== fault.root) {
      faults.set(other, drawTrouble(random, system, other));
    }
  }
  return { system, mirrors: drawMirrors(random, system), fault, faults, quiet, struck: flowOf(system, faults) };
}

function drawTelemetry(
  { system, mirrors, quiet, struck, faults }: Incident,
  context: SeriesContext
): { readonly series: RankingSeries[]; readonly events: readonly ServiceEvents[] } {
  const { random, windows } = context;
  const silentShare = random.pick([0, 0.1, 0.3]);
  const eventContext: EventContext = {
    random,
    system,
    windows,
    faults,
    before: quiet,
    during: struck,
    sampled: random.uniform(0.1, 1),
    internals: random.chance(0.7),
    errorPaths: random.chance(0.6),
    drift: Math.exp(random.uniform(-4, -1.2)),
  };
  const before = levelsOf(system, quiet);
  const during = levelsOf(system, struck);
  const series: RankingSeries[] = [];
  const add = (service: number, was: ServiceLevels | undefined, is: ServiceLevels | undefined): void => {
    if (was && is) {
      series.push(...simulateSeries(context, { service, before: was, during: is }, random.chance(silentShare)));
    }
  };
  const events = system.services.map((_, service) => {
    add(service, before[service], during[service]);
    const drawn = simulateEvents(eventContext, service);
    if (system.sensors.logs) {
      series.push(
        logSeries(context, service, ['log_lines', 'loglines'], drawn.lines.all),
        logSeries(context, service, ['log_severe', 'logsev'], drawn.lines.errors),
        logSeries(context, service, ['log_novel', 'lognovel'], drawn.lines.novel)
      );
    }
    return drawn.events;
  });
  mirrors.forEach((mirror, i) => {
    add(system.services.length + i, mirrorLevels(system, quiet, mirror), mirrorLevels(system, struck, mirror));
  });
  return { series, events };
}

/** Something else goes on at the same time: a few series of any service leave their usual range. */
function disturb(random: RandomDraws, series: RankingSeries[], incidentRows: number): void {
  const services = new Set(series.map(({ service }) => service)).size;
  for (let left = random.poisson(0.7 + services / 30); left > 0 && series.length > 0; left -= 1) {
    const at = random.below(series.length);
    const chosen = series[at];
    if (chosen) {
      const usual = chosen.baseline.filter(Number.isFinite);
      const mean = usual.reduce((sum, value) => sum + value, 0) / Math.max(1, usual.length);
      const spread = Math.sqrt(usual.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, usual.length));
      const rise = spread * Math.exp(random.uniform(1, 4)) * (chosen.kind === 'avail' ? -1 : 1);
      const from = random.below(Math.max(1, incidentRows - 1));
      series[at] = {
        ...chosen,
        incident: chosen.incident.map((value, row) => (row < from ? value : Math.max(0, value + rise))),
      };
    }
  }
}
