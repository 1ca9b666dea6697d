import type { Core, ElementDefinition, SingularElementReturnValue } from 'cytoscape';
import { FAR, isFar } from './level-of-detail.ts';

/** Marks of the person at the screen, by id of the drawing. */
export interface DrawingMarks {
  readonly selected: string | undefined;
  readonly cursor: string | undefined;
  readonly matches: ReadonlySet<string>;
}

/** Room round the drawing in pixels; above for the tools, below for the line that is read out. */
const FIT_PADDING = { above: 44, below: 32, beside: 20 };
const MAX_FIT_ZOOM = 1.2;
const ZOOM_STEP = 1.3;
const PAN_PIXELS = 80;
/** From here on a drawing takes longer than a frame. */
const LARGE_NODES = 150;
const LARGE_EDGES = 300;
const CHUNK = 400;

/** Whether a graph is so big that it is not drawn anew in every frame while the view moves. */
export function isLarge(nodes: number, edges: number): boolean {
  return nodes > LARGE_NODES || edges > LARGE_EDGES;
}

/** Options of the drawing library. */
export function toDrawingOptions(container: HTMLElement, large: boolean) {
  return {
    container,
    minZoom: 0.02,
    maxZoom: 3,
    autounselectify: true,
    boxSelectionEnabled: false,
    // In a crowd a drag is meant for the view, not for the node below the pointer.
    autoungrabify: large,
  };
}

