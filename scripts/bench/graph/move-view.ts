/** How the view is moved: dragged or zoomed with the pointer, pushed with Shift and an arrow key, or not at all. */
export type Gesture = 'pan' | 'zoom' | 'keys' | 'none';

/** When frames were shown, and in how many of them the picture had changed. */
export interface Recording {
  /** Instants of the frames, in milliseconds. */
  readonly framesMs: readonly number[];
  /** Frames in which everything was drawn anew. */
  readonly drawn: number;
  /** Frames in which the picture was drawn anew, or stood elsewhere. */
  readonly changed: number;
}

/** The part of the drawing library that the container of a drawing leads to. */
interface Drawing {
  zoom(level?: {
    readonly level: number;
    readonly renderedPosition: { readonly x: number; readonly y: number };
  }): number;
  width(): number;
  height(): number;
  extent(): { readonly x1: number; readonly y1: number; readonly x2: number; readonly y2: number };
  nodes(): { toArray(): readonly { position(): { readonly x: number; readonly y: number } }[] };
  panBy(by: { readonly x: number; readonly y: number }): void;
  on(event: 'render', listener: () => void): void;
  off(event: 'render', listener: () => void): void;
}

/** Sets the zoom and goes to the node next to the middle of the drawing. Runs in the page. */
export function goToZoom({ selector, level }: { readonly selector: string; readonly level: number }): number {
  const element = document.querySelector(selector) as (Element & { readonly _cyreg?: { readonly cy: Drawing } }) | null;
  const cy = element?._cyreg?.cy;
  if (!cy) {
    throw new Error('There is no drawing');
  }
  const middle = { x: cy.width() / 2, y: cy.height() / 2 };
  cy.zoom({ level, renderedPosition: middle });
  const { x1, y1, x2, y2 } = cy.extent();
  const centre = { x: (x1 + x2) / 2, y: (y1 + y2) / 2 };
  const away = ({ x, y }: { readonly x: number; readonly y: number }) => Math.hypot(x - centre.x, y - centre.y);
  const [nearest] = cy
    .nodes()
    .toArray()
    .map((node) => node.position())
    .sort((a, b) => away(a) - away(b));
  if (nearest) {
    cy.panBy({ x: (centre.x - nearest.x) * level, y: (centre.y - nearest.y) * level });
  }
  return cy.zoom();
}

/** Moves the view a little in every frame, as a person does. Runs in the page. */
export async function recordMotion(input: {
  readonly selector: string;
  readonly gesture: Gesture;
  readonly durationMs: number;
}): Promise<Recording> {
  const element = document.querySelector(input.selector) as
    (HTMLElement & { readonly _cyreg?: { readonly cy: Drawing } }) | null;
  const cy = element?._cyreg?.cy;
  if (!cy) {
    throw new Error('There is no drawing');
  }
  const box = element.getBoundingClientRect();
  const middle = { x: box.left + box.width / 2, y: box.top + box.height / 2 };
  const base = { bubbles: true, cancelable: true, view: window, button: 0 };
  // The library takes only what happens within its element.
  const inside = element.querySelector('canvas') ?? element;
  const mouse = (type: string, target: EventTarget, x: number, y: number, buttons: number) =>
    target.dispatchEvent(new MouseEvent(type, { ...base, clientX: x, clientY: y, buttons }));
  const at = (frame: number) => ({
    x: middle.x + 120 * Math.sin(frame / 12),
    y: middle.y + 60 * Math.sin(frame / 19),
  });
  const step = (frame: number): void => {
    if (input.gesture === 'pan') {
      const { x, y } = at(frame);
      mouse('mousemove', inside, x, y, 1);
    } else if (input.gesture === 'zoom') {
      const deltaY = Math.floor(frame / 20) % 2 === 0 ? -4 : 4;
      inside.dispatchEvent(
        new WheelEvent('wheel', { ...base, clientX: middle.x, clientY: middle.y, deltaY, ctrlKey: true })
      );
    } else if (input.gesture === 'keys') {
      const key = Math.floor(frame / 8) % 2 === 0 ? 'ArrowRight' : 'ArrowLeft';
      element.dispatchEvent(new KeyboardEvent('keydown', { ...base, key, shiftKey: true }));
    }
  };
  let drawn = 0;
  let changed = 0;
  let before = '';
  const count = () => {
    drawn += 1;
  };
  const look = () => {
    const pictures = [...element.children].map((child) => (child as HTMLElement).style.transform);
    const now = `${drawn} ${pictures.join(' ')}`;
    changed += now === before ? 0 : 1;
    before = now;
  };
  const framesMs: number[] = [];
  if (input.gesture === 'pan') {
    mouse('mousedown', inside, middle.x, middle.y, 1);
  }
  cy.on('render', count);
  await new Promise<void>((resolve) => {
    const next = (nowMs: number): void => {
      framesMs.push(nowMs);
      look();
      if (nowMs - (framesMs[0] ?? nowMs) >= input.durationMs) {
        resolve();
        return;
      }
      step(framesMs.length);
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  });
  cy.off('render', count);
  if (input.gesture === 'pan') {
    mouse('mouseup', inside, middle.x, middle.y, 0);
  }
  return { framesMs, drawn, changed };
}
