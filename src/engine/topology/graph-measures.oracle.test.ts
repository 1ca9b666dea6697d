import { expect, it } from 'vitest';
import { blastRadius } from './blast-radius.ts';
import { entryServices, gateways, immediateDominators } from './dominators.ts';
import { pageRank } from './page-rank.ts';
import { buildServiceGraph } from './service-graph.ts';

const graphOf = (...pairs: readonly string[]) =>
  buildServiceGraph(
    pairs.map((pair) => ({ caller: pair.charAt(0), callee: pair.charAt(1), kind: 'http', lastSeenMs: 1 })),
    [],
    1
  );
/** Two entries (`a`, and the circle of `g` and `h`), a circle behind `d`, and a diamond behind `i`. */
const GRAPH = graphOf('ab', 'ac', 'bd', 'cd', 'de', 'ef', 'fe', 'gd', 'hg', 'gh', 'di', 'ij', 'ik', 'jl', 'kl');

// networkx 3.6.1: _pagerank_python(G, alpha=0.85, tol=1e-16), rounded to ten places
it('ranks like networkx', () => {
  const expected: Readonly<Record<string, number>> = {
    e: 0.2626898624,
    f: 0.2423308149,
    l: 0.09239198,
    d: 0.0886217359,
    i: 0.0567086697,
    g: 0.0551580416,
    j: 0.0431456165,
    k: 0.0431456165,
    h: 0.0424865996,
    b: 0.0271383155,
    c: 0.0271383155,
    a: 0.0190444319,
  };
  const found = pageRank(GRAPH);
  expect(found.map(({ service }) => service)).toEqual(Object.keys(expected));
  for (const { service, rank } of found) {
    expect(rank).toBeCloseTo(expected[service] ?? 0, 9);
  }
});

// networkx 3.6.1: nx.immediate_dominators(R, 'ROOT') with edges from ROOT to a and g
it('finds the dominators that networkx finds', () => {
  expect(entryServices(GRAPH)).toEqual(['a', 'g']);
  expect(Object.fromEntries(immediateDominators(GRAPH))).toEqual({
    a: undefined,
    b: 'a',
    c: 'a',
    d: undefined,
    e: 'd',
    f: 'e',
    g: undefined,
    h: 'g',
    i: 'd',
    j: 'i',
    k: 'i',
    l: 'i',
  });
  expect(gateways(GRAPH)).toEqual([
    { service: 'd', dominates: ['e', 'f', 'i', 'j', 'k', 'l'] },
    { service: 'i', dominates: ['j', 'k', 'l'] },
    { service: 'a', dominates: ['b', 'c'] },
    { service: 'e', dominates: ['f'] },
    { service: 'g', dominates: ['h'] },
  ]);
});

// Cooper, Harvey, Kennedy 2001, figure 4: an irreducible graph in which 6 dominates everything immediately.
it('needs more than one round on an irreducible graph', () => {
  const found = immediateDominators(graphOf('65', '64', '51', '42', '43', '12', '21', '23', '32'));
  expect(Object.fromEntries(found)).toEqual({ 1: '6', 2: '6', 3: '6', 4: '6', 5: '6', 6: undefined });
});

// networkx 3.6.1: nx.single_source_shortest_path_length(G.reverse(), 'd')
it('counts the hops that networkx counts', () => {
  expect(Object.fromEntries(blastRadius(GRAPH, 'd').map(({ service, hops }) => [service, hops]))).toEqual({
    b: 1,
    c: 1,
    g: 1,
    a: 2,
    h: 2,
  });
});
