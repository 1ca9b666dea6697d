import { readFileSync } from 'node:fs';
import type { Download, Page } from '@playwright/test';
import { expect, STATE_THEMES, test, TEST_IDS } from './support/fixtures.ts';
import { settle, tabTo } from './support/person.ts';
import { connectShop } from './support/shop.ts';

const { graph, topology } = TEST_IDS;
/** The watch files an incident when it has caught up with the time of the shop. */
const CATCH_UP_MS = 90_000;
const PNG_SIGNATURE = '89504e470d0a1a0a';

const rows = (page: Page) => page.getByTestId(graph.row);
const row = (page: Page, service: string) => page.locator(`[data-testid="${graph.row}"][data-service="${service}"]`);
const canvas = (page: Page) => page.getByTestId(graph.canvas);

/** Waits until the drawing is there and nothing is being arranged. */
async function waitForDrawing(page: Page): Promise<void> {
  await expect(canvas(page).locator('canvas').first()).toBeAttached();
  await settle(page);
}

/** Where a service is drawn on the screen; the drawing library knows. Runs in the page. */
function findPlace(element: Element, name: string): { readonly x: number; readonly y: number } {
  interface Drawing {
    nodes(): { toArray(): readonly { data(key: string): unknown; renderedPosition(): { x: number; y: number } }[] };
  }
  const { cy } = (element as Element & { readonly _cyreg: { readonly cy: Drawing } })._cyreg;
  const node = cy
    .nodes()
    .toArray()
    .find((item) => item.data('name') === name);
  const { left, top } = element.getBoundingClientRect();
  const { x, y } = node?.renderedPosition() ?? { x: Number.NaN, y: Number.NaN };
  return { x: left + x, y: top + y };
}

