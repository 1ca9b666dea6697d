import type {
  EdgeChange,
  MeasureChange,
  NodeChange,
  Ratio,
  ServiceEdge,
  ServiceGraph,
  ServiceNode,
  TopologyDiff,
} from '#model';
import { compareText } from './edge-order.ts';

/** What counts as a change of a number. */
export interface DiffOptions {
  /** Least change as share of the larger value, 0 to 1. Default 0.2. */
  readonly minRelativeChange?: Ratio;
}

const MIN_RELATIVE_CHANGE = 0.2;

/** Numbers that are compared, with the size below which a difference is noise, in their own unit. */
const MEASURES: ReadonlyArray<readonly [measure: MeasureChange['measure'], noise: number]> = [
  ['requestsPerSecond', 0.01],
  ['errorRatio', 0.005],
  ['clientLatencySeconds', 0.001],
  ['serverLatencySeconds', 0.001],
];

const PROPERTIES = [
  'kind',
  'namespace',
  'team',
  'language',
  'criticality',
  'slaTarget',
  'system',
  'version',
  'host',
  'vendor',
  'workload',
  'pods',
] as const satisfies readonly (keyof ServiceNode)[];

/**
 * How two graphs of the same system differ.
 *
 * What is stale counts as gone: an edge that stops being used is removed in the later graph, though it is still shown
 * there. Declared edges are compared as they are. Numbers differ when they moved by a fifth and by more than noise, or
 * were measured in one graph only; a node of which only ages or coverage differ is the same.
 *
 * @param before  the earlier graph
 * @param after  the later graph
 * @param options  what counts as a change of a number
 * @returns additions, removals and changes, each sorted by name
 * Cost O((N + E) log(N + E)).
 */
export function diffTopology(before: ServiceGraph, after: ServiceGraph, options: DiffOptions = {}): TopologyDiff {
  const share = options.minRelativeChange ?? MIN_RELATIVE_CHANGE;
  const nodes = match(before.nodes.filter(isPresent), after.nodes.filter(isPresent), ({ name }) => name);
  const edges = match(before.edges.filter(isPresent), after.edges.filter(isPresent), ({ caller, callee }) =>
    JSON.stringify([caller, callee])
  );
  return {
    fromMs: before.generatedAtMs,
    toMs: after.generatedAtMs,
    addedNodes: nodes.added,
    removedNodes: nodes.removed,
    changedNodes: nodes.both.flatMap(([left, right]) => toNodeChange(left, right)),
    addedEdges: edges.added,
    removedEdges: edges.removed,
    changedEdges: edges.both.flatMap(([left, right]) => toEdgeChange(left, right, share)),
  };
}

function isPresent({ stale }: { readonly stale?: boolean }): boolean {
  return stale !== true;
}

function match<T>(before: readonly T[], after: readonly T[], keyOf: (item: T) => string) {
  const byKey = (items: readonly T[]): ReadonlyMap<string, T> => new Map(items.map((item) => [keyOf(item), item]));
  const [old, current] = [byKey(before), byKey(after)];
  const sorted = (items: ReadonlyMap<string, T>): readonly (readonly [string, T])[] =>
    [...items].sort(([left], [right]) => compareText(left, right));
  return {
    added: sorted(current).flatMap(([key, item]) => (old.has(key) ? [] : [item])),
    removed: sorted(old).flatMap(([key, item]) => (current.has(key) ? [] : [item])),
    both: sorted(old).flatMap(([key, item]): readonly (readonly [T, T])[] => {
      const other = current.get(key);
      return other === undefined ? [] : [[item, other]];
    }),
  };
}

function toNodeChange(before: ServiceNode, after: ServiceNode): NodeChange[] {
  const properties = PROPERTIES.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  return properties.length === 0 ? [] : [{ name: after.name, properties, before, after }];
}

function toEdgeChange(before: ServiceEdge, after: ServiceEdge, share: Ratio): EdgeChange[] {
  const measures = MEASURES.flatMap(([measure, noise]): MeasureChange[] => {
    const [old, current] = [before[measure], after[measure]];
    if (!differs(old, current, share, noise)) {
      return [];
    }
    return [
      { measure, ...(old === undefined ? {} : { before: old }), ...(current === undefined ? {} : { after: current }) },
    ];
  });
  const { caller, callee } = after;
  return measures.length === 0 ? [] : [{ caller, callee, measures, before, after }];
}

function differs(before: number | undefined, after: number | undefined, share: Ratio, noise: number): boolean {
  if (before === undefined || after === undefined) {
    return before !== after;
  }
  const change = Math.abs(after - before);
  return change > noise && change >= share * Math.max(Math.abs(before), Math.abs(after));
}
