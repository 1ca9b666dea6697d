import { type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import type { Core, EventObject } from 'cytoscape';
import { toElements, toLayoutOptions, toStructureKey } from './cytoscape-elements.ts';
import {
  type DrawingMarks,
  drawElements,
  fitDrawing,
  fitElements,
  isLarge,
  markElements,
  resizeDrawing,
  toAspect,
  toDrawingOptions,
} from './graph-drawing.ts';
import type { GraphView } from './graph-model.ts';
import { toGraphStyle } from './graph-style.ts';
import { layoutInSteps, type LayoutResult } from './layout/layered-layout.ts';
import { runInSlices } from './layout/run-in-slices.ts';
import { applyDetail } from './level-of-detail.ts';
import { carryPicture, type MovingPicture } from './moving-picture.ts';

/** What the drawing shows and to whom it reports what the pointer does. */
export interface Drawing {
  readonly view: GraphView;
  readonly direction: 'right' | 'down';
  readonly theme: GrafanaTheme2;
  readonly marks: DrawingMarks;
  /** A new value fits everything in; otherwise a changed graph leaves the view where it is. */
  readonly fitKey: string;
  /** Id of the node, or undefined for the background. */
  readonly onTap: (id: string | undefined) => void;
  readonly onOpen: (id: string) => void;
  /** Id of the node or edge below the pointer. */
  readonly onPoint: (id: string | undefined) => void;
}

/** The drawing once it is there; `failed` where this browser cannot draw, `busy` while the layout is computed. */
export interface DrawingState {
  readonly cy: Core | null;
  readonly failed: boolean;
  readonly busy: boolean;
}

const DETAIL_DELAY_MS = 120;
const DEFAULT_ASPECT = 1.9;

/**
 * Draws into the container and keeps the drawing up to date: figures change in place, a changed structure is laid out
 * anew, in slices. The library is loaded when it is first needed.
 */
export function useCytoscape(container: HTMLElement | null, drawing: Drawing): DrawingState {
  const { view, direction, theme, marks, fitKey } = drawing;
  const large = isLarge(view.nodes.length, view.edges.length);
  const { cy, failed } = useInstance(container, large, drawing);
  const key = useMemo(() => toStructureKey(view, direction), [view, direction]);
  const layout = useLayout(cy, key, drawing, container);
  const [drawn, setDrawn] = useState<string>();
  const fitted = useRef<{ cy: Core; fitKey: string }>(undefined);
  const picture = useDetail(cy, container, large);
  useEffect(() => {
    cy?.style(toGraphStyle(theme));
    picture.current?.renew(theme);
  }, [cy, theme, picture]);
  useEffect(() => {
    if (!cy || layout?.key !== key) {
      return undefined;
    }
    const controller = new AbortController();
    const draw = async () => {
      const elements = toElements(view, layout.result);
      const fits = fitted.current?.cy !== cy || fitted.current.fitKey !== fitKey;
      picture.current?.settle();
      if (fits) {
        fitElements(cy, elements);
      }
      if (!(await drawElements(cy, elements, controller.signal))) {
        return;
      }
      if (fits) {
        fitted.current = { cy, fitKey };
        fitDrawing(cy);
      }
      picture.current?.renew(theme);
      picture.current?.settle();
      setDrawn(key);
    };
    void draw();
    return () => controller.abort();
  }, [cy, view, layout, key, fitKey, theme, picture]);
  useEffect(() => {
    if (cy && drawn === key) {
      cy.batch(() => {
        markElements(cy, marks);
        applyDetail(cy);
      });
    }
  }, [cy, marks, drawn, key]);
  useRefitOnResize(cy, container);
  return { cy, failed, busy: !failed && view.nodes.length > 0 && drawn !== key };
}

function useInstance(
  container: HTMLElement | null,
  large: boolean,
  drawing: Drawing
): { cy: Core | null; failed: boolean } {
  const [cy, setCy] = useState<Core | null>(null);
  const [failed, setFailed] = useState(false);
  const report = useRef(drawing);
  useEffect(() => {
    report.current = drawing;
  });
  useEffect(() => {
    let instance: Core | undefined;
    let cancelled = false;
    const start = async (element: HTMLElement) => {
      if (document.createElement('canvas').getContext('2d') === null) {
        setFailed(true);
        return;
      }
      const { default: cytoscape } = await import('cytoscape');
      if (cancelled) {
        return;
      }
      instance = cytoscape(toDrawingOptions(element, large));
      if (large) {
        // What cannot be grabbed would otherwise hold the view when a drag begins on it.
        instance.on('add', 'node', ({ target }) => target.panify());
      }
      reportPointer(instance, element, () => report.current);
      setCy(instance);
    };
    if (container) {
      start(container).catch(() => setFailed(true));
    }
    return () => {
      cancelled = true;
      setCy(null);
      instance?.destroy();
    };
  }, [container, large]);
  return { cy, failed };
}

function reportPointer(cy: Core, element: HTMLElement, listener: () => Drawing): void {
  const toId = ({ target }: EventObject) => (target === cy ? undefined : String(target.id()));
  cy.on('tap', (event) => {
    // The library keeps a press from moving the focus; keys should act on what was pressed.
    element.focus({ preventScroll: true });
    listener().onTap(event.target !== cy && event.target.isEdge() === true ? undefined : toId(event));
  });
  cy.on('dbltap', 'node', (event) => listener().onOpen(String(event.target.id())));
  cy.on('mouseover', 'node, edge', (event) => {
    element.style.cursor = event.target.isNode() === true ? 'pointer' : '';
    listener().onPoint(toId(event));
  });
  cy.on('mouseout', 'node, edge', () => {
    element.style.cursor = '';
    listener().onPoint(undefined);
  });
}

/** Lays the graph out when its structure changes. */
function useLayout(
  cy: Core | null,
  key: string,
  { view, direction }: Drawing,
  container: HTMLElement | null
): { readonly key: string; readonly result: LayoutResult } | undefined {
  const [layout, setLayout] = useState<{ readonly key: string; readonly result: LayoutResult }>();
  const latest = useRef({ view, direction });
  useEffect(() => {
    latest.current = { view, direction };
  });
  useEffect(() => {
    if (!cy) {
      return undefined;
    }
    const controller = new AbortController();
    const start = async () => {
      const { view: shown, direction: to } = latest.current;
      const aspect = (container && toAspect(container)) ?? DEFAULT_ASPECT;
      const steps = layoutInSteps(
        shown.nodes.map(({ id }) => id),
        shown.edges,
        toLayoutOptions(shown, to, aspect)
      );
      const result = await runInSlices(steps, controller.signal);
      if (result && !controller.signal.aborted) {
        setLayout({ key, result });
      }
    };
    void start();
    return () => controller.abort();
  }, [cy, key, container]);
  return layout;
}

/** Changes the level of detail when a movement has come to rest, so that moving stays quick. */
function useDetail(
  cy: Core | null,
  container: HTMLElement | null,
  large: boolean
): RefObject<MovingPicture | undefined> {
  const picture = useRef<MovingPicture>(undefined);
  useEffect(() => {
    if (!cy || !container) {
      return undefined;
    }
    if (large) {
      const carried = carryPicture(cy, container, () => applyDetail(cy));
      picture.current = carried;
      return () => {
        picture.current = undefined;
        carried.stop();
      };
    }
    let timer: ReturnType<typeof setTimeout> | undefined;
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(() => applyDetail(cy), DETAIL_DELAY_MS);
    };
    cy.on('viewport', wait);
    return () => {
      clearTimeout(timer);
      cy.off('viewport', wait);
    };
  }, [cy, container, large]);
  return picture;
}

function useRefitOnResize(cy: Core | null, container: HTMLElement | null): void {
  useEffect(() => {
    if (!cy || !container) {
      return undefined;
    }
    const observer = new ResizeObserver(() => resizeDrawing(cy));
    observer.observe(container);
    return () => observer.disconnect();
  }, [cy, container]);
}
