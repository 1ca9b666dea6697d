import { type KeyboardEvent, useCallback } from 'react';
import type { Core } from 'cytoscape';
import { fitDrawing, panDrawing, showNode, zoomDrawing } from './graph-drawing.ts';
import { toGroupName } from './graph-groups.ts';
import { cycle, findNext, type GraphCommand, type GraphDirection, toCommand } from './graph-keys.ts';
import type { GraphNodeView } from './graph-model.ts';
import { listStrange } from './graph-scope.ts';
import { describeHops } from './graph-text.ts';
import type { GraphExplorer } from './use-graph-explorer.ts';

/** What keys reach beside the graph itself. */
export interface KeyTargets {
  readonly cy: Core | null;
  readonly explorer: GraphExplorer;
  readonly onSearch: () => void;
  readonly onHelp: () => void;
}

const STEPS: Readonly<Record<GraphDirection, readonly [right: number, down: number]>> = {
  left: [-1, 0],
  right: [1, 0],
  up: [0, -1],
  down: [0, 1],
};

/** The keys of the drawing. Those it does not know are left to the page. */
export function useGraphKeys(targets: KeyTargets): (event: KeyboardEvent) => void {
  const { cy, explorer, onSearch, onHelp } = targets;
  return useCallback(
    (event: KeyboardEvent) => {
      const command = toCommand(event);
      if (!command) {
        return;
      }
      event.preventDefault();
      event.stopPropagation();
      if (command.kind === 'search') {
        onSearch();
      } else if (command.kind === 'help') {
        onHelp();
      } else if (cy && !steer(cy, command) && !move(cy, command, explorer)) {
        act(command, explorer);
      }
    },
    [cy, explorer, onSearch, onHelp]
  );
}

/** Commands that only move the view. */
function steer(cy: Core, command: GraphCommand): boolean {
  switch (command.kind) {
    case 'pan':
      panDrawing(cy, ...STEPS[command.direction]);
      return true;
    case 'zoom':
      zoomDrawing(cy, command.steps);
      return true;
    case 'fit':
      fitDrawing(cy);
      return true;
    default:
      return false;
  }
}

/** Commands that go to another node. */
function move(cy: Core, command: GraphCommand, explorer: GraphExplorer): boolean {
  const { cursor, scope } = explorer;
  const { nodes } = scope.view;
  const go = (id: string | undefined): boolean => {
    if (id !== undefined) {
      explorer.goTo(id);
      showNode(cy, id);
    }
    return true;
  };
  switch (command.kind) {
    case 'move':
      return go(cursor ? findNext(toPlaces(cy), cursor.id, command.direction) : toFirst(explorer));
    case 'first':
      return go(nodes[0]?.id);
    case 'last':
      return go(nodes.at(-1)?.id);
    case 'strange': {
      const strange = listStrange(nodes);
      return go(
        cycle(
          strange,
          strange.find(({ id }) => id === cursor?.id),
          command.step
        )?.id
      );
    }
    default:
      return false;
  }
}

function act(command: GraphCommand, explorer: GraphExplorer): void {
  const { cursor, openGroup } = explorer;
  if (command.kind === 'leave') {
    explorer.pick(undefined);
  } else if (command.kind === 'everything') {
    showEverything(explorer);
  } else if (command.kind !== 'choose') {
    if (cursor) {
      actOnService(command, explorer, cursor);
    }
  } else if (cursor?.group && openGroup?.id === cursor.id) {
    explorer.expand(cursor);
  } else {
    explorer.pick(cursor);
  }
}

/** Takes focus, filter and shading back; groups stay. */
export function showEverything({ choose }: GraphExplorer): void {
  choose({ focus: undefined, levels: undefined, blastOf: undefined }, 'Everything is shown');
}

/** Commands about one service; they do nothing on a group. */
export function actOnService(
  command: GraphCommand,
  explorer: GraphExplorer,
  { name, node, group }: GraphNodeView
): void {
  const { choice, choose } = explorer;
  if (command.kind === 'group' && choice.groupBy && !group) {
    const expanded = new Set(choice.expanded);
    const key = toGroupName(node, choice.groupBy);
    expanded.delete(key);
    choose({ expanded }, `${key} is collapsed`);
  } else if (command.kind === 'hops' && !group) {
    choose(
      { focus: { name, hops: command.hops } },
      `Only what is at most ${describeHops(command.hops)} from ${name} is shown`
    );
  } else if (command.kind === 'blast' && !group) {
    const ends = choice.blastOf === name;
    choose(
      { blastOf: ends ? undefined : name },
      ends ? 'The blast radius is no longer shown' : `What a failure of ${name} reaches is shaded`
    );
  }
}

function toPlaces(cy: Core) {
  return new Map(
    cy
      .nodes()
      .toArray()
      .map((node) => [node.id(), node.position()])
  );
}

/** Where the keys begin: at the worst service, or at the first. */
function toFirst({ scope, selectedId }: GraphExplorer): string | undefined {
  return selectedId ?? listStrange(scope.view.nodes)[0]?.id ?? scope.view.nodes[0]?.id;
}
