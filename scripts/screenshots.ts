// Takes pictures of every page of a demo with an open incident: dark and light at 1440 x 900, dark at 600 px; of states of an
// investigation in dark.
import { existsSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { locateFiles, startDemo } from '../src/demo/main/start-demo.ts';
import { connectShop } from '../tests/e2e/support/shop.ts';
import { rcaStates } from './screenshots/rca-states.ts';

const APP = '/a/causeway-aiops-app';
const LOADING = '[data-testid="causeway-loading"], [data-testid="causeway-rca-progress"]';
const DRAWING_MS = 1000;
/** A replay of the history takes its time. */
const READY_MS = 120_000;
const HOUR_MS = 3_600_000;
const MAX_BYTES = 300 * 1024;
/** Long pages are cut here, so that a picture stays readable and small. */
const MAX_HEIGHT = 1900;
/** Round a part of a page. */
const ROOM = 16;
const FULL_PAGES = ['incident', 'analysis', 'approvals', 'anomalies'];

interface PictureSet {
  readonly suffix: string;
  readonly theme: string;
  readonly viewport: { readonly width: number; readonly height: number };
}

const SETS: readonly [PictureSet, ...PictureSet[]] = [
  { suffix: 'dark', theme: 'dark', viewport: { width: 1440, height: 900 } },
  { suffix: 'light', theme: 'light', viewport: { width: 1440, height: 900 } },
  { suffix: 'narrow', theme: 'dark', viewport: { width: 600, height: 900 } },
];
/** Pictures of a part of a page. */
const PARTS: Readonly<Record<string, string>> = {
  'who-moved-first': 'section:has(> [data-testid="causeway-rca-series"])',
  effects: 'section:has(> [data-testid="causeway-rca-effects"])',
  'log-patterns': 'section:has(> [data-testid="causeway-rca-log-patterns"])',
  traces: 'section:has(> [data-testid="causeway-rca-trace-paths"])',
};
/** What has to be pressed before a picture says anything. */
const PRESS: Readonly<Record<string, readonly [button: string, then: string]>> = {
  retrain: ['[data-testid="causeway-retrain"]', '[data-testid="causeway-retrain-form"]'],
  backtest: ['[data-testid="causeway-backtest-run"]', '[data-testid="causeway-backtest-result"]'],
};

const executablePath =
  process.env.CHROMIUM_PATH ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((file) => existsSync(file));
const out = path.resolve(argument('--out') ?? 'docs/screenshots');
const only = argument('--only')?.split(',');
mkdirSync(out, { recursive: true });

const abort = new AbortController();
const demo = await startDemo(
  { port: 0, seed: '1', speed: 1, historyMinutes: 180 },
  locateFiles(path.resolve('build')),
  abort.signal,
  (step) => process.stderr.write(`${step} ...\n`)
);
demo.broken.catch(() => undefined);
const browser = await chromium.launch({
  args: ['--no-sandbox', '--disable-gpu'],
  ...(executablePath ? { executablePath } : {}),
});
try {
  const shop = connectShop(demo.url);
  await shop.advance(120);
  const incident = await shop.breakUntil('missing-index', 'create-index');
  await addLabel('orders-db', 'acknowledged', 'Looking at the slow query', [
    incident.onsetMs,
    incident.onsetMs + HOUR_MS,
  ]);
  await addLabel('search', 'maintenance', 'Index rebuild', [
    incident.onsetMs - 2 * HOUR_MS,
    incident.onsetMs - HOUR_MS,
  ]);
  const pages: readonly (readonly [name: string, address: string, ready: string])[] = [
    ['overview', `${APP}/overview`, '[data-testid="causeway-incident"]'],
    ['anomalies', `${APP}/anomalies`, '[data-testid="causeway-heat-cell"]'],
    ['anomaly-details', `${APP}/anomalies?service=orders-db`, '[data-testid="causeway-anomaly-details"]'],
    ['labels', `${APP}/anomalies?tab=labels`, '[data-testid="causeway-label"]'],
    ['detectors', `${APP}/anomalies?tab=detectors&service=payment`, '[data-testid="causeway-detector-signals"]'],
    ['retrain', `${APP}/anomalies?tab=detectors&service=payment`, '[data-testid="causeway-detector-signals"]'],
    ['backtest', `${APP}/anomalies?tab=backtest`, '[data-testid="causeway-backtest-form"]'],
    ['topology', `${APP}/topology`, '[data-testid="causeway-graph-row"]'],
    ['incident', `${APP}/rca?incident=${incident.id}`, '[data-testid="causeway-plan"]'],
    ['analysis', `${APP}/rca?service=checkout`, '[data-testid="causeway-rca-report"]'],
    ['who-moved-first', `${APP}/rca?service=checkout`, '[data-testid="causeway-rca-series"] canvas'],
    ['effects', `${APP}/rca?service=checkout`, '[data-testid="causeway-rca-effect"]'],
    ['log-patterns', `${APP}/rca?service=checkout`, '[data-testid="causeway-rca-log-patterns"]'],
    ['traces', `${APP}/rca?service=checkout`, '[data-testid="causeway-rca-trace-paths"]'],
    ['incidents', `${APP}/incidents`, '[data-testid="causeway-incident-row"]'],
    ['approvals', `${APP}/runbooks`, '[data-testid="causeway-plan"]'],
    ['proposals', `${APP}/runbooks?tab=proposals`, '[data-testid="causeway-runbook-suggestion"]'],
    [
      'runbook-form',
      `${APP}/runbooks?tab=proposals&runbook=demo-create-index`,
      '[data-testid="causeway-runbook-form"]',
    ],
    ['runbooks', `${APP}/runbooks?tab=catalogue`, '[data-testid="causeway-runbook"]'],
    ['freeze', `${APP}/runbooks?tab=safety`, '[data-testid="causeway-frozen"]'],
    ['manual-action', `${APP}/runbooks?tab=manual`, '[data-testid="causeway-manual-form"]'],
    ['audit', `${APP}/runbooks?tab=audit`, '[data-testid="causeway-audit"]'],
    ['configuration', '/plugins/causeway-aiops-app', '[data-testid="causeway-page-configuration"]'],
  ];
  // Before anything broke.
  const quiet = `?service=user&from=${incident.onsetMs - 90 * 60_000}&to=${incident.onsetMs - 30 * 60_000}`;
  const states = rcaStates(demo.url, quiet).filter(({ name }) => only?.includes(name) ?? true);
  let total = 0;
  const take = async (page: Page, name: string, { suffix, viewport }: PictureSet): Promise<void> => {
    const file = path.join(out, `${name}-${suffix}.png`);
    await page.screenshot({ path: file, animations: 'disabled', ...(await extent(page, name, viewport)) });
    const { size } = statSync(file);
    total += size;
    const note = size > MAX_BYTES ? '  LARGER THAN 300 KB' : '';
    process.stdout.write(`${path.relative('.', file)}  ${Math.round(size / 1024)} KB${note}\n`);
  };
  for (const set of SETS) {
    const { theme, viewport } = set;
    const context = await browser.newContext({ viewport, baseURL: demo.url });
    const page = await context.newPage();
    for (const [name, address, ready] of pages.filter(([name]) => only?.includes(name) ?? true)) {
      await page.goto(`${address}${address.includes('?') ? '&' : '?'}theme=${theme}`);
      await settle(page, ready);
      const press = PRESS[name];
      if (press) {
        await page.locator(press[0]).click();
        await settle(page, press[1]);
      }
      await take(page, name, set);
    }
    await context.close();
  }
  // Last: the watch begins anew when a language model is configured.
  const [set] = SETS;
  const context = await browser.newContext({ viewport: set.viewport, baseURL: demo.url });
  const page = await context.newPage();
  for (const state of states) {
    const takeBack = await state.prepare(page);
    await page.goto(`${APP}/rca${state.address}&theme=${set.theme}`);
    if (state.isAnew) {
      await page.locator('[data-testid="causeway-rca-analyse"]').click();
    }
    await settle(page, state.ready, !state.isReading);
    await take(page, state.name, set);
    await takeBack();
  }
  await context.close();
  process.stdout.write(`total ${Math.round(total / 1024)} KB\n`);
} finally {
  await browser.close();
  await demo.stop();
}

/** The value behind an argument of the command line. */
function argument(name: string): string | undefined {
  const at = process.argv.indexOf(name);
  return at > 0 ? process.argv[at + 1] : undefined;
}

/** Says something about a stretch of a service, as a person does on the page. */
async function addLabel(service: string, label: string, comment: string, [fromMs, toMs]: readonly [number, number]) {
  const answer = await fetch(`${demo.url}/api/plugin-proxy/causeway-aiops-app/executor/v1/labels`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ service, label, comment, fromMs, toMs }),
  });
  if (!answer.ok) {
    throw new Error(`The label was not saved: HTTP ${answer.status} ${await answer.text()}`);
  }
}

