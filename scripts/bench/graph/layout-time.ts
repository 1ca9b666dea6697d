import type { TopologyAnswer } from '../../../src/contracts/index.ts';
import { toElements, toLayoutOptions } from '../../../src/ui/graph/cytoscape-elements.ts';
import { toGraphView } from '../../../src/ui/graph/graph-model.ts';
import { layoutInSteps, type LayoutResult } from '../../../src/ui/graph/layout/layered-layout.ts';
import { median } from '../measure.ts';

const RUNS = 5;
const ASPECT = 1.9;

/** Milliseconds that view, layout and elements take in one go, without the page. */
export function measureLayout({ graph, services }: TopologyAnswer): number {
  const taken = Array.from({ length: RUNS }, () => {
    const started = performance.now();
    const view = toGraphView(graph, services);
    toElements(view, layOut(view));
    return performance.now() - started;
  });
  return median(taken);
}

function layOut(view: ReturnType<typeof toGraphView>): LayoutResult {
  const steps = layoutInSteps(
    view.nodes.map(({ id }) => id),
    view.edges,
    toLayoutOptions(view, 'right', ASPECT)
  );
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) {
      return value;
    }
  }
}
