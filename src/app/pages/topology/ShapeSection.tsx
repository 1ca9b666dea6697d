import React, { type ReactNode } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { TopologyShape } from '#contracts';
import type { ServiceName, TopologySourceState } from '#model';
import { SOURCE_LABELS, TEST_IDS } from '#ui';

const MAX_NAMES = 8;
const STATES: Readonly<Record<TopologySourceState['state'], string>> = {
  read: 'read',
  empty: 'knows nothing',
  failed: 'could not be read',
  off: 'not set up',
};

/** What stands out in the shape of the graph, and where the graph comes from. */
export function ShapeSection(props: {
  readonly shape: TopologyShape | undefined;
  readonly sources: readonly TopologySourceState[] | undefined;
  readonly onSelect: (name: ServiceName) => void;
}) {
  const { shape, sources, onSelect } = props;
  const styles = useStyles2(getStyles);
  if (!shape && !sources) {
    return null;
  }
  return (
    <details className={styles.root} data-testid={TEST_IDS.topology.shape}>
      <summary>What stands out, and where the graph comes from</summary>
      {shape && (
        <div className={styles.columns}>
          <Column title="Most calls lead to">
            {shape.important.map(({ service }) => (
              <Name key={service} name={service} onSelect={onSelect} />
            ))}
          </Column>
          <Column title="Others cannot be reached without">
            {shape.gateways.map(({ service, dominates }) => (
              <Name key={service} name={service} onSelect={onSelect}>
                : {listNames(dominates)}
              </Name>
            ))}
          </Column>
          <Column title="Call each other in a circle">
            {shape.cycles.map((cycle) => (
              <li key={cycle.join(' ')}>{listNames(cycle)}</li>
            ))}
          </Column>
        </div>
      )}
      {sources && (
        <Column title="Sources">
          {sources.map((source) => (
            <li key={source.source}>
              {SOURCE_LABELS[source.source]}: {describeSource(source)}
            </li>
          ))}
        </Column>
      )}
    </details>
  );
}

function describeSource({ state, nodes, edges, reason }: TopologySourceState): string {
  const figures = state === 'read' ? `, ${nodes} services, ${edges} calls` : '';
  return `${STATES[state]}${figures}${reason === undefined ? '' : `. ${reason}`}`;
}

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMES).join(', ');
  return names.length > MAX_NAMES ? `${shown} and ${names.length - MAX_NAMES} more` : shown;
}

function Column({ title, children }: { readonly title: string; readonly children: readonly ReactNode[] }) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.column}>
      <h3 className={styles.title}>{title}</h3>
      {children.length === 0 ? <p>nothing</p> : <ul>{children}</ul>}
    </div>
  );
}

function Name(props: {
  readonly name: ServiceName;
  readonly onSelect: (name: ServiceName) => void;
  readonly children?: ReactNode;
}) {
  const styles = useStyles2(getStyles);
  return (
    <li>
      <button type="button" className={styles.name} onClick={() => props.onSelect(props.name)}>
        {props.name}
      </button>
      {props.children}
    </li>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  root: css({ '& ul': { paddingLeft: theme.spacing(2), margin: 0 } }),
  columns: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(2, 4), marginTop: theme.spacing(1) }),
  column: css({ flex: '1 1 220px', minWidth: 0, overflowWrap: 'anywhere' }),
  title: css({ fontSize: theme.typography.body.fontSize, margin: theme.spacing(1, 0, 0.5) }),
  name: css({
    border: 'none',
    background: 'none',
    padding: 0,
    font: 'inherit',
    color: theme.colors.text.link,
    cursor: 'pointer',
    textAlign: 'left',
  }),
});
