import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Browser, chromium, type Page } from '@playwright/test';
import { locateFiles, startDemo } from '../../src/demo/main/start-demo.ts';
import { connectShop } from '../../tests/e2e/support/shop.ts';
import { median, time } from './measure.ts';
import { listChildren, readMemory } from './processes.ts';

const RUNS = 5;
const IDLE_MS = 20_000;
const RESOURCES = '/api/datasources/uid/causeway/resources';
const OVERVIEW = '/a/causeway-aiops-app/overview';
const USABLE = '[data-testid="causeway-service-row"]';

/** Figures of a running demo: resident memory in MiB, times in milliseconds. */
export interface DemoFigures {
  readonly startMs: number;
  readonly memoryMiB: Readonly<Record<string, number>>;
  readonly watchTickMs: number;
  readonly analysisMs: number;
  readonly pageColdMs: number | null;
  readonly pageWarmMs: number | null;
}

/** Starts the demo, lets it idle, then breaks the shop and measures what a person waits for. */
export async function benchDemo(): Promise<DemoFigures> {
  const started = performance.now();
  const demo = await startDemo(
    { port: 0, seed: '1', speed: 1, historyMinutes: 180 },
    locateFiles(path.resolve('build')),
    new AbortController().signal,
    () => undefined
  );
  const startMs = performance.now() - started;
  demo.broken.catch(() => undefined);
  try {
    await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
    const memoryMiB = Object.fromEntries(
      demo.children.flatMap(({ name, pid }) => [
        [name, readMemory(pid)],
        ...listChildren(pid).map((child) => ['backend', readMemory(child)] as const),
      ])
    );
    const page = await benchPage(demo.url);
    await connectShop(demo.url).breakUntil('missing-index', 'create-index');
    const analysisMs = median(await time(RUNS, () => analyse(demo.url)));
    const watch = await fetch(`${demo.url}${RESOURCES}/watch`);
    const { lastTickDurationMs } = (await watch.json()) as { readonly lastTickDurationMs: number | null };
    return { startMs, memoryMiB, watchTickMs: lastTickDurationMs ?? Number.NaN, analysisMs, ...page };
  } finally {
    await demo.stop();
  }
}

async function analyse(host: string): Promise<void> {
  const { nowMs } = (await (await fetch(`${host}/demo/clock`)).json()) as { readonly nowMs: number };
  const answer = await fetch(`${host}${RESOURCES}/analyses`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ service: 'checkout', fromMs: nowMs - 3_600_000, toMs: nowMs, narrate: false }),
  });
  const text = await answer.text();
  if (!answer.ok || !text.includes('"report"')) {
    throw new Error(`The analysis failed: HTTP ${answer.status} ${text.slice(-300)}`);
  }
}

async function benchPage(host: string): Promise<Pick<DemoFigures, 'pageColdMs' | 'pageWarmMs'>> {
  const executablePath =
    process.env.CHROMIUM_PATH ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((file) => existsSync(file));
  if (executablePath === undefined) {
    process.stderr.write('SKIPPED: the time until a page is usable, because chromium is not installed.\n');
    return { pageColdMs: null, pageWarmMs: null };
  }
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const cold = await time(RUNS, () => openFresh(browser, host));
    const page = await browser.newPage();
    await open(page, host);
    const warm = await time(RUNS, () => open(page, host));
    return { pageColdMs: median(cold), pageWarmMs: median(warm) };
  } finally {
    await browser.close();
  }
}

async function openFresh(browser: Browser, host: string): Promise<void> {
  const context = await browser.newContext();
  await open(await context.newPage(), host);
  await context.close();
}

/** Usable: the services with their states are on the page. */
async function open(page: Page, host: string): Promise<void> {
  await page.goto(host + OVERVIEW, { waitUntil: 'commit' });
  await page.locator(USABLE).first().waitFor();
}