test.describe('the graph of a broken shop', { tag: '@host' }, () => {
  test.beforeAll(async () => {
    const shop = connectShop(test.info().project.use.baseURL ?? '');
    await shop.heal();
    await shop.breakUntil('missing-index', 'create-index');
  });

  test.afterAll(async () => {
    await connectShop(test.info().project.use.baseURL ?? '').heal();
  });

  for (const theme of STATE_THEMES) {
    test(`axe finds nothing with everything open, ${theme}`, async ({ page, openPage, scanForA11yViolations }) => {
      await openPage('topology', `?theme=${theme}&service=payment&blast=payment&compare=900000`);
      await waitForDrawing(page);
      await expect(page.getByTestId(topology.diff)).toBeVisible();
      await expect(page.getByTestId(graph.detail)).toContainText('A failure reaches');
      expect(await scanForA11yViolations()).toHaveNoA11yViolations();
    });
  }

  test('the path from cause to symptom is shown, in the drawing and in words', async ({ page, openPage }) => {
    await openPage('topology');
    await waitForDrawing(page);
    // Open incidents stand first.
    const show = page.getByTestId(topology.path).first();
    await expect(show).toHaveAttribute('aria-pressed', 'true', { timeout: CATCH_UP_MS });
    await expect(row(page, 'orders-db')).toContainText('(cause)');
    await expect(page.getByTestId(graph.legend)).toContainText('the path from cause to symptom');
    await show.click();
    await expect(row(page, 'orders-db')).not.toContainText('(cause)');
  });

  test('a person without a mouse finds the cause, its neighbours and whom it hurts', async ({ page, openPage }) => {
    await openPage('topology');
    await waitForDrawing(page);
    const all = await rows(page).count();
    await tabTo(page, canvas(page));
    await page.keyboard.press('n');
    await expect(page.getByTestId(graph.readout)).toContainText(/Critical|Alert|Warning/);
    await page.keyboard.press('/');
    await expect(page.getByTestId(graph.search)).toBeFocused();
    await page.keyboard.type('orders-db');
    await page.keyboard.press('Enter');
    await expect(page.getByTestId(graph.readout)).toContainText('orders-db');
    await page.keyboard.press('Escape');
    await tabTo(page, canvas(page));
    await page.keyboard.press('Enter');
    await expect(page.getByTestId(graph.detail)).toContainText('orders-db');
    await page.keyboard.press('1');
    await expect(page.getByTestId(graph.note)).toContainText('1 hop from orders-db');
    expect(await rows(page).count()).toBeLessThan(all);
    await page.keyboard.press('b');
    await expect(page.getByTestId(graph.note)).toContainText('A failure of orders-db reaches');
    await page.keyboard.press('a');
    await expect(rows(page)).toHaveCount(all);
    await page.keyboard.press('ArrowLeft');
    await expect(page.getByTestId(graph.readout)).not.toContainText('orders-db,');
    await page.keyboard.press('?');
    await expect(page.getByTestId(graph.keys)).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByTestId(graph.detail)).toHaveCount(0);
  });

  test('a pressed service is selected and takes keys; the wheel alone moves the page', async ({ page, openPage }) => {
    await page.setViewportSize({ width: 1280, height: 1200 });
    await openPage('topology', '?focus=orders-db&hops=1');
    await waitForDrawing(page);
    const place = await canvas(page).evaluate(findPlace, 'orders-db');
    await page.mouse.move(place.x, place.y);
    await page.mouse.wheel(0, 5);
    await expect(page.getByTestId(graph.readout)).toContainText('Ctrl');
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -5);
    await page.keyboard.up('Control');
    await expect(page.getByTestId(graph.readout)).not.toContainText('Ctrl');
    const zoomed = await canvas(page).evaluate(findPlace, 'orders-db');
    await page.mouse.click(zoomed.x, zoomed.y);
    await expect(page.getByTestId(graph.detail)).toContainText('orders-db');
    await expect(page).toHaveURL(/service=orders-db/);
    await expect(canvas(page)).toBeFocused();
    await page.keyboard.press('b');
    await expect(page.getByTestId(graph.note)).toContainText('A failure of orders-db reaches');
  });

  test('health and groups decide what is shown', async ({ page, openPage }) => {
    await openPage('topology');
    await waitForDrawing(page);
    const all = await rows(page).count();
    await page.getByTestId(graph.levels).locator('[data-level="critical"]').click();
    await expect(page.getByTestId(graph.note)).toContainText('critical');
    expect(await rows(page).count()).toBeLessThan(all);
    await page.getByTestId(graph.all).click();
    await expect(rows(page)).toHaveCount(all);
  });

  test('time goes back to before the incident and on again', async ({ page, openPage }) => {
    await openPage('topology');
    await waitForDrawing(page);
    const slider = page.getByTestId(topology.slider);
    const shown = page.getByTestId(topology.shownTime);
    await expect(shown).toHaveText('Newest state');
    await slider.focus();
    await page.keyboard.press('Home');
    await expect(shown).toContainText('As it was at');
    await expect(shown).not.toContainText('reading');
    await expect(row(page, 'orders-db')).not.toContainText('Critical');
    await expect(page).toHaveURL(/at=\d+/);
    await page.getByTestId(topology.live).click();
    await expect(shown).toHaveText('Newest state');
    await expect(row(page, 'orders-db')).toContainText('Critical');
    await expect(page).not.toHaveURL(/at=\d+/);
  });

  test('another time is compared with, and the difference is said', async ({ page, openPage }) => {
    await openPage('topology');
    await waitForDrawing(page);
    // The radio itself is invisible below its label.
    await page.getByTestId(topology.compare).getByRole('radio', { name: '15 min before' }).click({ force: true });
    await expect(page.getByTestId(topology.diff)).toContainText('compared with');
    await expect(page).toHaveURL(/compare=900000/);
    await page.reload();
    await expect(page.getByTestId(topology.diff)).toContainText('compared with');
  });

  test('the graph is saved as picture, as data, and whole for other programs', async ({ page, openPage }) => {
    await openPage('topology');
    await waitForDrawing(page);
    const save = async (press: () => Promise<void>): Promise<Buffer> => {
      const [download] = await Promise.all<[Promise<Download>, Promise<void>]>([
        page.waitForEvent('download'),
        press(),
      ] as never);
      return readFileSync(await (download as unknown as Download).path());
    };
    const picture = await save(() => page.getByTestId(graph.exportPng).click());
    expect(picture.subarray(0, 8).toString('hex')).toBe(PNG_SIGNATURE);
    expect(picture.length).toBeGreaterThan(10_000);
    const shown = JSON.parse(String(await save(() => page.getByTestId(graph.exportJson).click())));
    expect(shown).toMatchObject({ schema: 'causeway.graph/1' });
    const exports = page.getByTestId(topology.exports).getByRole('button');
    const cypher = String(await save(() => exports.filter({ hasText: 'Cypher' }).click()));
    expect(cypher).toContain('MERGE');
    const calls = String(await save(() => exports.filter({ hasText: 'CSV of calls' }).click()));
    expect(calls).toContain('checkout');
  });

  test('everything fits on a narrow screen', async ({ page, openPage, scanForA11yViolations }) => {
    await page.setViewportSize({ width: 400, height: 800 });
    await openPage('topology', '?service=orders-db&compare=900000');
    await waitForDrawing(page);
    await expect(page.getByTestId(graph.detail)).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
    expect(await scanForA11yViolations()).toHaveNoA11yViolations();
  });
});