/** A part of a page, or a long page from its top, cut; else what a person sees after opening the address. */
async function extent(page: Page, name: string, viewport: PictureSet['viewport']) {
  const part = PARTS[name];
  if (part !== undefined) {
    // Without scrolling to it: what stays at the top of the window would cover it.
    const box = await page.locator(part).boundingBox();
    return box ? { fullPage: true, clip: toFrame(box, viewport.width) } : {};
  }
  if (!FULL_PAGES.includes(name) && !name.startsWith('rca-')) {
    return {};
  }
  const height = await page.evaluate(() => document.body.scrollHeight);
  return { fullPage: true, clip: { x: 0, y: 0, width: viewport.width, height: Math.min(height, MAX_HEIGHT) } };
}

/** A part with a little room round it. */
function toFrame(
  box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  width: number
) {
  const x = Math.max(0, box.x - ROOM);
  return {
    x,
    y: box.y - ROOM,
    width: Math.min(width - x, box.width + 2 * ROOM),
    height: Math.min(MAX_HEIGHT, box.height + 2 * ROOM),
  };
}

/** Waits until what the page is about is there, nothing is being read where that ends, and icons and drawing are complete. */
async function settle(page: Page, ready: string, isRead = true): Promise<void> {
  await page.locator(ready).first().waitFor({ timeout: READY_MS });
  if (isRead) {
    await page.waitForFunction((selector) => document.querySelector(selector) === null, LOADING);
  }
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  await page.waitForFunction(isDrawn);
  // The graph is drawn, and icons come, a moment after their elements.
  await page.waitForTimeout(DRAWING_MS);
  await page.waitForFunction(isDrawn);
}

/** Whether every icon has its picture and the drawing of a graph is not blank. Runs in the page. */
function isDrawn(): boolean {
  const icons = [...document.querySelectorAll('svg')];
  const drawings = [...document.querySelectorAll('[data-testid="causeway-graph-canvas"]')];
  const hasInk = (canvas: HTMLCanvasElement): boolean =>
    canvas.width > 0 &&
    (canvas
      .getContext('2d')
      ?.getImageData(0, 0, canvas.width, canvas.height)
      .data.some((value) => value > 0) ??
      false);
  return (
    icons.every((icon) => icon.childElementCount > 0) &&
    drawings.every((drawing) => [...drawing.querySelectorAll('canvas')].some(hasInk))
  );
}
