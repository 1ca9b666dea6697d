import type { Core, ElementDefinition, SingularElementReturnValue } from 'cytoscape';

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
/** From here on everything is done to keep the drawing quick. */
const LARGE_NODES = 300;
const LARGE_EDGES = 800;
const CHUNK = 400;

/** Whether a graph is so big that lines are hidden while the view moves. */
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
    ...(large ? { hideEdgesOnViewport: true, pixelRatio: 1 } : {}),
  };
}

const FITTED = 'causeway-fitted';

/** Fits everything in, but never magnifies a small graph beyond reading size. */
export function fitDrawing(cy: Core): void {
  const { x1, y1, w, h } = cy.elements().boundingBox();
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
  for (let start = 0; start < added.length; start += CHUNK) {
    if (start > 0) {
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    if (signal.aborted || cy.destroyed()) {
      return false;
    }
    cy.add(added.slice(start, start + CHUNK));
  }
  return true;
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

/** Sets the marks; the calls of the selected service stand out. */
export function markElements(cy: Core, { selected, cursor, matches }: DrawingMarks): void {
  cy.batch(() => {
    setClass(cy, 'selected', selected === undefined ? [] : [selected]);
    setClass(cy, 'cursor', cursor === undefined ? [] : [cursor]);
    setClass(cy, 'match', [...matches]);
    cy.$('edge.near').removeClass('near');
    if (selected !== undefined) {
      cy.getElementById(selected).connectedEdges().addClass('near');
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
