import type { AnomalyLevel, ServiceName } from '#model';
import { collapseGroups, type GroupKey } from './graph-groups.ts';
import { type GraphIndex, toBlastRadius, toNeighbourhood } from './graph-index.ts';
import type { GraphNodeView, GraphView } from './graph-model.ts';

/** A service and what is at most so many calls away from it, in either direction. */
export interface GraphFocus {
  readonly name: ServiceName;
  readonly hops: 1 | 2 | 3;
}

/** What a person wants to see of the graph. */
export interface GraphChoice {
  readonly focus?: GraphFocus | undefined;
  /** Levels to show; all when missing. */
  readonly levels?: ReadonlySet<AnomalyLevel> | undefined;
  readonly groupBy?: GroupKey | undefined;
  /** Groups that are shown service by service. */
  readonly expanded?: ReadonlySet<string> | undefined;
  /** The service whose blast radius is shaded. */
  readonly blastOf?: ServiceName | undefined;
}

/** The part of the graph that is shown, and how much of it that is. */
export interface GraphScope {
  readonly view: GraphView;
  readonly shownServices: number;
  readonly allServices: number;
  /** Services at each level, whatever is shown. */
  readonly counts: Readonly<Record<AnomalyLevel, number>>;
}

/** Applies focus, filter, shading and groups, in this order. Cost O(nodes + edges). */
export function toScope(whole: GraphView, index: GraphIndex, choice: GraphChoice): GraphScope {
  const counts = { normal: 0, warning: 0, alert: 0, critical: 0, unknown: 0 };
  whole.nodes.forEach(({ level }) => {
    counts[level] += 1;
  });
  const { focus, levels, groupBy, blastOf } = choice;
  const near = focus && index.names.has(focus.name) ? toNeighbourhood(index, focus.name, focus.hops) : undefined;
  const isShown = (node: GraphNodeView) =>
    (near === undefined || near.has(node.name)) && (levels === undefined || levels.has(node.level));
  const radius = blastOf === undefined ? undefined : toBlastRadius(index, blastOf);
  const nodes = whole.nodes
    .filter(isShown)
    .map((node) => (radius === undefined ? node : { ...node, hops: radius.get(node.name) }));
  const shown = new Set(nodes.map(({ id }) => id));
  const view = {
    nodes,
    edges:
      shown.size === whole.nodes.length
        ? whole.edges
        : whole.edges.filter(({ source, target }) => shown.has(source) && shown.has(target)),
  };
  return {
    view: groupBy ? collapseGroups(view, groupBy, choice.expanded ?? new Set()) : view,
    shownServices: nodes.length,
    allServices: whole.nodes.length,
    counts,
  };
}

/** Nodes whose name, group, owner or product contains the text, in the order of the view; none for an empty text. */
export function findMatches(view: GraphView, text: string): readonly GraphNodeView[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') {
    return [];
  }
  return view.nodes.filter(({ name, node, group, foreign }) =>
    [name, node.namespace, node.team, node.system, foreign?.title, ...(group?.members ?? [])].some(
      (part) => part?.toLowerCase().includes(wanted) === true
    )
  );
}

const WORST_FIRST: readonly AnomalyLevel[] = ['critical', 'alert', 'warning', 'unknown', 'normal'];

/** Nodes that are not normal, worst first. */
export function listStrange(nodes: readonly GraphNodeView[]): readonly GraphNodeView[] {
  return sortNodes(nodes.filter(({ level }) => level !== 'normal'));
}

/** Worst first; among equals by score, then by name. */
export function sortNodes(nodes: readonly GraphNodeView[]): readonly GraphNodeView[] {
  return nodes.toSorted(
    (a, b) =>
      WORST_FIRST.indexOf(a.level) - WORST_FIRST.indexOf(b.level) ||
      (b.score ?? 0) - (a.score ?? 0) ||
      a.name.localeCompare(b.name)
  );
}
