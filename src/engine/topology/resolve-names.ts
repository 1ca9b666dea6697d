import type { NodeReading, ServiceKind, ServiceName, TopologyReading } from '#model';

/** Gives the name that a node of a reading has in the merged graph. */
export type NameResolver = (reading: TopologyReading, name: ServiceName) => ServiceName;

const STORES: ReadonlySet<ServiceKind> = new Set(['database', 'cache', 'queue']);

/**
 * Finds out which nodes of different sources are the same thing.
 *
 * A node without aliases is what it is called. One with aliases (a workload with labels, a peer that is known by its
 * address) takes the first of its names that another node is called by, else keeps its own. A store never becomes a
 * service: a database that is named after the service that owns it stays a node of its own, `order (database)`.
 * Workloads are resolved before peers, so that an address of a cluster finds the workload behind it.
 *
 * @param readings  what every source says
 * @returns a look-up in O(1); names that a reading does not list are returned as they are
 * Cost O(nodes + edges + aliases).
 */
export function resolveNames(readings: readonly TopologyReading[]): NameResolver {
  const known = knownNames(readings);
  const renamed = new Map<TopologyReading, ReadonlyMap<ServiceName, ServiceName>>();
  const isWorkloads = ({ source }: TopologyReading): boolean => source === 'kubernetes';
  for (const reading of [...readings.filter(isWorkloads), ...readings.filter((other) => !isWorkloads(other))]) {
    const names = new Map<ServiceName, ServiceName>();
    for (const node of reading.nodes.filter(({ aliases }) => aliases !== undefined)) {
      names.set(node.name, nameOf(node, known));
    }
    renamed.set(reading, names);
    if (isWorkloads(reading)) {
      for (const name of names.values()) {
        known.set(name, known.get(name) ?? new Set());
      }
    }
  }
  return (reading, name) => renamed.get(reading)?.get(name) ?? name;
}

/** Names that are certain, with the kinds that sources state for them. */
function knownNames(readings: readonly TopologyReading[]): Map<ServiceName, Set<ServiceKind>> {
  const known = new Map<ServiceName, Set<ServiceKind>>();
  const add = (name: ServiceName, kind: ServiceKind | undefined): void => {
    const kinds = known.get(name) ?? new Set();
    known.set(name, kind === undefined ? kinds : kinds.add(kind));
  };
  for (const { nodes, edges } of readings) {
    const aliased = new Set<ServiceName>();
    for (const { name, kind, aliases } of nodes) {
      if (aliases === undefined) {
        add(name, kind);
      } else {
        aliased.add(name);
      }
    }
    for (const name of edges.flatMap(({ caller, callee }) => [caller, callee])) {
      if (!aliased.has(name)) {
        add(name, undefined);
      }
    }
  }
  return known;
}

function nameOf(node: NodeReading, known: ReadonlyMap<ServiceName, ReadonlySet<ServiceKind>>): ServiceName {
  const { name, kind, aliases = [] } = node;
  const isStore = kind !== undefined && STORES.has(kind);
  const isTaken = (candidate: string): boolean => {
    const kinds = known.get(candidate) ?? new Set();
    return isStore && kinds.has('service') && ![...STORES].some((store) => kinds.has(store));
  };
  const fits = (candidate: string): boolean => known.has(candidate) && !isTaken(candidate);
  return [name, ...aliases].find(fits) ?? (isTaken(name) ? `${name} (${kind ?? 'service'})` : name);
}
