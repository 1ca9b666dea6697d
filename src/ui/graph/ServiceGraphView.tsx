import React, { type ReactNode, useMemo, useRef, useState } from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import type { ServiceAnomaly, ServiceGraph, ServiceName } from '#model';
import { EmptyState } from '../states.tsx';
import { TEST_IDS } from '../test-ids.ts';
import { type GraphHighlight, toGraphView, toNeighbourhood } from './graph-model.ts';
import { GraphTable } from './GraphTable.tsx';
import { GraphToolbar } from './GraphToolbar.tsx';
import { useCytoscape } from './use-cytoscape.ts';
import { useNarrow } from './use-narrow.ts';

/** Inputs of the graph. The drawing takes the height it is given and at least a readable one. */
export interface ServiceGraphViewProps {
  readonly graph: ServiceGraph;
  readonly services: readonly ServiceAnomaly[];
  readonly highlight?: GraphHighlight | undefined;
  readonly selected?: ServiceName | undefined;
  readonly onSelect: (name: ServiceName | undefined) => void;
  /** Shown beside the drawing for the selected service. */
  readonly detail?: ReactNode;
  /** `page` is tall with an open table; `section` is lower and folds the table; `panel` fills the height it is given. */
  readonly layout?: 'page' | 'section' | 'panel';
}

/** The service graph as a drawing and, always, as a table with the same content. Arrows point from caller to callee. */
export function ServiceGraphView(props: ServiceGraphViewProps) {
  const { graph, services, highlight, selected, onSelect, layout = 'page' } = props;
  const theme = useTheme2();
  const styles = useStyles2(getStyles);
  const container = useRef<HTMLElement | null>(null);
  const narrow = useNarrow(container);
  const [focused, setFocused] = useState(false);
  const view = useMemo(() => toGraphView(graph, services, highlight), [graph, services, highlight]);
  const focus = useMemo(
    () => (focused && selected !== undefined ? toNeighbourhood(graph, selected) : undefined),
    [focused, selected, graph]
  );
  const direction = narrow ? 'down' : 'right';
  const drawing = useMemo(
    () => ({ graph, view, direction, theme, selected, focus, onSelect }) as const,
    [graph, view, direction, theme, selected, focus, onSelect]
  );
  const { cy, failed } = useCytoscape(container, drawing);
  const table = <GraphTable view={view} selected={selected} onSelect={onSelect} />;
  return (
    <div className={cx(styles.root, layout === 'panel' && styles.fill)} data-testid={TEST_IDS.graph.root}>
      <div className={cx(styles.stage, layout === 'page' && styles.tall)}>
        <div className={styles.sheet}>
          <figure
            ref={container}
            className={styles.canvas}
            aria-label={`Service graph with ${view.nodes.length} services and ${view.edges.length} calls. The table below has the same content.`}
            data-testid={TEST_IDS.graph.canvas}
          />
        </div>
        {failed && (
          <EmptyState title="This browser cannot draw the graph">The table below has the same content.</EmptyState>
        )}
        <GraphToolbar
          cy={cy}
          focused={focused}
          canFocus={selected !== undefined}
          onFocus={() => setFocused(!focused)}
        />
        {props.detail !== undefined && selected !== undefined && (
          <aside className={styles.detail} data-testid={TEST_IDS.graph.detail} aria-label={`Details of ${selected}`}>
            {props.detail}
          </aside>
        )}
      </div>
      <Legend />
      {layout !== 'page' ? (
        <details>
          <summary>Table of services</summary>
          {table}
        </details>
      ) : (
        table
      )}
    </div>
  );
}

function Legend() {
  const styles = useStyles2(getStyles);
  return (
    <p className={styles.legend}>
      Arrows point from caller to callee. ● normal, ▲ warning, ◆ alert, ■ critical, ? unknown (dashed). Thick red: the
      way from cause to symptom.
    </p>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  root: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1), width: '100%' }),
  fill: css({ height: '100%', minHeight: 0, overflow: 'auto' }),
  stage: css({
    position: 'relative',
    display: 'flex',
    flex: `1 0 auto`,
    minHeight: theme.spacing(30),
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
    background: theme.colors.background.primary,
    [theme.breakpoints.down('md')]: { flexDirection: 'column' },
  }),
  tall: css({ minHeight: '68vh' }),
  sheet: css({ position: 'relative', flex: '1 1 auto', minWidth: 0, minHeight: theme.spacing(40) }),
  // Out of the flow: what is drawn must not change the size of what it is drawn in.
  canvas: css({ position: 'absolute', inset: 0, margin: 0 }),
  detail: css({
    flex: `0 0 ${theme.spacing(42)}`,
    padding: theme.spacing(2),
    borderLeft: `1px solid ${theme.colors.border.weak}`,
    overflowY: 'auto',
    [theme.breakpoints.down('md')]: {
      flexBasis: 'auto',
      borderLeft: 'none',
      borderTop: `1px solid ${theme.colors.border.weak}`,
    },
  }),
  legend: css({ margin: 0, color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
});
