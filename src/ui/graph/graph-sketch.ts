import type { GrafanaTheme2 } from '@grafana/data';
import type { Core } from 'cytoscape';
import { toLevelColor } from './graph-style.ts';
import { LEVEL_GLYPHS } from './graph-text.ts';
import type { GraphBox } from './graph-drawing.ts';

/** The whole graph as a rough bitmap, for what comes into view while the view moves. */
export interface GraphSketch {
  readonly canvas: HTMLCanvasElement;
  /** What it shows, in graph units. */
  readonly box: GraphBox;
  /** Pixels of the bitmap for one graph unit. */
  readonly scale: number;
}

const MAX_SIDE = 2400;
const MAX_SCALE = 1;
const LINE = 1.5;
const STRONG_LINE = 6;

/** Draws calls as straight lines and services as boxes in the colour of their level, without any words. */
export function drawSketch(cy: Core, theme: GrafanaTheme2, canvas: HTMLCanvasElement, box: GraphBox): GraphSketch {
  const width = Math.max(1, box.x2 - box.x1);
  const height = Math.max(1, box.y2 - box.y1);
  const scale = Math.min(MAX_SCALE, MAX_SIDE / width, MAX_SIDE / height);
  canvas.width = Math.ceil(width * scale);
  canvas.height = Math.ceil(height * scale);
  const context = canvas.getContext('2d');
  if (context) {
    context.scale(scale, scale);
    context.translate(-box.x1, -box.y1);
    drawCalls(cy, theme, context, scale);
    drawServices(cy, theme, context);
  }
  return { canvas, box, scale };
}

/** Two strokes for thousands of lines: one for those that stand out, one for the rest. */
function drawCalls(cy: Core, theme: GrafanaTheme2, context: CanvasRenderingContext2D, scale: number): void {
  const strong = (data: Record<string, unknown>) => data.failing === true || data.path !== 'none';
  for (const stands of [false, true]) {
    context.beginPath();
    cy.edges().forEach((edge) => {
      if (strong(edge.data() as Record<string, unknown>) === stands) {
        const from = edge.source().position();
        const to = edge.target().position();
        context.moveTo(from.x, from.y);
        context.lineTo(to.x, to.y);
      }
    });
    context.lineWidth = Math.max(stands ? STRONG_LINE : LINE, 1 / scale);
    context.strokeStyle = stands ? theme.colors.error.text : theme.colors.border.strong;
    context.globalAlpha = stands ? 0.55 : 0.3;
    context.stroke();
  }
  context.globalAlpha = 1;
}

function drawServices(cy: Core, theme: GrafanaTheme2, context: CanvasRenderingContext2D): void {
  const colors = new Map(
    (Object.keys(LEVEL_GLYPHS) as Array<keyof typeof LEVEL_GLYPHS>).map((level) => [
      level as string,
      toLevelColor(theme, level),
    ])
  );
  context.lineWidth = 4;
  context.fillStyle = theme.colors.background.secondary;
  cy.nodes().forEach((node) => {
    const { x, y } = node.position();
    const { level, width, height } = node.data() as { level: string; width: number; height: number };
    context.strokeStyle = colors.get(level) ?? theme.colors.border.strong;
    context.fillRect(x - width / 2, y - height / 2, width, height);
    context.strokeRect(x - width / 2, y - height / 2, width, height);
  });
}
