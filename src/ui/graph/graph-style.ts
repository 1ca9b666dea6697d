import type { GrafanaTheme2 } from '@grafana/data';
import type { AnomalyLevel, ServiceKind } from '#model';
import type { StylesheetStyle } from 'cytoscape';

/** Colour of each level, for text on the page's background. */
export function toLevelColor(theme: GrafanaTheme2, level: AnomalyLevel): string {
  switch (level) {
    case 'normal':
      return theme.colors.success.text;
    case 'warning':
      return theme.colors.warning.text;
    case 'alert':
      // No orange of the palette is readable as text on white; word and icon tell it from a warning there.
      return theme.isDark ? theme.visualization.getColorByName('orange') : theme.colors.warning.text;
    case 'critical':
      return theme.colors.error.text;
    case 'unknown':
      return theme.colors.text.secondary;
  }
}

const SHAPES: Readonly<Record<ServiceKind, string>> = {
  service: 'round-rectangle',
  database: 'barrel',
  cache: 'cut-rectangle',
  queue: 'round-tag',
  external: 'round-octagon',
  client: 'ellipse',
};

/** Styles of the drawing, from the theme alone. */
export function toGraphStyle(theme: GrafanaTheme2): StylesheetStyle[] {
  const block = (selector: string, style: Record<string, unknown>): StylesheetStyle =>
    ({ selector, style }) as StylesheetStyle;
  const levels: readonly AnomalyLevel[] = ['normal', 'warning', 'alert', 'critical', 'unknown'];
  const kinds = Object.entries(SHAPES);
  return [
    block('node', {
      label: 'data(label)',
      'text-wrap': 'wrap',
      'text-valign': 'center',
      'text-halign': 'center',
      'font-family': toFontFamily(theme),
      'font-size': theme.typography.fontSize,
      'line-height': 1.25,
      color: theme.colors.text.primary,
      'background-color': theme.colors.background.secondary,
      'border-width': 2,
      'border-color': theme.colors.border.strong,
      width: 'data(width)',
      height: 'data(height)',
    }),
    ...kinds.map(([kind, shape]) => block(`node[kind = "${kind}"]`, { shape })),
    ...levels.map((level) => block(`node[level = "${level}"]`, { 'border-color': toLevelColor(theme, level) })),
    block('node[level = "alert"]', { 'border-width': 4 }),
    block('node[level = "critical"]', { 'border-width': 6 }),
    block('node[level = "unknown"]', { 'border-style': 'dashed', color: theme.colors.text.secondary }),
    block('node[role = "cause"]', {
      'background-color': theme.colors.error.main,
      'background-opacity': 0.25,
      'font-weight': 'bold',
    }),
    block('node[role = "victim"]', { 'background-color': theme.colors.warning.main, 'background-opacity': 0.15 }),
    block('node.selected', { 'outline-width': 4, 'outline-color': theme.colors.primary.text, 'outline-offset': 4 }),
    ...toEdgeStyle(theme, block),
    block('.faded', { opacity: 0.2 }),
  ];
}

function toEdgeStyle(
  theme: GrafanaTheme2,
  block: (selector: string, style: Record<string, unknown>) => StylesheetStyle
): StylesheetStyle[] {
  return [
    block('edge', {
      'curve-style': 'bezier',
      width: 1.5,
      'line-color': theme.colors.border.strong,
      'target-arrow-color': theme.colors.border.strong,
      'target-arrow-shape': 'triangle',
      label: 'data(label)',
      'font-size': theme.typography.fontSize - 3,
      'font-family': toFontFamily(theme),
      color: theme.colors.text.secondary,
      'text-background-color': theme.colors.background.primary,
      'text-background-opacity': 0.9,
      'text-background-padding': '2',
      'text-rotation': 'autorotate',
      'min-zoomed-font-size': 8,
    }),
    // A call that skips a layer bends around what lies between.
    block('edge[?bend]', {
      'curve-style': 'unbundled-bezier',
      'control-point-distances': 'data(bend)',
      'control-point-weights': 0.5,
    }),
    block('edge[kind = "messaging"]', { 'line-style': 'dashed' }),
    block('edge[kind = "virtual"]', { 'line-style': 'dotted' }),
    block('edge[?failing]', {
      'line-color': theme.colors.error.text,
      'target-arrow-color': theme.colors.error.text,
      color: theme.colors.error.text,
    }),
    block('edge[?onPath]', {
      width: 5,
      'line-color': theme.colors.error.text,
      'target-arrow-color': theme.colors.error.text,
    }),
  ];
}

/** The drawing library accepts double quotes only. */
function toFontFamily(theme: GrafanaTheme2): string {
  return theme.typography.fontFamily.replaceAll("'", '"');
}
