import { toFixed, toPage, toTable } from '../markdown.ts';
import type { FrameFigures } from './frame-figures.ts';
import type { Gesture } from './move-view.ts';
import type { PageMemory } from './open-graph.ts';

/** One way of moving in one view. */
export interface MotionFigures extends FrameFigures {
  readonly view: string;
  readonly zoom: number;
  readonly gesture: Gesture;
  /** Processor time of all processes of the browser for one frame. */
  readonly processorMs: number;
}

/** Figures of one graph. */
export interface SizeFigures {
  readonly nodes: number;
  readonly edges: number;
  readonly layoutMs: number;
  readonly firstDrawingMs: number;
  readonly memory: PageMemory;
  readonly motions: readonly MotionFigures[];
}

/** Everything that is measured. */
export interface GraphAnswer {
  readonly schema: 'causeway.bench-graph/1';
  readonly node: string;
  readonly browser: string;
  readonly cpu: string;
  readonly cores: number;
  readonly loadBefore: number;
  readonly secondsEach: number;
  readonly sizes: readonly SizeFigures[];
}

const GESTURES: Readonly<Record<Gesture, string>> = {
  none: 'not at all',
  pan: 'dragged',
  zoom: 'zoomed by wheel',
  keys: 'moved by keys',
};

/** The answer of the command as a page for people. */
export function graphPage(answer: GraphAnswer): string {
  const { sizes, cpu, cores, node, browser, loadBefore, secondsEach } = answer;
  const busy = loadBefore > cores / 2 ? ' (other programs were running: the figures are too low)' : '';
  return toPage(
    '# Graph',
    `\`npm run bench:graph -- --write\` measures again and writes this page; \`--json\` prints one JSON line. No test asserts the figures.`,
    `Machine: ${cpu}, ${cores} cores, without a graphics processor; Node ${node}, Chromium ${browser}, headless, 1440 x 900. Load before the
run: ${loadBefore.toFixed(1)}${busy}.`,
    toTable(
      ['graph', 'layout, ms', 'answer to drawing, ms', 'script memory, MiB', 'memory of the process, MiB'],
      sizes.map(({ nodes, edges, layoutMs, firstDrawingMs, memory }) => [
        `${nodes} services, ${edges} calls`,
        toFixed(layoutMs, 0),
        toFixed(firstDrawingMs, 0),
        toFixed(memory.heapMiB, 0),
        toFixed(memory.residentMiB, 0),
      ])
    ),
    `The graph is generated: tiers of services in namespaces, stores, hubs, a few circles. It takes the place of the backend's answer on the
built Topology page in the demo's host. Layout is the median of five runs without the page, in Node; answer to drawing is what a person
waits, with layout, reading, tables and everything else on the page.`,
    ...sizes.flatMap(({ nodes, edges, motions }) => [
      `## ${nodes} services, ${edges} calls`,
      toTable(
        ['view', 'zoom', 'moved', 'frames/s', 'p50, ms', 'p95, ms', 'longest, ms', 'processor, ms per frame'],
        motions.map((motion) => [
          motion.view,
          toFixed(motion.zoom, 2),
          GESTURES[motion.gesture],
          toFixed(motion.framesPerSecond, 0),
          toFixed(motion.p50Ms, 1),
          toFixed(motion.p95Ms, 1),
          toFixed(motion.longestMs, 0),
          toFixed(motion.processorMs, 1),
        ])
      ),
    ]),
    `Each way of moving lasts ${secondsEach} s with a change of the view in every frame. Fitted shows everything, middle shapes and lines, reading the
words. Processor time is that of all processes of the browser, on all cores, for one frame; unlike the time between frames it says little of
what else the machine does. "Not at all" is the same page at rest, drawing in the background what it had put off.`
  );
}
