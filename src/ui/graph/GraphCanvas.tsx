import React, { useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { Core } from 'cytoscape';
import { LoadingState } from '../states.tsx';
import { TEST_IDS } from '../test-ids.ts';
import { KEY_TEXTS } from './graph-keys.ts';
import { describeEdge, describeEvidence, describeNode } from './graph-text.ts';
import { GraphToolbar } from './GraphToolbar.tsx';
import type { GraphExplorer } from './use-graph-explorer.ts';
import { useGraphKeys } from './use-graph-keys.ts';
import { useWheelZoom } from './use-wheel-zoom.ts';

const WHEEL_HINT = 'Hold Ctrl or Cmd while you turn the wheel to zoom.';

/** The drawing with its tools: one tab stop, arrow keys between services; a line below reads out what is pointed at. */
export function GraphCanvas(props: {
  readonly onMounted: (element: HTMLElement | null) => void;
  readonly cy: Core | null;
  readonly busy: boolean;
  readonly explorer: GraphExplorer;
  readonly pointed: string | undefined;
  readonly onSearch: () => void;
}) {
  const { cy, busy, explorer, onMounted, pointed } = props;
  const styles = useStyles2(getStyles);
  const [helpOpen, setHelpOpen] = useState(false);
  const onHelp = () => setHelpOpen(!helpOpen);
  const onKeyDown = useGraphKeys({ cy, explorer, onSearch: props.onSearch, onHelp });
  const { view } = explorer.scope;
  const [sheet, setSheet] = useState<HTMLElement | null>(null);
  const wheelRefused = useWheelZoom(cy, sheet);
  return (
    <div ref={setSheet} className={styles.sheet}>
      {/* The application pattern: a drawing with keys of its own, which are described. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <div
        ref={onMounted}
        role="application"
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        className={styles.canvas}
        aria-label={`Service graph with ${view.nodes.length} services and ${view.edges.length} calls. Arrow keys move between services, Enter selects, question mark lists the keys. The table below has the same content.`}
        onKeyDown={onKeyDown}
        data-testid={TEST_IDS.graph.canvas}
      />
      <GraphToolbar cy={cy} helpOpen={helpOpen} onHelp={onHelp} />
      {busy && (
        <div className={styles.busy}>
          <LoadingState label="Arranging the graph" />
        </div>
      )}
      {helpOpen && <Help />}
      <p className={styles.readout} data-testid={TEST_IDS.graph.readout}>
        {wheelRefused ? WHEEL_HINT : readOut(explorer, pointed)}
      </p>
      <output className={styles.hidden} aria-live="polite" data-testid={TEST_IDS.graph.said}>
        {explorer.said}
      </output>
    </div>
  );
}

/** What the pointer or else the keys are at, in words. */
function readOut({ scope, cursor }: GraphExplorer, pointed: string | undefined): string {
  const node = scope.view.nodes.find(({ id }) => id === pointed);
  const edge = pointed === undefined ? undefined : scope.view.edges.find(({ id }) => id === pointed);
  if (edge) {
    const evidence = describeEvidence(edge);
    const figures = edge.foreign
      ? [edge.foreign.mainText, edge.foreign.secondaryText, ...edge.foreign.details.map((detail) => detail.join(': '))]
      : [describeEdge(edge.edge), evidence];
    return [`${edge.edge.caller} → ${edge.edge.callee}`, ...figures].filter((text) => text !== '').join(', ');
  }
  const shown = node ?? cursor;
  return shown ? describeNode(shown) : '';
}

function Help() {
  const styles = useStyles2(getStyles);
  return (
    <dl className={styles.help} data-testid={TEST_IDS.graph.keys}>
      {KEY_TEXTS.map(([keys, text]) => (
        <React.Fragment key={keys}>
          <dt>{keys}</dt>
          <dd>{text}</dd>
        </React.Fragment>
      ))}
    </dl>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  sheet: css({ position: 'relative', flex: '1 1 auto', minWidth: 0, minHeight: theme.spacing(40) }),
  // Out of the flow: what is drawn must not change the size of what it is drawn in.
  canvas: css({
    position: 'absolute',
    inset: 0,
    margin: 0,
    overflow: 'hidden',
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.border}`, outlineOffset: -2 },
  }),
  busy: css({ position: 'absolute', top: theme.spacing(6), left: theme.spacing(1), pointerEvents: 'none' }),
  readout: css({
    position: 'absolute',
    left: theme.spacing(1),
    right: theme.spacing(1),
    bottom: theme.spacing(0.5),
    margin: 0,
    pointerEvents: 'none',
    color: theme.colors.text.primary,
    overflowWrap: 'anywhere',
    '&:not(:empty)': { background: theme.colors.background.secondary, padding: theme.spacing(0.25, 1) },
  }),
  help: css({
    position: 'absolute',
    top: theme.spacing(6),
    left: theme.spacing(1),
    display: 'grid',
    gridTemplateColumns: 'auto 1fr',
    gap: theme.spacing(0.5, 2),
    maxWidth: `calc(100% - ${theme.spacing(2)})`,
    maxHeight: `calc(100% - ${theme.spacing(8)})`,
    overflowY: 'auto',
    margin: 0,
    padding: theme.spacing(1.5),
    background: theme.colors.background.elevated,
    border: `1px solid ${theme.colors.border.medium}`,
    borderRadius: theme.shape.radius.default,
    boxShadow: theme.shadows.z2,
    '& dt': { fontWeight: theme.typography.fontWeightMedium, whiteSpace: 'nowrap' },
    '& dd': { margin: 0 },
  }),
  hidden: css({ position: 'absolute', width: 1, height: 1, overflow: 'hidden', clipPath: 'inset(50%)' }),
});
