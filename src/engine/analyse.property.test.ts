import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { RcaReport } from '#model';
import { analyse } from './analyse.ts';
import type { AnalysisInput } from './analysis-input.ts';
import { FAULTS } from './testing/scenarios.ts';
import { simulate, SHOP } from './testing/synthetic-system.ts';
import { xorshift32 } from './testing/xorshift.ts';

const fault = fc.constantFrom(...FAULTS);

function shuffled<T>(list: readonly T[], seed: number): T[] {
  const random = xorshift32(seed);
  return list
    .map((item) => ({ item, at: random() }))
    .sort((left, right) => left.at - right.at)
    .map(({ item }) => item);
}

it('the order of the input does not matter', () => {
  fc.assert(
    fc.property(fault, fc.integer({ min: 1, max: 1e6 }), (scenario, seed) => {
      const input = simulate({
        ...scenario,
        changes: [
          { service: 'order', minutesBefore: 1 },
          { service: 'cart', minutesBefore: 3 },
        ],
      });
      const mixed: AnalysisInput = {
        ...input,
        signals: shuffled(input.signals, seed),
        graph: { ...input.graph, edges: shuffled(input.graph.edges, seed), nodes: shuffled(input.graph.nodes, seed) },
        changes: shuffled(input.changes, seed),
      };
      expect(analyse(mixed)).toEqual(analyse(input));
    }),
    { numRuns: 15 }
  );
});

/** Gives every service an opaque name, everywhere a name stands. */
function rename(input: AnalysisInput, names: ReadonlyMap<string, string>): AnalysisInput {
  const to = (name: string): string => names.get(name) ?? name;
  const parts = (id: string): string => id.split('/').map(to).join('/');
  return {
    ...input,
    target: { ...input.target, service: to(input.target.service) },
    signals: input.signals.map((signal) => ({
      ...signal,
      id: parts(signal.id),
      service: to(signal.service),
      ...(signal.peer === undefined ? {} : { peer: to(signal.peer) }),
    })),
    graph: {
      ...input.graph,
      nodes: input.graph.nodes.map((node) => ({ ...node, name: to(node.name) })),
      edges: input.graph.edges.map((edge) => ({ ...edge, caller: to(edge.caller), callee: to(edge.callee) })),
    },
    changes: input.changes.map((change) => ({ ...change, service: to(change.service) })),
    replicas: Object.fromEntries(Object.entries(input.replicas ?? {}).map(([name, count]) => [to(name), count])),
  };
}

const ranking = (report: RcaReport): (readonly [string, string, string])[] =>
  report.hypotheses.map((item) => [item.service, item.cause, item.score.toFixed(6)] as const);

it('names have no meaning: renaming every service renames the answer', () => {
  fc.assert(
    fc.property(fault, fc.integer({ min: 1, max: 1e6 }), (scenario, seed) => {
      const opaque = shuffled(
        SHOP.map((_, i) => `s${i}`),
        seed
      );
      const names = new Map(SHOP.map(({ name }, i) => [name, opaque[i] ?? name]));
      const input = simulate({ ...scenario, logs: [] });
      const renamed = ranking(analyse(rename(input, names)));
      const original = ranking(analyse(input)).map(([service, cause, score]) => [names.get(service), cause, score]);
      expect(renamed).toEqual(original);
    }),
    { numRuns: 15 }
  );
});

it('a healthy service without edges changes nothing', () => {
  fc.assert(
    fc.property(fault, fc.integer({ min: 1, max: 20 }), (scenario, seed) => {
      const input = simulate({ ...scenario, seed });
      const idle = input.signals.filter((signal) => signal.service === 'cart' && signal.kind === 'request-rate');
      const extra = idle.map((signal) => ({ ...signal, id: 'idle/request-rate', service: 'idle' }));
      const [before, after] = [analyse(input), analyse({ ...input, signals: [...input.signals, ...extra] })];
      expect(after.hypotheses[0]?.service).toBe(before.hypotheses[0]?.service);
      expect(after.concurrent).toBe(before.concurrent);
    }),
    { numRuns: 10 }
  );
});

it('a stronger fault never makes the true cause lose its place', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.3, max: 5, noNaN: true }),
      fc.integer({ min: 1, max: 50 }),
      (extraSelfSeconds, seed) => {
        const input = simulate({
          disturbances: [
            { service: 'orders-db', extraSelfSeconds, levels: { 'sequential-scans': 40 * extraSelfSeconds } },
          ],
          seed,
        });
        expect(analyse(input).hypotheses[0]?.service).toBe('orders-db');
      }
    ),
    { numRuns: 20 }
  );
});
