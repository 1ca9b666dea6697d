import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extractFeatures, type RankingCase } from '#engine';
import { RandomDraws } from '../random-draws.ts';
import { drawFault, type FaultKind, type SimulatedFault } from './fault.ts';
import { flowOf } from './flow.ts';
import { topologyOf } from './known-topology.ts';
import { simulateCase } from './simulate-case.ts';
import { drawSystem, type SimulatedSystem } from './system.ts';

const seeds = fc.integer({ min: 0, max: 2 ** 31 });

/** Who leads to a service along calls, itself included. */
function callersOf(system: SimulatedSystem, service: number): Set<number> {
  const found = new Set([service]);
  for (const at of system.order.toReversed()) {
    if (system.edges.some(({ caller, callee }) => caller === at && found.has(callee))) {
      found.add(at);
    }
  }
  return found;
}

function drawOf(seed: number, kind: FaultKind): { system: SimulatedSystem; fault: SimulatedFault } {
  const random = new RandomDraws(seed);
  const system = drawSystem(random);
  const all = [...system.services.keys()];
  for (;;) {
    const fault = drawFault(random, system, all);
    if (fault.kind === kind) {
      return { system, fault: { ...fault, deterred: 0 } };
    }
  }
}

describe('a simulated incident', () => {
  it('is a case that the ranking reads: features from 0 to 1.5, the cause among the services', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const drawn = simulateCase(new RandomDraws(seed));
        const { x } = extractFeatures(drawn.case);
        expect(drawn.case.services[drawn.cause]).toBeDefined();
        expect(x.every((row) => row.every((value) => value >= 0 && value <= 1.5))).toBe(true);
      }),
      { numRuns: 25 }
    );
  });

  it('holds values that such telemetry can have', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { series, events } = simulateCase(new RandomDraws(seed)).case;
        for (const { kind, baseline, incident } of series) {
          const seen = [...baseline, ...incident].filter((value) => !Number.isNaN(value));
          expect(seen.every((value) => value >= 0 && value < Infinity)).toBe(true);
          expect(kind === 'avail' && seen.some((value) => value > 100)).toBe(false);
          expect(kind === 'error' && seen.some((value) => value > 1)).toBe(false);
        }
        for (const own of events?.services ?? []) {
          const counts = [...(own?.requests ?? []), ...[...(own?.logTemplates.values() ?? [])].flat()];
          expect(counts.every((count) => Number.isInteger(count) && count >= 0)).toBe(true);
        }
      }),
      { numRuns: 20 }
    );
  });

  it('is the same for the same seed', () => {
    const draw = (seed: number): RankingCase => simulateCase(new RandomDraws(seed)).case;
    expect(draw(42)).toEqual(draw(42));
    expect(draw(42)).not.toEqual(draw(43));
  });

  it('keeps to a known topology and to the telemetry that it records', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const known = {
          types: ['service', 'service', 'database', 'service'] as const,
          edges: [
            [0, 1],
            [1, 2],
            [2, 0],
            [3, 1],
          ] as const, // with a cycle
          entry: 0,
          noise: [{ latency: 0.1 }, { latency: 0.2, cpu: 0.3 }, { cpu: 0.1 }, {}],
        };
        const drawn = simulateCase(new RandomDraws(seed), known).case;
        expect(drawn.services.slice(0, 4).map(({ type }) => type)).toEqual(known.types);
        const kinds = drawn.series
          .filter(({ service }) => service < 4)
          .map(({ service, kind }) => `${service} ${kind}`);
        expect(['0 latency', '1 latency', '1 cpu', '2 cpu']).toEqual(expect.arrayContaining(kinds));
      }),
      { numRuns: 20 }
    );
  });
});

describe('requests', () => {
  it('run alike without a fault, and every visit is made by a call or from outside', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const system = drawSystem(new RandomDraws(seed));
        for (const { visits, calls } of flowOf(system, new Map())) {
          const arrived = new Float64Array(visits.length);
          system.edges.forEach(({ callee }, i) => (arrived[callee]! += calls[i]!));
          visits.forEach((count, service) => expect(count).toBeGreaterThanOrEqual(arrived[service]! - 1e-9));
        }
      }),
      { numRuns: 60 }
    );
  });

  it('carry slowness to callers only, and never make anything faster', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { system, fault } = drawOf(seed, 'slow');
        const callers = callersOf(system, fault.root);
        const quiet = flowOf(system, new Map());
        flowOf(system, new Map([[fault.root, fault]])).forEach(({ answerMs, visits }, journey) => {
          answerMs.forEach((ms, service) => {
            const usual = quiet[journey]!.answerMs[service]!;
            expect(ms).toBeGreaterThanOrEqual(usual - 1e-9);
            expect(callers.has(service) || ms === usual).toBe(true);
          });
          expect(visits).toEqual(quiet[journey]!.visits);
        });
      }),
      { numRuns: 60 }
    );
  });

  it('carry failures to callers only, and call others no more often', () => {
    fc.assert(
      fc.property(seeds, fc.constantFrom<FaultKind>('errors', 'exception', 'wrong-return'), (seed, kind) => {
        const { system: drawn, fault } = drawOf(seed, kind);
        const services = drawn.services.map((service) => ({ ...service, failures: 0 }));
        const system = { ...drawn, services };
        const callers = callersOf(system, fault.root);
        const quiet = flowOf(system, new Map());
        flowOf(system, new Map([[fault.root, fault]])).forEach(({ failures, visits }, journey) => {
          failures.forEach((share, service) => {
            expect(share >= 0 && share <= 1).toBe(true);
            expect(callers.has(service) || share === quiet[journey]!.failures[service]).toBe(true);
          });
          visits.forEach((count, service) =>
            expect(count).toBeLessThanOrEqual(quiet[journey]!.visits[service]! + 1e-9)
          );
        });
      }),
      { numRuns: 60 }
    );
  });
});

describe('topologyOf', () => {
  it('reads back how much a series scatters', () => {
    const random = new RandomDraws(3);
    const baseline = Float64Array.from({ length: 4000 }, () => Math.exp(0.2 * random.normal()));
    const input: RankingCase = {
      services: [{ type: 'service' }, { type: 'service' }],
      edges: [
        [0, 1],
        [1, 1],
        [0, 9],
      ],
      entry: 0,
      target: { service: 0, metric: 'latency' },
      series: [
        { service: 1, metric: 'm', kind: 'latency', baseline, incident: Float64Array.of(1) },
        { service: 1, metric: 'm', kind: 'cpu', baseline: Float64Array.of(1, 2), incident: Float64Array.of(1) },
      ],
      incidentRows: 1,
      baselineRows: 4000,
    };
    const { noise, edges } = topologyOf(input);
    expect(edges).toEqual([[0, 1]]);
    expect(noise?.[1]?.latency).toBeGreaterThan(0.19);
    expect(noise?.[1]?.latency).toBeLessThan(0.21);
    expect(noise?.[1]?.cpu).toBeUndefined();
  });
});
