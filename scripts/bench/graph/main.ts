import os from 'node:os';
import type { Page } from '@playwright/test';
import { runCommand, say } from '../command.ts';
import { roundAll } from '../detection/round.ts';
import { BenchError } from '../packs/bench-error.ts';
import { FLAG, readArguments, TEXT } from '../read-arguments.ts';
import { toFrameFigures } from './frame-figures.ts';
import { generateTopology } from './generated-topology.ts';
import { measureLayout } from './layout-time.ts';
import { type Gesture, goToZoom, recordMotion } from './move-view.ts';
import { CANVAS, openGraph, openStage, readPageMemory, readProcessorMs, type Stage } from './open-graph.ts';
import { type GraphAnswer, graphPage, type MotionFigures, type SizeFigures } from './page.ts';

const PAGE = 'docs/benchmarks/graph.md';
const USAGE = 'npm run bench:graph -- [--json] [--write] [--seconds 4]';
const SIZES = [
  { nodes: 300, edges: 1000, seed: 1 },
  { nodes: 1500, edges: 5000, seed: 1 },
] as const;
const GESTURES: readonly Gesture[] = ['none', 'pan', 'zoom', 'keys'];
/** Zoom of the views between the whole and single words; undefined fits everything in. */
const VIEWS: ReadonlyArray<readonly [name: string, level: number | undefined]> = [
  ['fitted', undefined],
  ['middle', 0.25],
  ['reading', 1],
];
const AT_MS = Date.UTC(2026, 0, 15, 12);
const REST_MS = 1500;
const MS = 1000;

runCommand(async (argv) => {
  const { json = false, write = false, seconds } = parse(argv);
  const loadBefore = os.loadavg()[0] ?? 0;
  const stage = await openStage();
  try {
    const sizes: SizeFigures[] = [];
    for (const size of SIZES) {
      sizes.push(await measureSize(stage, size, seconds * MS));
    }
    const answer: GraphAnswer = {
      schema: 'causeway.bench-graph/1',
      node: process.version,
      browser: stage.browser.version(),
      cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
      cores: os.cpus().length,
      loadBefore,
      secondsEach: seconds,
      sizes,
    };
    return { answer: roundAll(answer) as GraphAnswer, json, write, page: PAGE, toPage: graphPage };
  } finally {
    await stage.close();
  }
});

async function measureSize(stage: Stage, size: (typeof SIZES)[number], durationMs: number): Promise<SizeFigures> {
  const answer = generateTopology(size, AT_MS);
  const layoutMs = measureLayout(answer);
  const { page, firstDrawingMs } = await openGraph(stage, answer);
  const motions: MotionFigures[] = [];
  for (const [view, level] of VIEWS) {
    const zoom = await showView(page, level);
    for (const gesture of GESTURES) {
      await page.waitForTimeout(REST_MS);
      const before = await readProcessorMs(stage.browser);
      const recording = await page.evaluate(recordMotion, { selector: CANVAS, gesture, durationMs });
      const taken = (await readProcessorMs(stage.browser)) - before;
      const frames = toFrameFigures(recording);
      const figures = { view, zoom, gesture, ...frames, processorMs: taken / frames.frames };
      say(`${size.nodes} nodes, ${view}, ${gesture}: ${figures.framesPerSecond.toFixed(0)} frames/s`);
      motions.push(figures);
    }
  }
  const memory = await readPageMemory(stage.browser, page);
  await page.context().close();
  return {
    nodes: answer.graph.nodes.length,
    edges: answer.graph.edges.length,
    layoutMs,
    firstDrawingMs,
    memory,
    motions,
  };
}

async function showView(page: Page, level: number | undefined): Promise<number> {
  await page.getByTestId('causeway-graph-fit').click();
  return level === undefined ? page.evaluate(readZoom, CANVAS) : page.evaluate(goToZoom, { selector: CANVAS, level });
}

/** Runs in the page. */
function readZoom(selector: string): number {
  const element = document.querySelector(selector) as (Element & { _cyreg?: { cy: { zoom(): number } } }) | null;
  return element?._cyreg?.cy.zoom() ?? Number.NaN;
}

function parse(args: readonly string[]): { json?: boolean; write?: boolean; seconds: number } {
  const { seconds: text, ...flags } = readArguments(args, { json: FLAG, write: FLAG, seconds: TEXT }, USAGE);
  const seconds = Number(text ?? 4);
  if (!(seconds >= 1 && seconds <= 60)) {
    throw new BenchError(`--seconds cannot be "${text}".\n${USAGE}`, { usage: true });
  }
  return { ...flags, seconds };
}
