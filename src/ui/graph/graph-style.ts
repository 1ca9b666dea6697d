import { colorManipulator, type GrafanaTheme2 } from '@grafana/data';
import type { StylesheetStyle } from 'cytoscape';
import type { AnomalyLevel, ServiceKind } from '#model';
import { toEdgeStyle } from './edge-style.ts';

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

/** Shapes of the kinds, where a node is big enough to be read. */
const KIND_SHAPES: Readonly<Record<ServiceKind, string>> = {
  service: 'round-rectangle',
  database: 'barrel',
  cache: 'cut-rectangle',
  queue: 'round-tag',
  external: 'round-octagon',
  client: 'ellipse',
};

/** Shapes of the levels, the same as their signs, where a node is too small for words. The worse, the bigger. */
const LEVEL_SHAPES: Readonly<Record<AnomalyLevel, readonly [shape: string, size: number]>> = {
  normal: ['ellipse', 64],
  warning: ['triangle', 96],
  alert: ['diamond', 112],
  critical: ['rectangle', 120],
  unknown: ['ellipse', 72],
};

const LEVELS = Object.keys(LEVEL_SHAPES) as AnomalyLevel[];
const BORDERS: Readonly<Record<AnomalyLevel, number>> = { normal: 2, warning: 3, alert: 4, critical: 6, unknown: 2 };
const MAX_ARCS = 16;

/** Styles of the drawing, from the theme alone. Later blocks win. */
export function toGraphStyle(theme: GrafanaTheme2): StylesheetStyle[] {
  return [
    block('core', { 'outside-texture-bg-opacity': 0 }),
    ...toNodeStyle(theme),
    ...toForeignStyle(theme),
    ...toFarStyle(theme),
    ...toMarkStyle(theme),
    ...toEdgeStyle(theme).map(([selector, style]) => block(selector, style)),
  ];
}

function block(selector: string, style: Record<string, unknown>): StylesheetStyle {
  return { selector, style } as StylesheetStyle;
}

function toNodeStyle(theme: GrafanaTheme2): StylesheetStyle[] {
  return [
    block('node', {
      label: 'data(label)',
      'text-wrap': 'wrap',
      'text-valign': 'center',
      'text-halign': 'center',
      'font-family': toFontFamily(theme),
      'font-size': theme.typography.fontSize,
      'min-zoomed-font-size': 5,
      'line-height': 1.25,
      color: theme.colors.text.primary,
      'background-color': theme.colors.background.secondary,
      'border-width': 2,
      'border-color': theme.colors.border.strong,
      width: 'data(width)',
      height: 'data(height)',
    }),
    ...Object.entries(KIND_SHAPES).map(([kind, shape]) => block(`node[kind = "${kind}"]`, { shape })),
    ...LEVELS.map((level) =>
      block(`node[level = "${level}"]`, { 'border-color': toLevelColor(theme, level), 'border-width': BORDERS[level] })
    ),
    block('node[level = "unknown"]', { 'border-style': 'dashed', color: theme.colors.text.secondary }),
    block('node[look = "group"]', {
      shape: 'round-rectangle',
      'border-style': 'double',
      'border-width': 8,
      'background-color': theme.colors.background.canvas,
    }),
    block('node[role = "cause"]', {
      'background-color': toRoleColor(theme, 'cause'),
      'font-weight': 'bold',
    }),
    block('node[role = "victim"]', {
      'background-color': toRoleColor(theme, 'victim'),
    }),
    block('node[age = "stale"], node[age = "declared"]', {
      'border-style': 'dotted',
      color: theme.colors.text.secondary,
    }),
    block('node[change = "added"]', { 'border-style': 'double', 'border-width': 8 }),
    block('node[change = "removed"]', {
      'border-style': 'dotted',
      'border-color': theme.colors.text.secondary,
      'background-opacity': 0.3,
    }),
    ...toBlastStyle(theme),
  ];
}

