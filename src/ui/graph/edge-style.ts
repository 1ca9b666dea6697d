import type { GrafanaTheme2 } from '@grafana/data';
import type { EdgeKind } from '#model';
import type { EdgeEvidence } from './graph-model.ts';

/** Dashes of a line by how well the call is known; the legend draws the same. Empty for a solid line. */
export const EVIDENCE_DASHES: Readonly<Record<EdgeEvidence, readonly number[]>> = {
  seen: [],
  'one-source': [14, 5],
  stale: [5, 7],
  declared: [1, 6],
};

/** Arrowheads by how the callee is reached; a hollow one means that only one side was seen. */
const ARROWS: Readonly<Record<EdgeKind, readonly [shape: string, fill: 'filled' | 'hollow']>> = {
  http: ['triangle', 'filled'],
  database: ['square', 'filled'],
  messaging: ['vee', 'filled'],
  virtual: ['triangle', 'hollow'],
};

const CLEAR = { opacity: 1, label: 'data(label)' };

/** Styles of edges by selector; later ones win. */
export function toEdgeStyle(
  theme: GrafanaTheme2
): ReadonlyArray<readonly [selector: string, style: Record<string, unknown>]> {
  const colored = (color: string) => ({ 'line-color': color, 'target-arrow-color': color });
  return [
    [
      'edge',
      {
        'curve-style': 'straight',
        width: 1.5,
        ...colored(theme.colors.border.strong),
        'target-arrow-shape': 'triangle',
        label: 'data(label)',
        'text-wrap': 'wrap',
        'font-size': theme.typography.fontSize - 3,
        'font-family': theme.typography.fontFamily.replaceAll("'", '"'),
        color: theme.colors.text.secondary,
        'text-background-color': theme.colors.background.primary,
        'text-background-opacity': 0.8,
        'text-background-padding': '2',
        'min-zoomed-font-size': 8,
      },
    ],
    ...toCourses(),
    ...Object.entries(ARROWS).map(([kind, [shape, fill]]): readonly [string, Record<string, unknown>] => [
      `edge[kind = "${kind}"]`,
      { 'target-arrow-shape': shape, 'target-arrow-fill': fill },
    ]),
    ...Object.entries(EVIDENCE_DASHES)
      .filter(([, dashes]) => dashes.length > 0)
      .map(([evidence, dashes]): readonly [string, Record<string, unknown>] => [
        `edge[evidence = "${evidence}"]`,
        { 'line-style': 'dashed', 'line-dash-pattern': dashes, 'line-cap': evidence === 'declared' ? 'round' : 'butt' },
      ]),
    ['edge[evidence = "stale"], edge[evidence = "declared"]', { opacity: 0.75 }],
    ['edge[thickness]', { width: 'data(thickness)' }],
    ['edge[color]', colored('data(color)')],
    ['edge[?failing]', { width: 3, ...colored(theme.colors.error.text), color: theme.colors.error.text }],
    ['edge[?shaded]', { opacity: 0.5 }],
    // Of thousands of lines none can be followed: those of the chosen service stand out, with their figures.
    ['edge[?crowd]', { opacity: 0.16, label: '' }],
    ['edge[?crowd][?failing]', { opacity: 0.4 }],
    ['edge[?crowd][path != "none"], edge[?crowd][change != "none"], edge.near[?crowd]', CLEAR],
    ['edge[change != "none"]', { width: 4, color: theme.colors.text.primary }],
    [
      'edge[change = "added"]',
      { ...colored(theme.colors.info.text), 'line-outline-width': 2, 'line-outline-color': theme.colors.text.primary },
    ],
    ['edge[change = "removed"]', { 'line-style': 'dotted', 'target-arrow-shape': 'tee', opacity: 0.8 }],
    ['edge[path != "none"]', { width: 6, ...colored(theme.colors.error.text), 'z-index': 5 }],
    // The trouble runs against the call: a mark in the middle of the line points the way it went.
    ['edge[path = "up"]', { 'mid-source-arrow-shape': 'chevron', 'mid-source-arrow-color': theme.colors.error.text }],
    ['edge[path = "down"]', { 'mid-target-arrow-shape': 'chevron', 'mid-target-arrow-color': theme.colors.error.text }],
    // The path of an incident stays what it is when one of its services is selected.
    [
      'edge.near[path = "none"]',
      { width: 3, ...colored(theme.colors.primary.text), color: theme.colors.text.primary, 'z-index': 6 },
    ],
    ['edge.far', { opacity: 0.25, label: '' }],
    ['edge.far[?failing]', { width: 7, opacity: 0.55 }],
    ['edge.far[change != "none"], edge.far.near', { width: 10, opacity: 1 }],
    ['edge.far[path != "none"]', { width: 18, opacity: 1 }],
  ];
}

/** How lines run; in a big graph everything is straight, which is cheaper to draw and no less readable. */
function toCourses(): ReadonlyArray<readonly [selector: string, style: Record<string, unknown>]> {
  return [
    [
      'edge[course = "route"]',
      {
        'curve-style': 'round-segments',
        'edge-distances': 'node-position',
        'segment-weights': 'data(weights)',
        'segment-distances': 'data(distances)',
        'segment-radii': 60,
      },
    ],
    ['edge[course = "loop"]', { 'curve-style': 'bezier' }],
    [
      'edge[course = "bend"]',
      { 'curve-style': 'unbundled-bezier', 'control-point-distances': 'data(bend)', 'control-point-weights': 0.5 },
    ],
  ];
}
