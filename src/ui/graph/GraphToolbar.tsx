import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { IconButton, useStyles2 } from '@grafana/ui';
import type { Core } from 'cytoscape';
import { TEST_IDS } from '../test-ids.ts';
import { fitDrawing } from './use-cytoscape.ts';

const ZOOM_STEP = 1.3;

/** Zoom, fit and focus. `cy` is null until the drawing is there, and where it cannot be drawn. */
export function GraphToolbar(props: {
  readonly cy: Core | null;
  readonly focused: boolean;
  readonly canFocus: boolean;
  readonly onFocus: () => void;
}) {
  const { cy, focused, canFocus } = props;
  const styles = useStyles2(getStyles);
  const zoom = (factor: number) =>
    cy?.zoom({ level: cy.zoom() * factor, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
  return (
    <div className={styles.tools} role="toolbar" aria-label="Graph">
      <IconButton
        name="plus"
        tooltip="Zoom in"
        size="lg"
        onClick={() => zoom(ZOOM_STEP)}
        data-testid={TEST_IDS.graph.zoomIn}
      />
      <IconButton
        name="minus"
        tooltip="Zoom out"
        size="lg"
        onClick={() => zoom(1 / ZOOM_STEP)}
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
        name="sitemap"
        tooltip={
          canFocus ? 'Focus on the neighbours of the selected service' : 'Select a service to focus on its neighbours'
        }
        size="lg"
        aria-pressed={focused}
        variant={focused ? 'primary' : 'secondary'}
        onClick={props.onFocus}
        data-testid={TEST_IDS.graph.focus}
      />
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  tools: css({
    position: 'absolute',
    top: theme.spacing(1),
    left: theme.spacing(1),
    display: 'flex',
    gap: theme.spacing(1),
    padding: theme.spacing(0.5, 1),
    background: theme.colors.background.secondary,
    borderRadius: theme.shape.radius.default,
  }),
});
