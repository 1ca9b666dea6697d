import type { Page, Route } from '@playwright/test';
import { parseRcaUrl } from '../../src/model/index.ts';
import { expect, STATE_THEMES, test, TEST_IDS } from './support/fixtures.ts';
import { settle, switchTo, tabTo } from './support/person.ts';
import { connectShop } from './support/shop.ts';

const { anomalies, heatMap, panel } = TEST_IDS;
const FAULT_SECONDS = 300;
const NARROW_PX = 400;
/** The backend catches up with a gap in the time of the shop; the page reads again every half minute. */
const CATCH_UP_MS = 90_000;

test.describe('anomalies of a broken shop', { tag: '@host' }, () => {
  test.beforeAll(async () => {
    const shop = connectShop(test.info().project.use.baseURL ?? '');
    await shop.heal();
    await shop.inject('missing-index');
    await shop.advance(FAULT_SECONDS);
  });

  test.afterAll(async () => {
    await connectShop(test.info().project.use.baseURL ?? '').heal();
  });

  const worst = (page: Page) => page.locator(`[data-testid="${heatMap.cell}"][data-level="critical"]`).last();

  /** Opens the page, again until the fault is seen. */
  const openBroken = async (page: Page, openPage: (name: 'anomalies', query?: string) => Promise<void>, query = '') => {
    await expect(async () => {
      await openPage('anomalies', query);
      await expect(worst(page)).toBeVisible({ timeout: 8000 });
    }).toPass({ timeout: CATCH_UP_MS });
  };

  for (const theme of STATE_THEMES) {
    test(`axe finds nothing on the map, the details and the strip, ${theme}`, async ({
      page,
      openPage,
      scanForA11yViolations,
    }) => {
      await openBroken(page, openPage, `?theme=${theme}`);
      await worst(page).click();
      await expect(page.getByTestId(anomalies.labelForm)).toBeVisible();
      await settle(page);
      expect(await scanForA11yViolations()).toHaveNoA11yViolations();
      await openPage('overview', `?theme=${theme}`);
      await expect(page.getByTestId(panel.strip)).toBeVisible();
      await settle(page);
      expect(await scanForA11yViolations()).toHaveNoA11yViolations();
    });
  }

  test('axe finds nothing on a phone, and nothing reaches beyond it', async ({
    page,
    openPage,
    scanForA11yViolations,
  }) => {
    await page.setViewportSize({ width: NARROW_PX, height: 900 });
    await openBroken(page, openPage);
    await worst(page).click();
    await expect(page.getByTestId(anomalies.labelForm)).toBeVisible();
    for (const tab of ['services', 'detectors', 'labels', 'backtest']) {
      if (tab !== 'services') {
        await openPage('anomalies', `?tab=${tab}&service=payment`);
      }
      await settle(page);
      expect(await scanForA11yViolations(), tab).toHaveNoA11yViolations();
      const beyond = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(beyond, tab).toBeLessThanOrEqual(0);
    }
  });

  test('the open incident stands above the services and is one step away', async ({ page, openPage }) => {
    await openBroken(page, openPage);
    const incidents = page.getByTestId(anomalies.incidents);
    await expect(incidents).toContainText('Probable cause: orders-db', { timeout: CATCH_UP_MS });
    await incidents.getByRole('link').first().click();
    await expect(page.getByTestId(TEST_IDS.page.rca)).toBeVisible();
  });

  test('a person without a mouse finds what is wrong, and the way to the cause', async ({ page, openPage }) => {
    await openBroken(page, openPage);
    const grid = page.getByTestId(heatMap.grid);
    await tabTo(page, grid.locator('[tabindex="0"]'));
    await expect(page.getByTestId(heatMap.readout)).toContainText(/Critical|Alert|Warning/);
    const readout = page.getByTestId(heatMap.readout);
    await page.keyboard.press('End');
    const newest = (await readout.textContent()) ?? '';
    await page.keyboard.press('Home');
    await expect(readout).not.toHaveText(newest);
    await page.keyboard.press('End');
    await expect(readout).toHaveText(newest);
    await page.keyboard.press('Enter');
    const details = page.getByTestId(anomalies.details);
    await expect(details.getByRole('heading', { level: 2 })).toBeFocused();
    const href = (await details.getByRole('link', { name: 'Find the root cause' }).getAttribute('href')) ?? '';
    const service = parseRcaUrl(href)?.service ?? '';
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect(page.getByTestId(TEST_IDS.page.rca)).toBeVisible();
    await expect(page).toHaveURL(new RegExp(`service=${service}`));
  });

  test('an anomaly is labelled, listed with its author, and withdrawn', async ({ page, openPage }) => {
    await openBroken(page, openPage);
    await worst(page).click();
    await page.getByTestId(anomalies.labelForm).getByLabel('Comment').fill('load test of the night');
    await page.getByTestId(anomalies.labelSave).click();
    await expect(page.getByTestId(anomalies.labelSaved)).toContainText('Acknowledged');
    await page.getByTestId(anomalies.labelSaved).getByRole('link').click();
    const label = page.getByTestId(anomalies.label).filter({ hasText: 'load test of the night' });
    await expect(label).toContainText(/alice/i);
    await label.getByTestId(anomalies.withdraw).click();
    await label.getByTestId(anomalies.withdrawConfirm).click();
    await expect(label).toHaveCount(0);
  });

  test('a viewer sees why labelling is not for them, and the proxy refuses', async ({ page, openPage, request }) => {
    await openBroken(page, openPage);
    await switchTo(page, 'vera');
    await worst(page).click();
    await expect(page.getByTestId(anomalies.labelDenied)).toBeVisible();
    await expect(page.getByTestId(anomalies.labelForm)).toHaveCount(0);
    const answer = await request.post('/api/plugin-proxy/causeway-aiops-app/executor/v1/labels', {
      headers: { cookie: 'causeway_demo_user=vera' },
      data: { service: 'payment', label: 'expected', fromMs: 1, toMs: 2 },
    });
    expect(answer.status()).toBe(403);
    await switchTo(page, 'alice');
  });

  test('an editor has the models trained anew, and sees when they are in force', async ({
    page,
    openPage,
    scanForA11yViolations,
  }) => {
    await openPage('anomalies', '?tab=detectors&service=payment');
    await expect(page.getByTestId(anomalies.signals)).toContainText(/above [\d.]+ ms/);
    await tabTo(page, page.getByTestId(anomalies.retrain));
    await page.keyboard.press('Enter');
    const form = page.getByTestId(anomalies.retrainForm);
    await expect(form).toContainText('It silences nothing');
    expect(await scanForA11yViolations()).toHaveNoA11yViolations();
    const reason = `new version ${Date.now()}`;
    await page.keyboard.type(reason);
    await page.keyboard.press('Enter');
    const outcome = page.getByTestId(anomalies.retrainState);
    await expect(outcome).toContainText(reason);
    await expect(outcome).toHaveAttribute('data-done', 'true', { timeout: CATCH_UP_MS });
    await expect(page.getByTestId(anomalies.model)).toContainText(reason);
  });

  test('a viewer sees why retraining is not for them, and the backend refuses', async ({ page, openPage, request }) => {
    await openPage('anomalies', '?tab=detectors&service=payment');
    await switchTo(page, 'vera');
    await expect(page.getByTestId(anomalies.retrain)).toBeDisabled();
    await expect(page.getByTestId(anomalies.retrainDenied)).toBeVisible();
    const answer = await request.post('/api/datasources/uid/causeway/resources/detectors/rebaseline', {
      headers: { cookie: 'causeway_demo_user=vera' },
      data: { reason: 'no' },
    });
    expect(answer.status()).toBe(403);
    await switchTo(page, 'alice');
  });

  test('a backtest over the range shows alerts and figures', async ({ page, openPage }) => {
    await openPage('anomalies', '?tab=backtest&from=now-1h&to=now');
    await page.getByTestId(anomalies.backtestRun).click();
    await expect(page.getByTestId(anomalies.backtestResult)).toBeVisible({ timeout: 60_000 });
    await expect(page.getByTestId(anomalies.backtestAlert).first()).toBeVisible();
  });

  test('the panel judges a series of any data source in the browser', async ({ page, openPage }) => {
    await page.route(/\/api\/ds\/query/, (route) => route.fulfill({ json: foreignSeries(endOf(route)) }));
    await openPage('overview');
    const shown = page.getByTestId(panel.anomalyScore);
    await expect(shown).toHaveAttribute('data-by', 'browser');
    const stretch = shown.locator(`[data-testid="${panel.segment}"][data-level="critical"]`).last();
    await expect(stretch).toBeVisible();
    await expect(shown.locator(`[data-testid="${panel.segment}"][data-code="warming-up"]`).first()).toBeVisible();
    await stretch.hover();
    await expect(page.getByTestId(panel.hover).first()).toContainText('Critical');
    await expect(page.getByTestId(panel.state)).toContainText('Now:');
  });

  test('twenty series of 2,000 points are all judged, and what is left out is said', async ({ page, openPage }) => {
    await page.route(/\/api\/ds\/query/, (route) => route.fulfill({ json: foreignSeries(endOf(route), 23, 2000) }));
    await openPage('overview');
    const state = page.getByTestId(panel.state);
    await expect(state).toContainText('service-0 critical', { timeout: 60_000 });
    await expect(state).toContainText('Only the first 20 of 23 series are judged.');
    await expect(state).toContainText('The strip shows the 5 strangest of 20.');
  });
});

/** The end of the time range that was asked for: the shop has a clock of its own. */
function endOf(route: Route): number {
  return Number((route.request().postDataJSON() as { readonly to: string }).to);
}

/** An answer of a data source that knows nothing of anomalies: waves with a jump near the end. */
function foreignSeries(nowMs: number, count = 1, length = 240): object {
  const step = 15_000;
  const start = Math.floor(nowMs / step) * step - length * step;
  const times = Array.from({ length }, (_, index) => start + index * step);
  const frames = Array.from({ length: count }, (_, series) => ({
    schema: {
      refId: 'A',
      fields: [
        { name: 'Time', type: 'time', typeInfo: { frame: 'time.Time' } },
        { name: 'Value', type: 'number', typeInfo: { frame: 'float64' }, labels: { service: `service-${series}` } },
      ],
    },
    data: {
      values: [
        times,
        times.map((_, index) => {
          const noise = ((index * 7919 + series * 104_729) % 1000) / 1000;
          return 10 + Math.sin(index / 40) + noise + (index > length - 12 && series === 0 ? 30 : 0);
        }),
      ],
    },
  }));
  return { results: { A: { status: 200, frames } } };
}
