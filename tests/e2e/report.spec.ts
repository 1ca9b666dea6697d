import type { Page } from '@playwright/test';
import { expect, STATE_THEMES, test, TEST_IDS } from './support/fixtures.ts';
import { findPlan, settle, tabTo } from './support/person.ts';
import { connectShop } from './support/shop.ts';

const { rca } = TEST_IDS;
const NARROW = { width: 400, height: 800 };
/** So old an incident is when effects are estimated from what was measured since. */
const MEASURED_SECONDS = 240;

const seriesRow = (page: Page, role: string) =>
  page.locator(`[data-testid="${rca.seriesRow}"][data-role="${role}"]`).first();
const onsetOf = (page: Page, role: string) => seriesRow(page, role).locator('[data-mark="onset"]');

/** Where a mark lies on the page, from the left. */
async function leftOf(page: Page, role: string): Promise<number> {
  return (await onsetOf(page, role).boundingBox())?.x ?? Number.NaN;
}

test.describe('with an open incident', { tag: '@host' }, () => {
  let incidentId = '';

  test.beforeAll(async () => {
    const shop = connectShop(test.info().project.use.baseURL ?? '');
    await shop.heal();
    const incident = await shop.breakUntil('missing-index', 'create-index');
    await shop.advance(MEASURED_SECONDS);
    incidentId = incident.id;
  });

  test.afterAll(async () => {
    await connectShop(test.info().project.use.baseURL ?? '').heal();
  });

  for (const theme of STATE_THEMES) {
    test(`axe finds nothing on report, plans and overview, ${theme}`, async ({
      page,
      openPage,
      scanForA11yViolations,
    }) => {
      await openPage('rca', `?incident=${incidentId}&theme=${theme}`);
      await expect(page.getByTestId(rca.report)).toBeVisible();
      await expect(findPlan(page, 'create-index')).toBeVisible();
      expect(await scanForA11yViolations()).toHaveNoA11yViolations();
      await openPage('rca', `?service=checkout&theme=${theme}`);
      await expect(page.getByTestId(rca.report)).toBeVisible();
      await page.getByTestId(rca.report).evaluate((report) => {
        report.querySelectorAll('details').forEach((details) => (details.open = true));
      });
      await settle(page);
      expect(await scanForA11yViolations()).toHaveNoA11yViolations();
      await openPage('runbooks', `?theme=${theme}`);
      await findPlan(page, 'create-index').getByTestId(TEST_IDS.plan.approve).click();
      await expect(page.getByTestId(TEST_IDS.plan.confirm)).toBeVisible();
      expect(await scanForA11yViolations()).toHaveNoA11yViolations();
      await openPage('overview', `?theme=${theme}`);
      await expect(page.getByTestId(TEST_IDS.overview.incident)).toBeVisible();
      await page.getByTestId('demo-faults-toggle').click();
      await expect(page.getByTestId('demo-active-missing-index')).toBeVisible();
      await settle(page);
      expect(await scanForA11yViolations()).toHaveNoA11yViolations();
    });
  }

  test('a plan is decided on without a mouse', async ({ page, openPage }) => {
    await openPage('runbooks');
    const plan = findPlan(page, 'create-index');
    await expect(plan).toBeVisible();
    await tabTo(page, plan.getByTestId(TEST_IDS.plan.approve));
    await page.keyboard.press('Enter');
    const back = plan.getByTestId(TEST_IDS.plan.cancel);
    await expect(back).toBeVisible();
    await tabTo(page, back);
    await page.keyboard.press('Enter');
    await expect(plan.getByTestId(TEST_IDS.plan.approve)).toBeVisible();
    await expect(plan).toHaveAttribute('data-state', 'pending');
  });

  test('a citation leads to its evidence', async ({ page, openPage }) => {
    await openPage('rca', `?incident=${incidentId}`);
    const report = page.getByTestId(rca.report);
    const citation = report.locator('button[aria-label^="Evidence"]').first();
    await tabTo(page, citation);
    await page.keyboard.press('Enter');
    await expect(page.getByTestId(rca.evidence).locator('li:focus')).toHaveCount(1);
  });

  test('an analysis says what started it, who moved first, what carries it, and who did not do it', async ({
    page,
    openPage,
  }) => {
    await openPage('rca', '?service=checkout');
    await expect(page.getByTestId(rca.topCause)).toContainText('orders-db: Slow database query');
    const first = page.getByTestId(rca.hypothesis).first();
    await expect(first.getByTestId(rca.path)).toContainText('checkout');
    const scans = first.locator(`[data-testid="${rca.term}"][data-feature="scans"]`);
    await expect(scans).toContainText(/Sequential scans\s*\+\d/);
    await expect(scans.getByRole('button', { name: /^Evidence/ }).first()).toBeVisible();
    await expect(seriesRow(page, 'cause')).toContainText('orders-db');
    await expect(page.getByTestId(rca.seriesRow).last()).toHaveAttribute('data-role', 'target');
    await expect(seriesRow(page, 'cause').locator('canvas')).toBeVisible();
    await expect(onsetOf(page, 'target')).toBeAttached();
    expect(await leftOf(page, 'cause')).toBeLessThanOrEqual(await leftOf(page, 'target'));
    await expect(seriesRow(page, 'cause').locator('[data-mark="change"]').first()).toBeAttached();
    const effect = page.locator(`[data-testid="${rca.effect}"][data-service="orders-db"][data-verdict="supported"]`);
    await expect(effect.first()).toContainText(/\d %\s*\(.* % to .* %\)/);
    await expect(page.getByTestId(rca.effects)).toContainText('This depends on the model');
    await expect(page.getByTestId(rca.ruledOut).locator('tr[data-service="gateway"]')).toContainText('checkout');
    await page.getByTestId(rca.took).locator('summary').first().click();
    await expect(page.getByTestId(rca.took).getByTestId(rca.stage).first()).toContainText(
      /Read signals (< )?\d+\.\d s/
    );
  });

  test('the charts are read without a mouse', async ({ page, openPage }) => {
    await openPage('rca', `?incident=${incidentId}`);
    const part = page.getByTestId(rca.parts).getByRole('button', { name: 'Who moved first' });
    await tabTo(page, part);
    await page.keyboard.press('Enter');
    await tabTo(page, page.getByTestId(rca.seriesSlider));
    await page.keyboard.press('End');
    await expect(page.getByTestId(rca.seriesSlider)).toHaveAttribute('aria-valuetext', /orders-db .+ \d/);
    await expect(page.locator('[data-mark="cursor"]')).toHaveCount(1);
    const facts = await seriesRow(page, 'cause').textContent();
    await page.keyboard.press('Home');
    await expect(seriesRow(page, 'cause')).not.toHaveText(facts ?? '');
  });

  test('on a phone nothing is wider than the page', async ({ page, openPage, scanForA11yViolations }) => {
    await page.setViewportSize(NARROW);
    await openPage('rca', '?service=checkout');
    await expect(page.getByTestId(rca.effect).first()).toBeVisible();
    await settle(page);
    const widest = await page.getByTestId(rca.report).evaluate((report) => report.scrollWidth);
    expect(widest).toBeLessThanOrEqual(NARROW.width);
    expect(await scanForA11yViolations()).toHaveNoA11yViolations();
  });

  test.describe('when the backend does not answer', () => {
    test.use({ expectedErrors: /status of 500/ });

    test('an analysis that hangs is cancelled and started again; one that fails says so', async ({
      page,
      openPage,
    }) => {
      let answer: 'never' | 'failure' = 'never';
      await page.route('**/resources/runs', async (route) => {
        if (answer === 'failure') {
          const json = { code: 'CAUSEWAY_X', message: 'Prometheus is slow.', remedy: 'Try a shorter range.' };
          await route.fulfill({ status: 500, json });
        }
      });
      await openPage('rca', '?service=checkout');
      await page.getByTestId(rca.cancel).click();
      await expect(page.getByTestId(TEST_IDS.state.empty)).toContainText('cancelled');
      answer = 'failure';
      await page.getByTestId(rca.analyse).click();
      await expect(page.getByTestId(TEST_IDS.state.error)).toContainText('Try a shorter range.');
      await page.unroute('**/resources/runs');
      await page.getByTestId(TEST_IDS.state.error).getByRole('button', { name: 'Try again' }).click();
      await expect(page.getByTestId(rca.report)).toBeVisible();
    });
  });
});
