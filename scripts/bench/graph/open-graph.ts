import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { type Browser, chromium, type Page } from '@playwright/test';
import type { TopologyAnswer } from '../../../src/contracts/index.ts';
import { locateFiles, startDemo } from '../../../src/demo/main/start-demo.ts';
import { BenchError } from '../packs/bench-error.ts';
import { readMemory } from '../processes.ts';

const ADDRESS = '/a/causeway-aiops-app/topology';
const TOPOLOGY = /\/resources\/topology\?/;
const READY_MS = 120_000;
/** What a laptop shows. */
const VIEWPORT = { width: 1440, height: 900 };

/** Selects the element that the graph is drawn in. */
export const CANVAS = '[data-testid="causeway-graph-canvas"]';

/** A host with the built app, and a browser. */
export interface Stage {
  readonly url: string;
  readonly browser: Browser;
  readonly close: () => Promise<void>;
}

/** Starts the demo's host without history, its clock standing still, and headless Chromium. */
export async function openStage(): Promise<Stage> {
  const executablePath =
    process.env.CHROMIUM_PATH ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((file) => existsSync(file));
  if (executablePath === undefined) {
    throw new BenchError('Chromium is not installed: apt-get install chromium, or set CHROMIUM_PATH.');
  }
  const demo = await startDemo(
    { port: 0, seed: '1', speed: 0, historyMinutes: 0 },
    locateFiles(path.resolve('build')),
    new AbortController().signal,
    () => undefined
  );
  demo.broken.catch(() => undefined);
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  const close = async (): Promise<void> => {
    await browser.close();
    await demo.stop();
  };
  return { url: demo.url, browser, close };
}

/** A Topology page that shows a graph, and how long it took from the arrival of the answer until all was drawn. */
export interface OpenGraph {
  readonly page: Page;
  readonly firstDrawingMs: number;
}

/** Opens the page with this answer in the place of the backend's. */
export async function openGraph({ browser, url }: Stage, answer: TopologyAnswer): Promise<OpenGraph> {
  const context = await browser.newContext({ viewport: VIEWPORT, baseURL: url });
  const page = await context.newPage();
  const body = JSON.stringify(answer);
  await page.route(TOPOLOGY, (route) => route.fulfill({ contentType: 'application/json', body }));
  await page.goto(ADDRESS, { waitUntil: 'commit' });
  const drawnMs = await page.waitForFunction(whenDrawn, CANVAS, { polling: 'raf', timeout: READY_MS });
  const arrivedMs = await page.evaluate(whenArrived, TOPOLOGY.source);
  return { page, firstDrawingMs: Number(await drawnMs.jsonValue()) - arrivedMs };
}

/** The present instant once the drawing is complete; else false. Runs in the page. */
function whenDrawn(selector: string): number | false {
  const canvas = document.querySelector(`${selector} canvas`);
  const busy = document.querySelector('[data-testid="causeway-loading"]');
  return canvas !== null && busy === null ? performance.now() : false;
}

/** When the first answer with a graph had arrived. Runs in the page. */
function whenArrived(pattern: string): number {
  const found = performance.getEntriesByType('resource').find(({ name }) => new RegExp(pattern).test(name));
  return found ? (found as PerformanceResourceTiming).responseEnd : Number.NaN;
}

/** Memory of a page in MiB: objects of its scripts after a collection, and the resident set of its process. */
export interface PageMemory {
  readonly heapMiB: number;
  readonly residentMiB: number;
}

/** Reads the memory of the only page that is open. */
export async function readPageMemory(browser: Browser, page: Page): Promise<PageMemory> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  await session.send('Performance.enable');
  const { metrics } = await session.send('Performance.getMetrics');
  const heap = metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? Number.NaN;
  const whole = await browser.newBrowserCDPSession();
  const { processInfo } = await whole.send('SystemInfo.getProcessInfo');
  const renderers = processInfo.filter(({ type, id }) => type === 'renderer' && isAlive(id));
  const residentMiB = Math.max(...renderers.map(({ id }) => readMemory(id)));
  return { heapMiB: heap / 2 ** 20, residentMiB };
}

/** Processor time that all processes of the browser took so far, in milliseconds. */
export async function readProcessorMs(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0) * 1000;
}

function isAlive(pid: number): boolean {
  return readdirSync('/proc').includes(String(pid));
}
