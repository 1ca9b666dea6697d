import { type RefObject, useEffect, useRef, useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import type { Core } from 'cytoscape';
import type { ServiceGraph, ServiceName } from '#model';
import type { GraphView } from './graph-model.ts';
import { toElements, toStructureKey } from './cytoscape-elements.ts';
import { toGraphStyle } from './graph-style.ts';

/** What the drawing shows and to whom it reports clicks. */
export interface Drawing {
  readonly graph: ServiceGraph;
  readonly view: GraphView;
  readonly direction: 'right' | 'down';
  readonly theme: GrafanaTheme2;
  readonly selected: ServiceName | undefined;
  /** Names to show at full strength; all when undefined. */
  readonly focus: ReadonlySet<ServiceName> | undefined;
  readonly onSelect: (name: ServiceName | undefined) => void;
}

const FIT_PADDING = 24;
const MAX_FIT_ZOOM = 1.2;

/** Fits everything in, but never magnifies a small graph beyond reading size. */
export function fitDrawing(cy: Core): void {
  cy.fit(undefined, FIT_PADDING);
  if (cy.zoom() > MAX_FIT_ZOOM) {
    cy.zoom(MAX_FIT_ZOOM);
    cy.center();
  }
}

/**
 * Draws into the container and keeps the drawing up to date: figures change in place, a changed structure is laid out
 * anew. The library is loaded when it is first needed.
 * @returns the instance once it is there, and `failed` when this browser cannot draw it (the table then stands alone)
 */
export function useCytoscape(
  container: RefObject<HTMLElement | null>,
  drawing: Drawing
): { cy: Core | null; failed: boolean } {
  const [cy, setCy] = useState<Core | null>(null);
  const [failed, setFailed] = useState(false);
  const structure = useRef('');
  const onSelect = useRef(drawing.onSelect);
  useEffect(() => {
    onSelect.current = drawing.onSelect;
  });
  useEffect(() => {
    const element = container.current;
    let instance: Core | undefined;
    let cancelled = false;
    const start = async () => {
      const { default: cytoscape } = await import('cytoscape');
      if (cancelled || !element || document.createElement('canvas').getContext('2d') === null) {
        setFailed(!cancelled);
        return;
      }
      instance = cytoscape({
        container: element,
        minZoom: 0.1,
        maxZoom: 3,
        autounselectify: true,
        boxSelectionEnabled: false,
      });
      instance.on('tap', (event) => {
        const name: unknown = event.target === instance ? undefined : event.target.data('name');
        onSelect.current(typeof name === 'string' ? name : undefined);
      });
      structure.current = '';
      setCy(instance);
    };
    start().catch(() => setFailed(true));
    return () => {
      cancelled = true;
      instance?.destroy();
    };
  }, [container]);
  useEffect(() => updateElements(cy, drawing, structure), [cy, drawing]);
  useEffect(() => {
    cy?.style(toGraphStyle(drawing.theme));
  }, [cy, drawing.theme]);
  useRefitOnResize(cy, container);
  return { cy, failed };
}

function updateElements(cy: Core | null, drawing: Drawing, structure: { current: string }): void {
  if (!cy) {
    return;
  }
  const elements = toElements(drawing.graph, drawing.view, drawing.direction);
  const key = toStructureKey(drawing.view, drawing.direction);
  cy.batch(() => {
    if (key === structure.current) {
      for (const { data } of elements) {
        cy.getElementById(String(data.id)).data(data);
      }
    } else {
      cy.elements().remove();
      cy.add(elements);
    }
    cy.nodes().forEach((node) => {
      const name = String(node.data('name'));
      node.toggleClass('selected', name === drawing.selected);
      node.toggleClass('faded', drawing.focus !== undefined && !drawing.focus.has(name));
    });
    cy.edges().forEach((edge) => {
      edge.toggleClass('faded', edge.source().hasClass('faded') || edge.target().hasClass('faded'));
    });
  });
  if (key !== structure.current) {
    structure.current = key;
    fitDrawing(cy);
  }
}

function useRefitOnResize(cy: Core | null, container: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = container.current;
    if (!cy || !element) {
      return undefined;
    }
    const observer = new ResizeObserver(() => {
      cy.resize();
      fitDrawing(cy);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [cy, container]);
}
