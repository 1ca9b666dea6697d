import type { Core, NodeSingular, SingularElementArgument } from 'cytoscape';

/** Below this zoom a node's words cannot be read: shape and size say its level instead. */
const FAR_ZOOM = 0.42;
const MAX_NAMES = 24;
/** In a graph as small as this every service may be named. */
const FEW = 60;
const NAME_PIXELS = 12;
const NAME_WIDTH = 7;
const NAME_HEIGHT = 22;
const MAX_NAME_PIXELS = 160;

/** A name that wants to be written beside its node, in pixels of the screen. */
export interface NameWish {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  /** Higher ones are written first. */
  readonly weight: number;
}

/** How much a node deserves to be named when there is no room for all names. 0 is never named. */
export function toNameWeight(data: {
  readonly role?: unknown;
  readonly level?: unknown;
  readonly look?: unknown;
}): number {
  const byLevel: Readonly<Record<string, number>> = { critical: 40, alert: 30, warning: 20 };
  const byRole: Readonly<Record<string, number>> = { cause: 100, victim: 25 };
  return Math.max(
    byLevel[String(data.level)] ?? 0,
    byRole[String(data.role)] ?? 0,
    data.look === 'foreign' ? 0 : data.look === 'group' ? 5 : 0
  );
}

/** Chooses names by weight that do not cover each other. Ties are broken by id, so that names do not jump. */
export function chooseNames(wishes: readonly NameWish[]): readonly NameWish[] {
  const chosen: NameWish[] = [];
  for (const wish of wishes.toSorted((a, b) => b.weight - a.weight || a.id.localeCompare(b.id))) {
    if (chosen.length >= MAX_NAMES) {
      break;
    }
    const covers = chosen.some(
      (other) => Math.abs(other.x - wish.x) < (other.width + wish.width) / 2 && Math.abs(other.y - wish.y) < NAME_HEIGHT
    );
    if (wish.weight > 0 && !covers) {
      chosen.push(wish);
    }
  }
  return chosen;
}

/** Class of the elements that are drawn as shapes. */
export const FAR = 'far';
/** Share of the view beyond its sides that is made ready for reading as well. */
const MARGIN = 0.25;

/** Whether words cannot be read at the present zoom. */
export function isFar(cy: Core): boolean {
  return cy.zoom() < FAR_ZOOM;
}

/**
 * Switches between words and shapes by zoom, and names the nodes that matter most while there are only shapes. Of a big
 * graph only what is in view is made readable: words cost time even where nobody sees them.
 */
export function applyDetail(cy: Core): void {
  cy.batch(() => {
    cy.$('node.named').removeClass('named');
    if (isFar(cy)) {
      cy.elements(`:not(.${FAR})`).addClass(FAR);
      nameNodes(cy, cy.zoom());
    } else {
      const inView = toViewTest(cy);
      cy.elements(`.${FAR}`).filter(inView).removeClass(FAR);
    }
  });
}

/** Whether an element touches the view or its margin; of an edge, the box between its ends. */
function toViewTest(cy: Core): (element: SingularElementArgument) => boolean {
  const { x1, y1, x2, y2, w, h } = cy.extent();
  const view = { x1: x1 - w * MARGIN, y1: y1 - h * MARGIN, x2: x2 + w * MARGIN, y2: y2 + h * MARGIN };
  return (element) => {
    const from = element.isNode() ? element.position() : element.source().position();
    const to = element.isNode() ? from : element.target().position();
    return (
      Math.max(from.x, to.x) >= view.x1 &&
      Math.min(from.x, to.x) <= view.x2 &&
      Math.max(from.y, to.y) >= view.y1 &&
      Math.min(from.y, to.y) <= view.y2
    );
  };
}

function nameNodes(cy: Core, zoom: number): void {
  const width = cy.width();
  const height = cy.height();
  const least = cy.nodes().length <= FEW ? 1 : 0;
  const wishes = cy
    .nodes()
    .toArray()
    .flatMap((node): NameWish[] => {
      const weight =
        node.hasClass('cursor') || node.hasClass('selected') ? 200 : Math.max(least, toNameWeight(node.data()));
      const { x, y } = node.renderedPosition();
      const inside = x >= 0 && y >= 0 && x <= width && y <= height;
      return weight > 0 && inside ? [{ id: node.id(), x, y, width: toNameWidth(node), weight }] : [];
    });
  for (const { id } of chooseNames(wishes)) {
    const node = cy.getElementById(id);
    node.data({ farFont: NAME_PIXELS / zoom, farWidth: MAX_NAME_PIXELS / zoom, farPadding: 2 / zoom });
    node.addClass('named');
  }
}

function toNameWidth(node: NodeSingular): number {
  return Math.min(MAX_NAME_PIXELS, String(node.data('name')).length * NAME_WIDTH) + 8;
}
