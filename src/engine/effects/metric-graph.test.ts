import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backdoorSet, type BackdoorQuestion } from './backdoor-set.ts';
import type { EffectColumn, EffectKind, EffectService } from './effect-input.ts';
import { reachableNodes, toMetricGraph, type MetricGraph } from './metric-graph.ts';

type Call = readonly [EffectService, EffectService];

/** Columns written as "service kind" or "service kind metric". */
function columnsOf(texts: readonly string[]): readonly EffectColumn[] {
  return texts.map((text) => {
    const [service = '', kind = '', metric = kind] = text.split(' ');
    return { service, kind: kind as EffectKind, metric, unit: 'unit', values: [] };
  });
}

function graphOf(texts: readonly string[], calls: readonly Call[]): MetricGraph {
  return toMetricGraph({ columns: columnsOf(texts), calls });
}

function causesOf(texts: readonly string[], calls: readonly Call[], target: string): readonly string[] {
  const graph = graphOf(texts, calls);
  const goal = graph.nodeOf(texts.indexOf(target))!;
  const causes = reachableNodes(goal, graph.causesOf);
  return texts.filter((text, i) => text !== target && causes.has(graph.nodeOf(i)!));
}

describe('metric graph', () => {
  it('is the one of the DAG example of A4.7', () => {
    const texts = [
      'a latency',
      'a cpu',
      'a traffic',
      'b latency',
      'c latency',
      'net tnet',
      'db latency',
      'db cpu',
      'db mem',
      'db connections',
      'cache cpu',
      'cache cache_hit',
      'mq cpu',
      'mq queue_lag',
    ];
    const calls: Call[] = [
      ['a', 'b'],
      ['a', 'c'],
      ['b', 'db'],
      ['b', 'net'],
      ['c', 'net'],
      ['b', 'cache'],
      ['c', 'mq'],
    ];
    expect(causesOf(texts, calls, 'a latency')).toEqual(texts.slice(1));
    expect(causesOf(texts, calls, 'b latency')).toEqual([
      'a traffic',
      'net tnet',
      'db latency',
      'db cpu',
      'db mem',
      'db connections',
      'cache cpu',
      'cache cache_hit',
    ]);
    expect(causesOf(texts, calls, 'db cpu')).toEqual(['a traffic']);
  });

  it.each<[string, string, boolean]>([
    ['s latency', 'c latency', true],
    ['s latency', 'c error', true],
    ['s latency', 'c client_latency', true],
    ['s error', 'c error', true],
    ['s avail', 'c error', true],
    ['s error', 'c latency', false],
    ['s tnet', 'c latency', true],
    ['s tnet', 's latency', false],
    ['s self', 's latency', true],
    ['s cpu', 's error', true],
    ['s net', 's latency', false],
    ['s loglines', 's latency', false],
    ['s other', 's latency', false],
    ['c latency', 's latency', false],
    ['c traffic', 's traffic', true],
    ['s traffic', 'c traffic', false],
    ['c traffic', 's latency', true],
    ['stranger latency', 'c latency', false],
  ])('%s drives %s: %s (c calls s)', (from, to, drives) => {
    expect(causesOf([from, to], [['c', 's']], to).includes(from)).toBe(drives);
  });

  it('has paths through silent services, none along self-calls and unknown kinds', () => {
    const calls: Call[] = [
      ['entry', 'silent'],
      ['silent', 'db'],
      ['db', 'db'],
    ];
    expect(causesOf(['entry latency', 'db latency'], calls, 'entry latency')).toEqual(['db latency']);
    expect(graphOf(['db log'], calls).nodeOf(0)).toBeUndefined();
    expect(graphOf([], calls).nodeOf(0)).toBeUndefined();
  });

  it('ends on circles', () => {
    const calls: Call[] = [
      ['a', 'b'],
      ['b', 'c'],
      ['c', 'a'],
    ];
    expect(causesOf(['a latency', 'b latency', 'c latency'], calls, 'a latency')).toEqual(['b latency', 'c latency']);
  });

  it('does not tell names from indices, nor repeated calls from single ones', () => {
    const columns = columnsOf(['a latency', 'b latency', 'b cpu']);
    const numbered = columns.map((column) => ({ ...column, service: column.service === 'a' ? 7 : 3 }));
    const named = toMetricGraph({
      columns,
      calls: [
        ['a', 'b'],
        ['a', 'b'],
      ],
    });
    const counted = toMetricGraph({ columns: numbered, calls: [[7, 3]] });
    const picture = (graph: MetricGraph): unknown =>
      columns.map((_, i) =>
        columns.map((__, j) => reachableNodes(graph.nodeOf(i)!, graph.effectsOf).has(graph.nodeOf(j)!))
      );
    expect(picture(named)).toEqual(picture(counted));
  });

  it('has as causes exactly what it has as effects the other way', () => {
    const kinds: EffectKind[] = ['latency', 'error', 'traffic', 'cpu', 'tnet', 'cache_hit', 'self', 'client_latency'];
    const service = fc.integer({ min: 0, max: 4 });
    fc.assert(
      fc.property(fc.array(fc.tuple(service, service)), (calls) => {
        const columns = kinds.flatMap((kind) =>
          [0, 1, 2, 3, 4].map((at) => ({ service: at, kind, metric: kind, unit: '', values: [] }))
        );
        const graph = toMetricGraph({ columns, calls });
        const nodes = columns.map((_, i) => graph.nodeOf(i)!);
        for (const node of nodes) {
          graph.effectsOf(node).forEach((effect) => expect(graph.causesOf(effect)).toContain(node));
          graph.causesOf(node).forEach((cause) => expect(graph.effectsOf(cause)).toContain(node));
        }
      })
    );
  });
});

