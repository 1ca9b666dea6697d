import React, { useMemo } from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { formatConfidence } from '../format.ts';
import { KIND_LABELS } from '../level.ts';
import { tableStyles } from '../table-style.ts';
import { TEST_IDS } from '../test-ids.ts';
import type { GraphNodeView, GraphView } from './graph-model.ts';
import { sortNodes } from './graph-scope.ts';
import { CHANGE_TEXTS, describeHops, LEVEL_GLYPHS } from './graph-text.ts';
import { LevelSign } from './LevelSign.tsx';
import { PagedTable } from './PagedTable.tsx';

const MAX_NAMES = 6;

/** Columns that are shown only where there is something in them. */
interface Columns {
  readonly owner: boolean;
  readonly coverage: boolean;
  readonly change: boolean;
  readonly hops: boolean;
  readonly foreign: boolean;
}

/** The same graph as rows, worst first: for the keyboard, for screen readers, and for reading figures. */
export function GraphTable(props: {
  readonly view: GraphView;
  readonly selectedId: string | undefined;
  readonly onPick: (node: GraphNodeView) => void;
}) {
  const { view, selectedId } = props;
  const nodes = useMemo(() => sortNodes(view.nodes), [view]);
  const columns = toColumns(view);
  return (
    <PagedTable
      caption="The same services as a table, worst first. Choosing a name selects it in the graph."
      columns={[
        'Service',
        columns.foreign ? 'Figures' : 'State',
        ...(columns.change ? ['Difference'] : []),
        ...(columns.hops ? ['Blast radius'] : []),
        'Kind',
        ...(columns.owner ? ['Namespace, team'] : []),
        ...(columns.coverage ? ['Seen by telemetry'] : []),
        'Called by',
        'Calls',
      ]}
      items={nodes}
      shownIndex={selectedId === undefined ? undefined : nodes.findIndex(({ id }) => id === selectedId)}
      row={(node) => (
        <GraphRow
          key={node.id}
          node={node}
          columns={columns}
          selected={node.id === selectedId}
          onPick={() => props.onPick(node)}
        />
      )}
      testId={TEST_IDS.graph.table}
    />
  );
}

function toColumns({ nodes }: GraphView): Columns {
  return {
    owner: nodes.some(({ node }) => node.namespace !== undefined || node.team !== undefined),
    coverage: nodes.some(({ node }) => node.coverage !== undefined),
    change: nodes.some(({ change }) => change !== undefined),
    hops: nodes.some(({ hops }) => hops !== undefined),
    foreign: nodes.some(({ foreign }) => foreign !== undefined),
  };
}

function GraphRow(props: {
  readonly node: GraphNodeView;
  readonly columns: Columns;
  readonly selected: boolean;
  readonly onPick: () => void;
}) {
  const { node, columns, selected } = props;
  const table = useStyles2(tableStyles);
  const styles = useStyles2(getStyles);
  return (
    <tr className={cx(selected && table.selectedRow)} data-testid={TEST_IDS.graph.row} data-service={node.name}>
      <th scope="row">
        <button
          type="button"
          className={cx(styles.name, selected && styles.chosen)}
          aria-pressed={selected}
          onClick={props.onPick}
        >
          {node.foreign?.title ?? node.name}
        </button>
        {node.group && ` (${node.group.members.length} services)`}
      </th>
      <td>
        <State node={node} />
      </td>
      {columns.change && <td>{node.change ? CHANGE_TEXTS[node.change].join(' ') : '–'}</td>}
      {columns.hops && <td>{node.hops === undefined ? 'not reached' : describeHops(node.hops)}</td>}
      <td>{describeKind(node)}</td>
      {columns.owner && <td>{[node.node.namespace, node.node.team].filter(Boolean).join(', ') || '–'}</td>}
      {columns.coverage && <td title={node.node.coverage?.reasons.join(' ')}>{describeCoverage(node)}</td>}
      <td>
        <Names names={node.callers.map(({ caller }) => caller)} />
      </td>
      <td>
        <Names names={node.callees.map(({ callee }) => callee)} />
      </td>
    </tr>
  );
}

function describeKind({ foreign, group, kind }: GraphNodeView): string {
  if (foreign) {
    return foreign.subtitle || '–';
  }
  return group ? 'Group' : KIND_LABELS[kind];
}

function describeCoverage({ node }: GraphNodeView): string {
  return node.coverage ? formatConfidence(node.coverage.score) : '–';
}

function State({ node }: { readonly node: GraphNodeView }) {
  if (node.foreign) {
    return <>{[node.foreign.mainText, node.foreign.secondaryText].filter((text) => text !== '').join(', ') || '–'}</>;
  }
  return (
    <>
      <LevelSign level={node.level} sign={LEVEL_GLYPHS[node.level]} /> {node.stateText}
      {node.role !== 'none' && ` (${node.role})`}
      {node.node.measured === false ? ', declared only' : node.node.stale === true && ', not seen of late'}
    </>
  );
}

function Names({ names }: { readonly names: readonly string[] }) {
  const more = names.length - MAX_NAMES;
  const shown = names.slice(0, MAX_NAMES).join(', ') || '–';
  return <>{more > 0 ? `${shown} and ${more} more` : shown}</>;
}

const getStyles = (theme: GrafanaTheme2) => ({
  name: css({
    border: 'none',
    background: 'none',
    padding: 0,
    font: 'inherit',
    color: theme.colors.text.link,
    cursor: 'pointer',
    textAlign: 'left',
    overflowWrap: 'anywhere',
  }),
  // The colour of links cannot be read on the background of the chosen row.
  chosen: css({ color: theme.colors.text.primary, fontWeight: theme.typography.fontWeightMedium }),
});
