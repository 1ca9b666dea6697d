import type { Core, NodeSingular } from 'cytoscape';

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

/** Switches between words and shapes by zoom, and names the nodes that matter most while there are only shapes. */
export function applyDetail(cy: Core): void {
  const zoom = cy.zoom();
  const far = zoom < FAR_ZOOM;
  cy.batch(() => {
    if (cy.scratch('causeway-far') !== far) {
      cy.scratch('causeway-far', far);
      cy.elements().toggleClass('far', far);
    }
    cy.$('node.named').removeClass('named');
    if (far) {
      nameNodes(cy, zoom);
    }
  });
}

/** New elements take the look of the present zoom. */
export function resetDetail(cy: Core): void {
  cy.removeScratch('causeway-far');
  applyDetail(cy);
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
