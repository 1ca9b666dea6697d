import { expect, test, TEST_IDS } from './support/fixtures.ts';
import { chooseSpeed, decide, findPlan, settle, switchTo } from './support/person.ts';
import { connectShop } from './support/shop.ts';

const { runbooks, plan: planIds } = TEST_IDS;
const NARROW = { width: 400, height: 800 };
const TABS = ['approvals', 'proposals', 'catalogue', 'manual', 'history', 'safety', 'notifications', 'audit'] as const;

test.describe('runbooks', { tag: '@host' }, () => {
  test.describe.configure({ mode: 'serial' });
  // The browser reports as an error what the executor refuses on purpose.
  test.use({ expectedErrors: /status of (409|422)/ });

  test.beforeAll(async () => {
    const shop = connectShop(test.info().project.use.baseURL ?? '');
    await shop.heal();
    await shop.breakUntil('missing-index', 'create-index');
  });

  test('a viewer sees what fits and cannot ask for it', async ({ page, openPage }) => {
    await openPage('runbooks', '?tab=proposals');
    await switchTo(page, 'vera');
    await expect(page.getByTestId(runbooks.suggestion).first()).toBeVisible();
    await expect(page.getByTestId(runbooks.use)).toHaveCount(0);
    await openPage('runbooks', '?tab=safety');
    await expect(page.getByTestId(runbooks.frozen)).toBeVisible();
    await expect(page.getByTestId(runbooks.freezeSwitch)).toHaveCount(0);
    await switchTo(page, 'alice');
  });

  test('what the executor refuses stands at its field; a stopped run is taken back', async ({ page, openPage }) => {
    await openPage('runbooks', '?tab=proposals');
    await switchTo(page, 'erin');
    const caller = page.locator('#causeway-runbook-caller');
    await page
      .locator(`[data-testid="${runbooks.suggestion}"][data-runbook="demo-limit-caller"]`)
      .getByTestId(runbooks.use)
      .click();
    await caller.fill('no such service!');
    await page.getByTestId(runbooks.propose).click();
    await expect(page.getByTestId(TEST_IDS.state.error)).toBeVisible();
    await expect(caller).toHaveAttribute('aria-invalid', 'true');
    await caller.fill('payment');
    await page.getByTestId(runbooks.propose).click();
    await expect(page.getByTestId(runbooks.proposed)).toBeVisible();

    await openPage('runbooks', '?tab=approvals');
    await switchTo(page, 'alice');
    const plan = findPlan(page, 'demo-limit-caller');
    await decide(plan, 'approve', 'Fewer requests until the index is there.');
    await expect(plan).toHaveAttribute('data-state', 'verifying');
    await expect(plan.getByTestId(planIds.step)).toHaveAttribute('data-phase', 'settled');
    await plan.getByTestId(planIds.stop).click();
    await plan.getByTestId(planIds.stopConfirm).click();
    await chooseSpeed(page, '10x');
    await expect(plan).toHaveAttribute('data-state', /rolled-back|cancelled/);
    await chooseSpeed(page, '1x');
  });

  test('an editor asks, frozen nobody may approve, then another person does, and it is proved', async ({
    page,
    shop,
    openPage,
  }) => {
    await openPage('runbooks', '?tab=proposals');
    await switchTo(page, 'erin');
    await page
      .locator(`[data-testid="${runbooks.suggestion}"][data-runbook="demo-create-index"]`)
      .getByTestId(runbooks.use)
      .click();
    await expect(page.locator('#causeway-runbook-table')).toHaveValue('orders');
    await page.getByTestId(runbooks.propose).click();
    await expect(page.getByTestId(runbooks.proposed)).toBeVisible();
    await openPage('runbooks', '?tab=approvals');
    const plan = findPlan(page, 'demo-create-index');
    await expect(plan).toHaveAttribute('data-state', 'pending');
    await expect(plan.getByTestId(planIds.approve)).toHaveCount(0);

    await switchTo(page, 'bob');
    await freeze(true);
    await openPage('runbooks', '?tab=approvals');
    await plan.getByTestId(planIds.approve).click();
    await plan.getByTestId(planIds.confirm).click();
    await expect(plan.getByTestId(TEST_IDS.state.error)).toContainText('CAUSEWAY_EXECUTOR_FROZEN');
    await expect(plan).toHaveAttribute('data-state', 'pending');
    await freeze(false);

    await openPage('runbooks', '?tab=approvals');
    await plan.getByTestId(planIds.impact).locator('summary').first().click();
    await expect(plan.getByTestId(TEST_IDS.graph.canvas)).toBeVisible();
    await decide(plan, 'approve', 'Seen in the evidence.');
    await chooseSpeed(page, '60x');
    await expect(plan).toHaveAttribute('data-state', 'recovered');
    await chooseSpeed(page, '1x');

    await openPage('runbooks', '?tab=history');
    const run = page.getByTestId(runbooks.execution).first();
    await expect(run).toHaveAttribute('data-state', 'recovered');
    await run.locator('summary').first().click();
    await expect(run.getByTestId(planIds.chart).first()).toBeVisible();
    expect((await shop.verifyAudit()).ok).toBe(true);
    await switchTo(page, 'alice');

    async function freeze(on: boolean): Promise<void> {
      await openPage('runbooks', '?tab=safety');
      await page.getByTestId(runbooks.freezeReason).fill(on ? 'strange things happen' : 'all is well');
      await page.getByTestId(runbooks.freezeSwitch).click();
      await expect(page.getByTestId(runbooks.frozen)).toHaveAttribute('data-state', on ? 'frozen' : 'open');
    }
  });

  test('nothing is cut off on a narrow screen', async ({ page, openPage }) => {
    await page.setViewportSize(NARROW);
    for (const tab of TABS) {
      await test.step(tab, async () => {
        await openPage('runbooks', `?tab=${tab}`);
        await settle(page);
        const overflow = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth
        );
        expect(overflow).toBeLessThanOrEqual(0);
      });
    }
  });
});