describe('backdoorSet', () => {
  const question = (graph: MetricGraph, texts: readonly string[], cause: string, target: string): BackdoorQuestion => ({
    cause: texts.indexOf(cause),
    target: texts.indexOf(target),
    load: graph.trafficOf('entry'),
  });
  const setOf = (texts: readonly string[], calls: readonly Call[], cause: string, target: string): unknown => {
    const graph = graphOf(texts, calls);
    const columns = columnsOf(texts);
    const set = backdoorSet(graph, (i) => columns[i]?.metric, question(graph, texts, cause, target));
    const name = (column: number | undefined): string | undefined => texts[column ?? -1];
    return { traffic: name(set.traffic), parents: set.parents.map(name), load: name(set.load) };
  };
  const chain: Call[] = [
    ['entry', 's'],
    ['s', 'db'],
  ];
  const texts = ['entry latency', 'entry traffic', 's latency', 's traffic', 's cpu', 'db latency', 'db traffic'];

  it('holds load and own traffic fixed', () => {
    const expected = { traffic: 's traffic', parents: [], load: 'entry traffic' };
    expect(setOf(texts, chain, 's latency', 'entry latency')).toEqual(expected);
    expect(setOf(texts, chain, 's cpu', 'entry latency')).toEqual(expected);
  });

  it('holds a callee fixed that reaches the target on another way', () => {
    const calls: Call[] = [...chain, ['entry', 'db']];
    expect(setOf(texts, calls, 's latency', 'entry latency')).toEqual({
      traffic: 's traffic',
      parents: ['db latency'],
      load: 'entry traffic',
    });
  });

  it('looks through silent callees', () => {
    const calls: Call[] = [
      ['entry', 's'],
      ['s', 'silent'],
      ['silent', 'db'],
      ['entry', 'db'],
    ];
    expect(setOf(texts, calls, 's latency', 'entry latency')).toMatchObject({ parents: ['db latency'] });
  });

  it('takes the metric of the cause where a parent has several', () => {
    const several = ['entry latency p99', 's latency p99', 'db latency p50', 'db latency p99'];
    const calls: Call[] = [...chain, ['entry', 'db']];
    expect(setOf(several, calls, 's latency p99', 'entry latency p99')).toMatchObject({ parents: ['db latency p99'] });
  });

  it('holds resources fixed that harm in a second way', () => {
    const errors = ['entry error', 's latency', 's cpu'];
    expect(setOf(errors, chain, 's latency', 'entry error')).toMatchObject({ parents: ['s cpu'] });
    const slow = ['entry latency', 's latency', 's cpu'];
    expect(setOf(slow, chain, 's latency', 'entry latency')).toMatchObject({ parents: [] });
  });

  it('holds the traffic of the callers fixed for traffic, and nothing that the cause drives', () => {
    const calls: Call[] = [
      ['entry', 's'],
      ['s', 'entry'],
      ['s', 'db'],
    ];
    expect(setOf(texts, chain, 'db traffic', 'entry latency')).toEqual({
      traffic: undefined,
      parents: ['s traffic'],
      load: 'entry traffic',
    });
    expect(setOf(texts, calls, 's latency', 'entry latency')).toMatchObject({ parents: [] });
  });

  it('never contains the cause, the target or an effect of the cause', () => {
    const service = fc.integer({ min: 0, max: 4 });
    const kind = fc.constantFrom<EffectKind>('latency', 'error', 'traffic', 'cpu', 'tnet', 'connections', 'other');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(service, service)),
        fc.array(fc.tuple(service, kind), { minLength: 2, maxLength: 12 }),
        (calls, measured) => {
          const columns = measured.map(([at, each]) => ({
            service: at,
            kind: each,
            metric: each,
            unit: '',
            values: [],
          }));
          const graph = toMetricGraph({ columns, calls });
          const set = backdoorSet(graph, (i) => columns[i]?.metric, { cause: 0, target: 1, load: graph.trafficOf(0) });
          const held = [set.traffic, ...set.parents, set.load].filter((column) => column !== undefined);
          const later = reachableNodes(graph.nodeOf(0) ?? -1, graph.effectsOf);
          held.forEach((column) => {
            expect([0, 1]).not.toContain(column);
            expect(later.has(graph.nodeOf(column)!)).toBe(false);
            expect(graph.nodeOf(column)).not.toBe(graph.nodeOf(1));
          });
        }
      )
    );
  });
});