/** The nearer, the stronger; the label says the hops in words. */
function toBlastStyle(theme: GrafanaTheme2): StylesheetStyle[] {
  const shade = (hops: string, opacity: number) =>
    block(`node[radius = "${hops}"]`, {
      'underlay-color': theme.colors.warning.main,
      'underlay-opacity': opacity,
      'underlay-padding': 16,
    });
  return [
    shade('0', 0.75),
    shade('1', 0.5),
    shade('2', 0.35),
    shade('3', 0.22),
    shade('4', 0.14),
    block('node[radius = "outside"]', { opacity: 0.4 }),
  ];
}

/** Nodes of other sources: a ring with its sections, the label below; neutral, since nothing judged them. */
function toForeignStyle(theme: GrafanaTheme2): StylesheetStyle[] {
  const sections = Array.from({ length: MAX_ARCS }, (_, index) => index + 1);
  return [
    block('node[look = "foreign"]', {
      shape: 'ellipse',
      'text-valign': 'bottom',
      'text-margin-y': 6,
      color: theme.colors.text.primary,
      'border-style': 'solid',
      'border-width': 2,
      'border-color': theme.colors.border.strong,
    }),
    block('node[look = "foreign"][color]', { 'border-color': 'data(color)', 'border-width': 4 }),
    block('node[look = "foreign"][arcs > 0]', { 'pie-size': '100%', 'pie-hole': '76%' }),
    ...sections.map((section) =>
      block(`node[arc${section}]`, {
        [`pie-${section}-background-color`]: `data(arcColor${section})`,
        [`pie-${section}-background-size`]: `data(arc${section})`,
      })
    ),
  ];
}

/** Too small for words: shape, size and filling say the level; unknown is hollow. Only the worst are named. */
function toFarStyle(theme: GrafanaTheme2): StylesheetStyle[] {
  return [
    block('node.far', { label: '', 'background-opacity': 1 }),
    ...LEVELS.map((level) => {
      const [shape, size] = LEVEL_SHAPES[level];
      const color = toLevelColor(theme, level);
      return block(`node.far[look != "foreign"][level = "${level}"]`, {
        shape,
        width: size,
        height: size,
        'border-width': level === 'unknown' ? 14 : 0,
        'border-style': 'dashed',
        'border-dash-pattern': [28, 18],
        'background-color': level === 'unknown' ? theme.colors.background.primary : color,
        'background-opacity': level === 'normal' ? 0.55 : 1,
      });
    }),
    block('node.far[look = "group"]', { width: 200, height: 200 }),
    block('node.far.named', {
      label: 'data(name)',
      'font-size': 'data(farFont)',
      'min-zoomed-font-size': 0,
      'text-valign': 'bottom',
      'text-wrap': 'ellipsis',
      'text-max-width': 'data(farWidth)',
      'text-background-color': theme.colors.background.primary,
      'text-background-opacity': 0.85,
      'text-background-padding': 'data(farPadding)',
      color: theme.colors.text.primary,
      'z-index': 20,
    }),
  ];
}

/** What the person at the screen does: where the keys are, what is chosen, what was searched for. */
function toMarkStyle(theme: GrafanaTheme2): StylesheetStyle[] {
  const ring = (color: string, style: string) => ({
    'outline-width': 4,
    'outline-style': style,
    'outline-color': color,
    'outline-offset': 5,
    'z-index': 10,
  });
  return [
    block('node.match', ring(theme.colors.info.text, 'double')),
    block('node.selected', ring(theme.colors.primary.text, 'solid')),
    block('node.cursor', ring(theme.colors.text.primary, 'dashed')),
    block('node.far.match, node.far.selected, node.far.cursor', { 'outline-width': 20, 'outline-offset': 16 }),
  ];
}

/** Filling of a node by its part in an analysis; opaque, so that lines that pass below are not seen through it. */
export function toRoleColor(theme: GrafanaTheme2, role: 'cause' | 'victim'): string {
  const [color, share] = role === 'cause' ? [theme.colors.error.main, 0.25] : [theme.colors.warning.main, 0.15];
  const mixed = colorManipulator.onBackground(colorManipulator.alpha(color, share), theme.colors.background.primary);
  return mixed.toHexString();
}

/** The drawing library accepts double quotes only. */
function toFontFamily(theme: GrafanaTheme2): string {
  return theme.typography.fontFamily.replaceAll("'", '"');
}
