import { useCallback, useMemo, useState } from 'react';
import type { ServiceAnomaly, ServiceGraph, ServiceName } from '#model';
import { toGroupId, toNodeId } from './graph-ids.ts';
import { toGroupName } from './graph-groups.ts';
import { toGraphIndex } from './graph-index.ts';
import { type GraphExtras, type GraphNodeView, type GraphView, toGraphView } from './graph-model.ts';
import { findMatches, type GraphChoice, type GraphScope, toScope } from './graph-scope.ts';
import { describeNode } from './graph-text.ts';

/** What is shown of a graph, and where the person at the screen is in it. */
export interface GraphExplorer {
  readonly whole: GraphView;
  readonly scope: GraphScope;
  readonly choice: GraphChoice;
  readonly choose: (change: Partial<GraphChoice>, said: string) => void;
  /** The node that the keys act on. */
  readonly cursor: GraphNodeView | undefined;
  readonly goTo: (id: string | undefined) => void;
  readonly selectedId: string | undefined;
  /** The group whose details are open. */
  readonly openGroup: GraphNodeView | undefined;
  readonly pick: (node: GraphNodeView | undefined) => void;
  readonly expand: (node: GraphNodeView) => void;
  readonly search: string;
  readonly setSearch: (text: string) => void;
  readonly matches: readonly GraphNodeView[];
  /** What a screen reader is told. */
  readonly said: string;
}

/** Inputs of the explorer; `choice` is kept by the caller where it has to survive, in an address for instance. */
export interface ExplorerInput {
  readonly graph: ServiceGraph;
  readonly services: readonly ServiceAnomaly[];
  readonly extras: GraphExtras;
  readonly selected: ServiceName | undefined;
  readonly onSelect: (name: ServiceName | undefined) => void;
  readonly choice: GraphChoice | undefined;
  readonly onChoice: ((choice: GraphChoice) => void) | undefined;
}

/** Keeps what is shown, searched, pointed at and said. */
export function useGraphExplorer(input: ExplorerInput): GraphExplorer {
  const { graph, services, extras, selected, onSelect, onChoice } = input;
  const [ownChoice, setOwnChoice] = useState<GraphChoice>({});
  const choice = input.choice ?? ownChoice;
  const [cursorId, setCursorId] = useState<string>();
  const [openId, setOpenId] = useState<string>();
  const [search, setSearch] = useState('');
  const [said, setSaid] = useState('');
  const whole = useMemo(() => toGraphView(graph, services, extras), [graph, services, extras]);
  const index = useMemo(() => toGraphIndex(graph), [graph]);
  const scope = useMemo(() => toScope(whole, index, choice), [whole, index, choice]);
  const byId = useMemo(() => new Map(scope.view.nodes.map((node) => [node.id, node])), [scope]);
  const matches = useMemo(() => findMatches(scope.view, search), [scope, search]);
  const choose = useCallback(
    (change: Partial<GraphChoice>, text: string) => {
      const next = { ...choice, ...change };
      setOwnChoice(next);
      onChoice?.(next);
      setSaid(text);
    },
    [choice, onChoice]
  );
  const goTo = useCallback(
    (id: string | undefined) => {
      const node = id === undefined ? undefined : byId.get(id);
      setCursorId(node?.id);
      setSaid(node ? describeNode(node) : '');
    },
    [byId]
  );
  const pick = useCallback(
    (node: GraphNodeView | undefined) => {
      setCursorId((old) => node?.id ?? old);
      setOpenId(node?.group ? node.id : undefined);
      onSelect(node === undefined || node.group || node.name === selected ? undefined : node.name);
    },
    [onSelect, selected]
  );
  const expand = useCallback(
    (node: GraphNodeView) => {
      if (node.group) {
        const expanded = new Set([...(choice.expanded ?? []), node.group.key]);
        setOpenId(undefined);
        choose({ expanded }, `${node.name} is shown with its ${node.group.members.length} services`);
      }
    },
    [choice, choose]
  );
  return {
    whole,
    scope,
    choice,
    choose,
    cursor: cursorId === undefined ? undefined : byId.get(cursorId),
    goTo,
    selectedId: selected === undefined ? undefined : standIn(toNodeId(selected), byId, whole, choice),
    openGroup: openId === undefined ? undefined : byId.get(openId),
    pick,
    expand,
    search,
    setSearch,
    matches,
    said,
  };
}

/** The node itself, or the group that stands for it. */
function standIn(
  id: string,
  shown: ReadonlyMap<string, GraphNodeView>,
  whole: GraphView,
  { groupBy }: GraphChoice
): string | undefined {
  if (shown.has(id) || !groupBy) {
    return shown.has(id) ? id : undefined;
  }
  const hidden = whole.nodes.find((node) => node.id === id);
  const groupId = hidden && toGroupId(toGroupName(hidden.node, groupBy));
  return groupId !== undefined && shown.has(groupId) ? groupId : undefined;
}