/** A part of the plane, in graph units. */
export interface GraphBox {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

/** What the nodes take up. Lines are left out: to measure each costs more than to draw it. */
export function toGraphBox(cy: Core): GraphBox {
  const box = { x1: Infinity, y1: Infinity, x2: -Infinity, y2: -Infinity };
  cy.nodes().forEach((node) => {
    const { x, y } = node.position();
    const { width = 0, height = 0 } = node.data() as { readonly width?: number; readonly height?: number };
    box.x1 = Math.min(box.x1, x - width / 2);
    box.y1 = Math.min(box.y1, y - height / 2);
    box.x2 = Math.max(box.x2, x + width / 2);
    box.y2 = Math.max(box.y2, y + height / 2);
  });
  return box;
}

const FITTED = 'causeway-fitted';

/** Fits everything in, but never magnifies a small graph beyond reading size. */
export function fitDrawing(cy: Core): void {
  const large = isLarge(cy.nodes().length, cy.edges().length);
  fitBox(cy, large ? toGraphBox(cy) : cy.elements().boundingBox());
}

/** The same for elements that are not there yet, so that they are drawn right at once. */
export function fitElements(cy: Core, elements: readonly ElementDefinition[]): void {
  const xs = elements.flatMap(({ position }) => position?.x ?? []);
  const ys = elements.flatMap(({ position }) => position?.y ?? []);
  const least = (values: readonly number[]) => values.reduce((a, b) => Math.min(a, b), Infinity);
  fitBox(cy, { x1: least(xs), y1: least(ys), x2: -least(xs.map((x) => -x)), y2: -least(ys.map((y) => -y)) });
}

/** Width of the room for a drawing divided by its height; undefined while the element has no size. */
export function toAspect({ clientWidth, clientHeight }: HTMLElement): number | undefined {
  const width = clientWidth - 2 * FIT_PADDING.beside;
  const height = clientHeight - FIT_PADDING.above - FIT_PADDING.below;
  return width > 0 && height > 0 ? width / height : undefined;
}

function fitBox(cy: Core, { x1, y1, x2, y2 }: GraphBox): void {
  const w = x2 - x1;
  const h = y2 - y1;
  if (w > 0 && h > 0 && cy.width() > 0) {
    const width = Math.max(1, cy.width() - 2 * FIT_PADDING.beside);
    const height = Math.max(1, cy.height() - FIT_PADDING.above - FIT_PADDING.below);
    const zoom = Math.max(cy.minZoom(), Math.min(MAX_FIT_ZOOM, width / w, height / h));
    cy.viewport({
      zoom,
      pan: {
        x: FIT_PADDING.beside + (width - w * zoom) / 2 - x1 * zoom,
        y: FIT_PADDING.above + (height - h * zoom) / 2 - y1 * zoom,
      },
    });
  }
  cy.scratch(FITTED, toViewport(cy));
}

/** After a change of size: everything stays in view, unless a person has chosen another view; then its middle stays. */
export function resizeDrawing(cy: Core): void {
  const wasFitted = cy.scratch(FITTED) === toViewport(cy);
  const before = { width: cy.width(), height: cy.height() };
  cy.resize();
  if (wasFitted) {
    fitDrawing(cy);
  } else {
    cy.panBy({ x: (cy.width() - before.width) / 2, y: (cy.height() - before.height) / 2 });
  }
}

function toViewport(cy: Core): string {
  const { x, y } = cy.pan();
  return `${cy.zoom()} ${x} ${y}`;
}

/** One step nearer (1) or farther (-1), around the middle. */
export function zoomDrawing(cy: Core, steps: number): void {
  cy.zoom({ level: cy.zoom() * ZOOM_STEP ** steps, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
}

/** Moves the view by steps to the right and down. */
export function panDrawing(cy: Core, right: number, down: number): void {
  cy.panBy({ x: -right * PAN_PIXELS, y: -down * PAN_PIXELS });
}

/** Brings a node into the middle when it is not well within the view. */
export function showNode(cy: Core, id: string): void {
  const node = cy.getElementById(id);
  if (node.empty()) {
    return;
  }
  const { x, y } = node.renderedPosition();
  const margin = 60;
  if (x < margin || y < margin || x > cy.width() - margin || y > cy.height() - margin) {
    cy.center(node);
  }
}

/**
 * Makes the drawing equal to the elements: what is gone is removed, what differs is changed in place, what is new is added
 * in chunks, between which the page can breathe.
 * @returns false when it was stopped half-way
 */
export async function drawElements(
  cy: Core,
  elements: readonly ElementDefinition[],
  signal: AbortSignal
): Promise<boolean> {
  const wanted = new Set(elements.map(({ data }) => String(data.id)));
  const added: ElementDefinition[] = [];
  cy.batch(() => {
    cy.elements()
      .filter((element) => !wanted.has(element.id()))
      .remove();
    for (const element of elements) {
      const known = cy.getElementById(String(element.data.id));
      if (known.empty()) {
        added.push(element);
      } else {
        change(known, element);
      }
    }
  });
  const classes = isFar(cy) ? FAR : '';
  const isStopped = () => signal.aborted || cy.destroyed();
  for (let start = 0; start < added.length && !isStopped(); start += CHUNK) {
    if (start > 0) {
      await pause(cy);
    }
    if (!isStopped()) {
      cy.add(added.slice(start, start + CHUNK).map((element) => ({ ...element, classes })));
    }
  }
  return !isStopped();
}

/** Gives way to the page. While a batch is open nothing is drawn: half of a graph is of no use and takes time. */
async function pause(cy: Core): Promise<void> {
  cy.startBatch();
  await new Promise((resolve) => setTimeout(resolve, 0));
  if (!cy.destroyed()) {
    cy.endBatch();
  }
}

/** Touches only what differs: each touch has styles computed and pictures drawn anew. */
function change(known: SingularElementReturnValue, { data, position }: ElementDefinition): void {
  const old = known.data() as Record<string, unknown>;
  const differing = Object.entries(data).filter(
    ([key, value]) => old[key] !== value && key !== 'source' && key !== 'target'
  );
  if (differing.length > 0) {
    known.data(Object.fromEntries(differing));
  }
  if (position && known.isNode()) {
    const at = known.position();
    if (at.x !== position.x || at.y !== position.y) {
      known.position(position);
    }
  }
}

/** Sets the marks; the calls of the selected service, and of the one that the keys are at, stand out. */
export function markElements(cy: Core, { selected, cursor, matches }: DrawingMarks): void {
  cy.batch(() => {
    setClass(cy, 'selected', selected === undefined ? [] : [selected]);
    setClass(cy, 'cursor', cursor === undefined ? [] : [cursor]);
    setClass(cy, 'match', [...matches]);
    cy.$('edge.near').removeClass('near');
    for (const id of [selected, cursor]) {
      if (id !== undefined) {
        cy.getElementById(id).connectedEdges().addClass('near');
      }
    }
  });
}

function setClass(cy: Core, name: string, ids: readonly string[]): void {
  const wanted = new Set(ids);
  cy.$(`node.${name}`).forEach((node) => {
    if (!wanted.has(node.id())) {
      node.removeClass(name);
    }
  });
  for (const id of wanted) {
    cy.getElementById(id).addClass(name);
  }
}
