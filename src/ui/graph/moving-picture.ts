import type { GrafanaTheme2 } from '@grafana/data';
import type { Core } from 'cytoscape';
import { toGraphBox } from './graph-drawing.ts';
import { drawSketch, type GraphSketch } from './graph-sketch.ts';

/** Keeps moving a big drawing quick. */
export interface MovingPicture {
  /** Ends a movement now, before elements are changed. */
  readonly settle: () => void;
  /** Elements or colours have changed: what is shown beside the old picture is drawn anew when it is next needed. */
  readonly renew: (theme: GrafanaTheme2) => void;
  readonly stop: () => void;
}

/** A movement is over when nothing has moved for so long. */
const REST_MS = 220;

interface Viewport {
  readonly zoom: number;
  readonly x: number;
  readonly y: number;
}

/**
 * Drawing thousands of elements takes longer than a frame. While the view moves, the last picture is moved and scaled as it
 * is, with a rough sketch of the whole graph below it; when the movement has come to rest, everything is drawn once. The
 * drawing library does not draw while a batch is open, so a movement is one batch; it begins when the pointer is pressed.
 * @param onRest told when a movement is over, before it is drawn
 */
export function carryPicture(cy: Core, container: HTMLElement, onRest: () => void): MovingPicture {
  const picture = container.firstElementChild as HTMLElement;
  const canvas = document.createElement('canvas');
  Object.assign(canvas.style, {
    position: 'absolute',
    left: '0',
    top: '0',
    transformOrigin: '0 0',
    willChange: 'transform',
  });
  canvas.setAttribute('aria-hidden', 'true');
  container.prepend(canvas);
  // Layers of their own are moved without being painted again.
  Object.assign(picture.style, { transformOrigin: '0 0', willChange: 'transform' });
  let theme: GrafanaTheme2 | undefined;
  let sketch: GraphSketch | undefined;
  let drawn = toViewport(cy);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let sketching: ReturnType<typeof setTimeout> | undefined;
  let frame = 0;
  let moving = false;
  const hide = () => {
    canvas.style.visibility = 'hidden';
  };
  const prepare = () => {
    if (theme && !sketch && cy.nodes().nonempty()) {
      sketch = drawSketch(cy, theme, canvas, toGraphBox(cy));
    }
  };
  const place = () => {
    const now = toViewport(cy);
    const scale = now.zoom / drawn.zoom;
    picture.style.transform = `translate(${now.x - drawn.x * scale}px, ${now.y - drawn.y * scale}px) scale(${scale})`;
    if (sketch) {
      const { box } = sketch;
      const size = now.zoom / sketch.scale;
      canvas.style.transform = `translate(${now.x + box.x1 * now.zoom}px, ${now.y + box.y1 * now.zoom}px) scale(${size})`;
    }
  };
  const begin = () => {
    moving = true;
    cy.startBatch();
    prepare();
    if (theme && sketch) {
      picture.style.background = theme.colors.background.primary;
      canvas.style.visibility = 'visible';
    }
  };
  const settle = () => {
    clearTimeout(timer);
    cancelAnimationFrame(frame);
    if (moving && !cy.destroyed()) {
      moving = false;
      onRest();
      cy.endBatch();
    }
  };
  /** On a busy machine one frame may take longer than a rest: only a frame without movement is the end of one. */
  const settleAfterFrame = () => {
    frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(settle);
    });
  };
  const onMove = () => {
    if (!moving) {
      begin();
    }
    place();
    clearTimeout(timer);
    cancelAnimationFrame(frame);
    timer = setTimeout(settleAfterFrame, REST_MS);
  };
  const onRender = () => {
    drawn = toViewport(cy);
    picture.style.transform = '';
    picture.style.background = '';
    hide();
  };
  hide();
  cy.on('viewport tapstart', onMove);
  cy.on('render', onRender);
  return {
    settle,
    renew: (next) => {
      theme = next;
      sketch = undefined;
      clearTimeout(sketching);
      sketching = setTimeout(prepare, REST_MS);
    },
    stop: () => {
      settle();
      clearTimeout(sketching);
      cy.off('viewport tapstart', onMove);
      cy.off('render', onRender);
      canvas.remove();
    },
  };
}

function toViewport(cy: Core): Viewport {
  const { x, y } = cy.pan();
  return { zoom: cy.zoom(), x, y };
}
