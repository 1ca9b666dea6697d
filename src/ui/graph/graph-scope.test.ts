import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ServiceGraph } from '#model';
import { scored, serviceState, shopGraph, shopStates } from '../testing/records.ts';
import { toGroupId } from './graph-ids.ts';
import { toGraphIndex } from './graph-index.ts';
import { type GraphView, toGraphView } from './graph-model.ts';
import { findMatches, type GraphChoice, listStrange, toScope } from './graph-scope.ts';
import { toEdgeLabel, toNodeLabel } from './graph-text.ts';

const TEAMS: Readonly<Record<string, string>> = { order: 'sales', checkout: 'sales', cart: 'sales', payment: 'money' };

function owned(): ServiceGraph {
  const graph = shopGraph();
  return {
    ...graph,
    nodes: graph.nodes.map((node) => {
      const team = TEAMS[node.name];
      return team === undefined ? node : { ...node, team, namespace: 'shop' };
    }),
  };
}

const scopeOf = (choice: GraphChoice, graph = owned()) =>
  toScope(toGraphView(graph, shopStates()), toGraphIndex(graph), choice);
const namesOf = (view: GraphView) => view.nodes.map(({ name }) => name);

describe('toScope', () => {
  it('shows everything when nothing is chosen, and counts levels whatever is shown', () => {
    const all = scopeOf({});
    expect(all).toMatchObject({ shownServices: 16, allServices: 16 });
    expect(all.counts).toEqual({ critical: 2, alert: 2, warning: 1, unknown: 3, normal: 8 });
    expect(scopeOf({ levels: new Set(['critical']) }).counts).toEqual(all.counts);
  });

  it('focuses on a service and what is so many calls away', () => {
    expect(namesOf(scopeOf({ focus: { name: 'redis', hops: 1 } }).view)).toEqual(['cart', 'payment', 'redis']);
    expect(scopeOf({ focus: { name: 'redis', hops: 3 } }).shownServices).toBe(10);
  });

  it('shows everything when the service of the focus is gone', () => {
    expect(scopeOf({ focus: { name: 'nobody', hops: 1 } }).shownServices).toBe(16);
  });

  it('filters by level; an unknown service is not normal', () => {
    expect(namesOf(scopeOf({ levels: new Set(['critical', 'unknown']) }).view)).toEqual([
      'notification-worker',
      'orders-db',
      'payment',
      'payment-provider',
      'user',
    ]);
    expect(namesOf(scopeOf({ levels: new Set(['normal']) }).view)).not.toContain('user');
  });

  it('counts hops of the blast radius on every node it reaches', () => {
    const { view } = scopeOf({ blastOf: 'orders-db' });
    expect(view.nodes.filter(({ hops }) => hops !== undefined).map(({ name, hops }) => `${name} ${hops}`)).toEqual([
      'checkout 2',
      'gateway 3',
      'order 1',
      'orders-db 0',
      'payment 1',
      'user 4',
    ]);
  });
});

describe('groups', () => {
  const { view } = scopeOf({ groupBy: 'team' });
  const node = (name: string) => view.nodes.find((item) => item.name === name);

  it('put one node in the place of many, the worst level first', () => {
    expect(namesOf(view)).toEqual(['sales', 'no team', 'money']);
    expect(node('sales')).toMatchObject({ level: 'alert', stateText: '2 alert, 1 normal' });
    expect(node('no team')?.level).toBe('critical');
  });

  it('never look normal while something in them is unknown', () => {
    const calm = toGraphView(owned(), [serviceState('order', scored(0.1)), serviceState('cart', scored(0.1))]);
    const groups = toScope(calm, toGraphIndex(owned()), { groupBy: 'team' }).view;
    expect(groups.nodes.map(({ level }) => level)).toEqual(['unknown', 'unknown', 'unknown']);
  });

  it('merge calls: rates add up, error ratios are weighted, the worst latency stays', () => {
    const edge = view.edges.find(({ target }) => target === toGroupId('money'));
    expect(edge?.calls).toBe(1);
    const merged = view.edges.find(
      ({ source, target }) => source === toGroupId('sales') && target === toGroupId('no team')
    );
    expect(merged?.calls).toBe(4);
    expect(merged && toEdgeLabel(merged)).toBe('270 /s\n50 ms\n4 calls');
  });

  it('can be opened one by one', () => {
    const opened = scopeOf({ groupBy: 'team', expanded: new Set(['money']) }).view;
    expect(namesOf(opened)).toEqual(['payment', 'sales', 'no team']);
    expect(opened.edges.map(({ source, target }) => `${source} ${target}`)).toContain('g:sales n:payment');
  });

  it('cannot be mistaken for a service of the same name', () => {
    const graph = { ...owned(), nodes: [...owned().nodes, { name: 'g:sales', kind: 'service' as const }] };
    const ids = scopeOf({ groupBy: 'team', expanded: new Set(['no team']) }, graph).view.nodes.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('hold every service exactly once, whatever the names', () => {
    const teams = fc.array(fc.option(fc.string({ maxLength: 3 }), { nil: undefined }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(teams, (names) => {
        const nodes = names.map((team, index) => ({
          name: `s${index}`,
          kind: 'service' as const,
          ...(team === undefined ? {} : { team }),
        }));
        const edges = names.map((_, index) => ({
          caller: `s${index}`,
          callee: `s${(index * 7) % names.length}`,
          kind: 'http' as const,
          lastSeenMs: 0,
        }));
        const grouped = scopeOf({ groupBy: 'team' }, { nodes, edges, generatedAtMs: 0 }).view;
        expect(grouped.nodes.flatMap(({ group }) => group?.members ?? []).sort()).toEqual(
          nodes.map(({ name }) => name).sort()
        );
        const ids = new Set(grouped.nodes.map(({ id }) => id));
        expect(grouped.edges.every(({ source, target }) => ids.has(source) && ids.has(target))).toBe(true);
      })
    );
  });

  it('say their size in the drawing', () => {
    const sales = node('sales');
    expect(sales && toNodeLabel(sales)).toBe('sales (3)\n◆ 2 alert, 1 normal');
  });
});

describe('search', () => {
  const view = toGraphView(owned(), shopStates());

  it('finds names, owners and members of groups, in any case', () => {
    expect(findMatches(view, ' PAY ').map(({ name }) => name)).toEqual(['payment', 'payment-provider']);
    expect(findMatches(view, 'sales').map(({ name }) => name)).toEqual(['cart', 'checkout', 'order']);
    const groups = scopeOf({ groupBy: 'team' }).view;
    expect(findMatches(groups, 'checkout').map(({ name }) => name)).toEqual(['sales']);
  });

  it('finds nothing for an empty text', () => {
    expect(findMatches(view, '  ')).toEqual([]);
  });
});

it('lists what is not normal, worst first, unknown last', () => {
  expect(listStrange(toGraphView(owned(), shopStates()).nodes).map(({ name }) => name)).toEqual([
    'orders-db',
    'payment',
    'order',
    'checkout',
    'gateway',
    'notification-worker',
    'payment-provider',
    'user',
  ]);
});
