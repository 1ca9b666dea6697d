import { expect, test, TEST_IDS } from './support/fixtures.ts';
import { decide, findPlan, switchTo } from './support/person.ts';
import { connectShop } from './support/shop.ts';

const APPROVAL_SECONDS = 1800;

// Runs last (files run by name): the long fault stays in the history that the detectors compare with.
test.describe('decisions that change nothing', { tag: '@host' }, () => {
  test.describe.configure({ mode: 'serial' });
  let incidentId = '';

  test.beforeAll(async () => {
    const shop = connectShop(test.info().project.use.baseURL ?? '');
    await shop.heal();
    const incident = await shop.breakUntil('missing-index', 'create-index');
    incidentId = incident.id;
  });

  test('a person without the permission sees the plan and no buttons', async ({ page, openPage }) => {
    await openPage('runbooks');
    await switchTo(page, 'vera');
    const plan = findPlan(page, 'create-index');
    await expect(plan).toHaveAttribute('data-state', 'pending');
    await expect(plan.getByTestId(TEST_IDS.plan.approve)).toHaveCount(0);
    await expect(plan.getByTestId(TEST_IDS.plan.reject)).toHaveCount(0);
    await switchTo(page, 'alice');
    await expect(plan.getByTestId(TEST_IDS.plan.approve)).toBeVisible();
  });

  test('a rejected plan is not executed and cannot be approved any more', async ({ page, shop, openPage }) => {
    await openPage('rca', `?incident=${incidentId}`);
    const plan = findPlan(page, 'rate-limit');
    await expect(plan).toHaveAttribute('data-state', 'pending');
    const planId = (await plan.getAttribute('data-plan')) ?? '';
    await decide(plan, 'reject', 'This only hides it.');

    const rejected = page.locator(`[data-plan="${planId}"]`);
    await expect(rejected).toHaveAttribute('data-state', 'rejected');
    await expect(rejected.getByTestId(TEST_IDS.plan.decision)).toContainText('This only hides it.');
    await expect(rejected.getByTestId(TEST_IDS.plan.approve)).toHaveCount(0);
    expect(await shop.challengeStatus(planId)).toBe(409);
    expect(await shop.executions(incidentId)).toEqual([]);
    await expect(page.getByTestId(TEST_IDS.rca.incidentStatus)).toHaveAttribute('data-state', 'open');
  });

  test('a plan that nobody decided in half an hour times out', async ({ page, shop, openPage }) => {
    await openPage('rca', `?incident=${incidentId}`);
    const plan = findPlan(page, 'create-index');
    await expect(plan.getByTestId(TEST_IDS.plan.expiry)).toBeVisible();
    const planId = (await plan.getAttribute('data-plan')) ?? '';
    await shop.advance(APPROVAL_SECONDS + 60);

    const late = page.locator(`[data-plan="${planId}"]`);
    await expect(late).toHaveAttribute('data-state', 'timeout');
    await expect(late.getByTestId(TEST_IDS.plan.approve)).toHaveCount(0);
    expect(await shop.challengeStatus(planId)).toBe(409);
    expect(await shop.executions(incidentId)).toEqual([]);
    // What was too late can be asked for again.
    await expect(page.getByTestId(TEST_IDS.rca.proposal).first()).toBeVisible();
    expect((await shop.verifyAudit()).ok).toBe(true);
  });
});