test.describe('the graph that is not there', { tag: '@host' }, () => {
  const TOPOLOGY = /\/resources\/topology\?/;

  test.describe('because a source fails', () => {
    test.use({ expectedErrors: /502/ });

    test('says what failed and what to do, and comes back', async ({ page, openPage }) => {
      const problem = { code: 'CAUSEWAY_TEST', message: 'Prometheus was not reached', remedy: 'Start Prometheus.' };
      await page.route(TOPOLOGY, (route) => route.fulfill({ status: 502, json: problem }));
      await openPage('topology');
      await expect(page.getByTestId(TEST_IDS.state.error)).toContainText('Start Prometheus.');
      await page.unroute(TOPOLOGY);
      await page.getByTestId(TEST_IDS.state.error).getByRole('button').click();
      await waitForDrawing(page);
    });
  });

  test('says so when nothing was seen', async ({ page, openPage }) => {
    const graphOfNothing = { nodes: [], edges: [], generatedAtMs: 0 };
    await page.route(TOPOLOGY, (route) =>
      route.fulfill({ json: { graph: graphOfNothing, services: [], problems: [] } })
    );
    await openPage('topology');
    await expect(page.getByTestId(TEST_IDS.state.empty)).toContainText('No services');
  });
});

test.describe('the panel', { tag: '@host' }, () => {
  const column = (name: string, values: readonly unknown[]) => ({
    field: { name, type: typeof values[0] === 'number' ? 'number' : 'string', config: {} },
    values,
  });
  const frame = (name: string, ...columns: ReadonlyArray<ReturnType<typeof column>>) => ({
    schema: { name, refId: 'A', fields: columns.map(({ field }) => field) },
    data: { values: columns.map(({ values }) => values) },
  });

  test('draws the node graph of any data source', async ({ page, openPage, scanForA11yViolations }) => {
    const frames = [
      frame(
        'nodes',
        column('id', ['a', 'b']),
        column('title', ['web', 'store']),
        column('mainstat', [120, 80]),
        column('arc__failed', [0.1, 0.3])
      ),
      frame('edges', column('id', ['e']), column('source', ['a']), column('target', ['b']), column('mainstat', [90])),
    ];
    await page.route(/\/api\/ds\/query/, (route) =>
      route.fulfill({ json: { results: { A: { status: 200, frames } } } })
    );
    // The host has no dashboards: the panel takes the place of the one on the overview.
    await page.route(/causeway-anomalyscore-panel\/module\.js/, async (route) => {
      const address = route.request().url().replace('anomalyscore', 'causalgraph');
      await route.fulfill({ response: await page.request.get(address) });
    });
    await openPage('overview');
    const panel = page.getByTestId(TEST_IDS.panel.causalGraph);
    await expect(panel.getByTestId(graph.canvas).locator('canvas').first()).toBeAttached();
    await panel.getByTestId(graph.search).fill('store');
    await page.keyboard.press('Enter');
    await expect(panel.getByTestId(graph.readout)).toContainText('store, 80');
    await settle(page);
    expect(await scanForA11yViolations()).toHaveNoA11yViolations();
  });
});
