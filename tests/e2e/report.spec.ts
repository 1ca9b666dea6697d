import { expect, test, TEST_IDS } from './support/fixtures.ts';
import { findPlan, settle, tabTo } from './support/person.ts';
import { connectShop } from './support/shop.ts';

test.describe('with an open incident', { tag: '@host' }, () => {
  let incidentId = '';

  test.beforeAll(async () => {
    const shop = connectShop(test.info().project.use.baseURL ?? '');
    await shop.heal();
    const incident = await shop.breakUntil('missing-index', 'create-index');
    incidentId = incident.id;
  });

  test.afterAll(async () => {
    await connectShop(test.info().project.use.baseURL ?? '').heal();
  });

  for (const theme of ['dark', 'light'] as const) {
    test(`axe finds nothing on report, plans and overview, ${theme}`, async ({
      page,
      openPage,
      scanForA11yViolations,
    }) => {
      await openPage('rca', `?incident=${incidentId}&theme=${theme}`);
      await expect(page.getByTestId(TEST_IDS.rca.report)).toBeVisible();
      await expect(findPlan(page, 'create-index')).toBeVisible();
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
    const report = page.getByTestId(TEST_IDS.rca.report);
    const citation = report.locator('button[aria-label^="Evidence"]').first();
    await tabTo(page, citation);
    await page.keyboard.press('Enter');
    await expect(page.getByTestId(TEST_IDS.rca.evidence).locator('li:focus')).toHaveCount(1);
  });
});
