import { useEffect, useState } from 'react';
import type { Core } from 'cytoscape';

/** Powers of two for a pixel of the wheel; touchpads send many small steps, wheels few big ones. */
const RATE = 0.01;
const MAX_STEP = 0.38;
const LINE_PIXELS = 16;

/**
 * The wheel moves the page, as everywhere else; with Ctrl or Cmd it zooms around the pointer. Pinching on a touchpad is sent
 * as a wheel with Ctrl.
 * @param stage an element round the drawing: what is done here, the drawing library does not see
 * @returns whether the wheel was turned without a key that zooms, so that a hint is due
 */
export function useWheelZoom(cy: Core | null, stage: HTMLElement | null): boolean {
  const [refused, setRefused] = useState(false);
  useEffect(() => {
    if (!cy || !stage) {
      return undefined;
    }
    const turn = (event: WheelEvent) => {
      const zooms = event.ctrlKey || event.metaKey;
      const box = cy.container()?.getBoundingClientRect();
      setRefused(!zooms);
      event.stopPropagation();
      if (zooms && box) {
        event.preventDefault();
        cy.zoom({
          level: cy.zoom() * 2 ** toZoomStep(event),
          renderedPosition: { x: event.clientX - box.left, y: event.clientY - box.top },
        });
      }
    };
    const forget = () => setRefused(false);
    stage.addEventListener('wheel', turn, { capture: true, passive: false });
    stage.addEventListener('pointerleave', forget);
    return () => {
      stage.removeEventListener('wheel', turn, { capture: true });
      stage.removeEventListener('pointerleave', forget);
    };
  }, [cy, stage]);
  return refused;
}

/** The power of two by which a turn of the wheel zooms. */
export function toZoomStep({ deltaY, deltaMode }: Pick<WheelEvent, 'deltaY' | 'deltaMode'>): number {
  const pixels = deltaMode === 0 ? deltaY : deltaY * LINE_PIXELS;
  return Math.max(-MAX_STEP, Math.min(MAX_STEP, -pixels * RATE));
}
