import React from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { ServiceEdge, ServiceName } from '#model';
import { KIND_LABELS } from '../level.ts';
import { tableStyles } from '../table-style.ts';
import { TEST_IDS } from '../test-ids.ts';
import { describeEdge, type GraphNodeView, type GraphView } from './graph-model.ts';

/** The same graph as rows: for the keyboard, for screen readers, and for reading figures. */
export function GraphTable(props: {
  readonly view: GraphView;
  readonly selected: ServiceName | undefined;
  readonly onSelect: (name: ServiceName | undefined) => void;
}) {
  const table = useStyles2(tableStyles);
  return (
    <section className={table.wrapper} aria-label="Services and their calls">
      <table className={table.table} data-testid={TEST_IDS.graph.table}>
        <caption>The same services as a table. Choosing a name selects it in the graph.</caption>
        <thead>
          <tr>
            <th scope="col">Service</th>
            <th scope="col">Kind</th>
            <th scope="col">State</th>
            <th scope="col">Called by</th>
            <th scope="col">Calls</th>
          </tr>
        </thead>
        <tbody>
          {props.view.nodes.map((node) => (
            <GraphRow key={node.name} node={node} selected={node.name === props.selected} onSelect={props.onSelect} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function GraphRow({
  node,
  selected,
  onSelect,
}: {
  readonly node: GraphNodeView;
  readonly selected: boolean;
  readonly onSelect: (name: ServiceName | undefined) => void;
}) {
  const table = useStyles2(tableStyles);
  const styles = useStyles2(getStyles);
  return (
    <tr className={cx(selected && table.selectedRow)} data-testid={TEST_IDS.graph.row} data-service={node.name}>
      <th scope="row">
        <button
          type="button"
          className={styles.name}
          aria-pressed={selected}
          onClick={() => onSelect(selected ? undefined : node.name)}
        >
          {node.name}
        </button>
      </th>
      <td>{KIND_LABELS[node.kind]}</td>
      <td>
        {node.stateText}
        {node.role !== 'none' && ` (${node.role})`}
      </td>
      <td>{node.callers.map(({ caller }) => caller).join(', ') || '–'}</td>
      <td>
        <Calls edges={node.callees} />
      </td>
    </tr>
  );
}

function Calls({ edges }: { readonly edges: readonly ServiceEdge[] }) {
  const styles = useStyles2(getStyles);
  const table = useStyles2(tableStyles);
  if (edges.length === 0) {
    return <>–</>;
  }
  return (
    <ul className={styles.calls}>
      {edges.map((edge) => (
        <li key={edge.callee}>
          {edge.callee} <span className={table.muted}>{describeEdge(edge)}</span>
        </li>
      ))}
    </ul>
  );
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
  }),
  calls: css({ listStyle: 'none', margin: 0, padding: 0 }),
});
