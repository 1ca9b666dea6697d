import type { ServiceGraph, ServiceName } from '#model';
import { type Adjacency, toAdjacency } from './adjacency.ts';
import { compareText } from './edge-order.ts';
import { strongComponents } from './strong-components.ts';

/** A service that all requests for some others have to pass. */
export interface Gateway {
  readonly service: ServiceName;
  /** By name; never the service itself. */
  readonly dominates: readonly ServiceName[];
}

/**
 * Where requests enter: services that no other service calls. Of a circle that nobody outside calls, the first by name
 * stands for all.
 *
 * @param graph  dependency graph
 * @returns entries by name; at least one unless the graph is empty
 * Cost O(N + E).
 */
export function entryServices(graph: ServiceGraph): ServiceName[] {
  const { callers } = toAdjacency(graph);
  return strongComponents(graph)
    .filter((members) => {
      const inside = new Set(members);
      return members.every((member) => callers(member).every((caller) => inside.has(caller)));
    })
    .flatMap(([first]) => first ?? [])
    .sort(compareText);
}

/**
 * For every service the nearest one that all requests for it pass, on whatever way they come from any entry.
 *
 * @param graph  dependency graph; cycles are safe
 * @returns dominators by name; entries and services that are reached on separate ways have none (undefined)
 * Cost O(N^2) at worst, in practice about O(N + E). Ref: Cooper, Harvey, Kennedy 2001, "A Simple, Fast Dominance
 * Algorithm", figure 3, with a root before all entries.
 */
export function immediateDominators(graph: ServiceGraph): ReadonlyMap<ServiceName, ServiceName | undefined> {
  const adjacency = toAdjacency(graph);
  const starts = entryServices(graph);
  const entries = new Set(starts);
  const order = reversePostorder(starts, adjacency);
  const position = new Map(order.map((name, index) => [name, index + 1]));
  // Position 0 is the root before all entries; -1 stands for "not known yet".
  const dominator = new Int32Array(order.length + 1).fill(-1);
  dominator[0] = 0;
  const before = order.map((name) => [
    ...(entries.has(name) ? [0] : []),
    ...adjacency.callers(name).flatMap((caller) => position.get(caller) ?? []),
  ]);
  for (let changed = true; changed;) {
    changed = false;
    before.forEach((callers, index) => {
      const found = callers
        .filter((caller) => dominator[caller] !== -1)
        .reduce((left, right) => (left === -1 ? right : intersect(left, right, dominator)), -1);
      if (found !== dominator[index + 1]) {
        dominator[index + 1] = found;
        changed = true;
      }
    });
  }
  return new Map(order.map((name, index) => [name, order[(dominator[index + 1] ?? 0) - 1]]));
}

/**
 * Services whose failure cuts others off from every entry, with those others: single points of failure of the graph.
 *
 * @param graph  dependency graph; cycles are safe
 * @returns those that dominate at least one other, most first, equal numbers by name
 * Cost as `immediateDominators`, and O(N depth) for the lists.
 */
export function gateways(graph: ServiceGraph): Gateway[] {
  const dominators = immediateDominators(graph);
  const behind = new Map<ServiceName, ServiceName[]>();
  for (const name of [...dominators.keys()].sort(compareText)) {
    for (let above = dominators.get(name); above !== undefined; above = dominators.get(above)) {
      const known = behind.get(above);
      if (known) {
        known.push(name);
      } else {
        behind.set(above, [name]);
      }
    }
  }
  return [...behind]
    .map(([service, dominates]) => ({ service, dominates }))
    .sort((left, right) => right.dominates.length - left.dominates.length || compareText(left.service, right.service));
}

/** Nearest common dominator of two nodes, by position in reverse postorder. */
function intersect(left: number, right: number, dominator: Int32Array): number {
  let [one, other] = [left, right];
  while (one !== other) {
    while (one > other) {
      one = dominator[one] ?? 0;
    }
    while (other > one) {
      other = dominator[other] ?? 0;
    }
  }
  return one;
}

/** Depth-first from a root before all entries, callers before callees wherever there is no circle. */
function reversePostorder(entries: readonly ServiceName[], { callees }: Adjacency): ServiceName[] {
  const visited = new Set<ServiceName>();
  const done: ServiceName[] = [];
  for (const entry of entries.toReversed()) {
    const work: { readonly name: ServiceName; next: number }[] = visited.has(entry) ? [] : [{ name: entry, next: 0 }];
    visited.add(entry);
    for (let frame = work.at(-1); frame; frame = work.at(-1)) {
      const callee = callees(frame.name)[frame.next];
      frame.next += 1;
      if (callee === undefined) {
        done.push(frame.name);
        work.pop();
      } else if (!visited.has(callee)) {
        visited.add(callee);
        work.push({ name: callee, next: 0 });
      }
    }
  }
  return done.reverse();
}
