import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { IconButton, useStyles2 } from '@grafana/ui';
import type { Core } from 'cytoscape';
import { TEST_IDS } from '../test-ids.ts';
import { fitDrawing, zoomDrawing } from './graph-drawing.ts';

/** Zoom, fit and help. `cy` is null until the drawing is there, and where it cannot be drawn. */
export function GraphToolbar(props: {
  readonly cy: Core | null;
  readonly helpOpen: boolean;
  readonly onHelp: () => void;
}) {
  const { cy } = props;
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.tools} role="toolbar" aria-label="Graph">
      <IconButton
        name="plus"
        tooltip="Zoom in"
        size="lg"
        onClick={() => cy && zoomDrawing(cy, 1)}
        data-testid={TEST_IDS.graph.zoomIn}
      />
      <IconButton
        name="minus"
        tooltip="Zoom out"
        size="lg"
        onClick={() => cy && zoomDrawing(cy, -1)}
        data-testid={TEST_IDS.graph.zoomOut}
      />
      <IconButton
        name="square-shape"
        tooltip="Fit everything in"
        size="lg"
        onClick={() => cy && fitDrawing(cy)}
        data-testid={TEST_IDS.graph.fit}
      />
      <IconButton
        name="keyboard"
        tooltip="Keys"
        size="lg"
        aria-expanded={props.helpOpen}
        variant={props.helpOpen ? 'primary' : 'secondary'}
        onClick={props.onHelp}
        data-testid={TEST_IDS.graph.help}
      />
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  tools: css({
    position: 'absolute',
    zIndex: 1,
    top: theme.spacing(1),
    left: theme.spacing(1),
    display: 'flex',
    gap: theme.spacing(1),
    padding: theme.spacing(0.5, 1),
    background: theme.colors.background.secondary,
    borderRadius: theme.shape.radius.default,
  }),
});
