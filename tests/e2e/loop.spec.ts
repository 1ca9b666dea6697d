import { expect, test, TEST_IDS } from './support/fixtures.ts';
import { chooseSpeed, decide, findPlan, switchTo } from './support/person.ts';

test.describe('the loop, as a person walks it', { tag: '@host' }, () => {
  test.beforeEach(async ({ shop }) => {
    await shop.heal();
  });
  test.afterEach(async ({ shop }) => {
    await shop.setSpeed(1);
  });

  test('break the shop, read the cause, approve the repair, see it proved', async ({ page, shop, openPage }) => {
    await openPage('overview');
    const incident = page.getByTestId(TEST_IDS.overview.incident);
    await expect(incident).toHaveCount(0);

    // Break the shop at sixty-fold time, and give it normal time again as soon as an incident is there.
    await chooseSpeed(page, '60x');
    await page.getByTestId('demo-faults-toggle').click();
    await page.getByTestId('demo-fault-missing-index').getByRole('button').click();
    await expect(page.getByTestId('demo-active-missing-index')).toBeVisible();
    await page.getByTestId('demo-faults-toggle').click();
    await expect(incident.first()).toBeVisible();
    await expect(
      page.locator(`[data-testid="${TEST_IDS.overview.serviceRow}"][data-level="critical"]`).first()
    ).toBeVisible();
    await incident.first().getByRole('link').first().click();

    const report = page.getByTestId(TEST_IDS.rca.report);
    await expect(report).toHaveAttribute('data-decision', 'root-cause');
    await expect(report).toHaveAttribute('data-verdict', /CONFIRMED|LIKELY/);
    await expect(page.getByTestId(TEST_IDS.rca.hypothesis).first()).toHaveAttribute('data-service', 'orders-db');
    await expect(page.getByTestId(TEST_IDS.rca.evidence).getByRole('listitem').first()).toBeVisible();
    await expect(report.getByTestId(TEST_IDS.graph.canvas)).toBeVisible();

    const plan = findPlan(page, 'create-index');
    await expect(plan).toHaveAttribute('data-state', 'pending');
    await chooseSpeed(page, '1x');
    await expect(plan.getByTestId(TEST_IDS.plan.dryRun)).toContainText('orders');
    await expect(plan.getByTestId(TEST_IDS.plan.risk)).toBeVisible();
    await expect(plan.getByTestId(TEST_IDS.plan.check).first()).toBeVisible();

    await decide(plan, 'approve', 'The index is missing; seen in the evidence.');
    await expect(plan.getByTestId(TEST_IDS.plan.decision).first()).toBeVisible();
    const [open] = await shop.openIncidents();
    const planned = (await shop.plans(open?.id ?? '')).find((item) => item.action === 'create-index');
    if ((planned?.risk.approvalsRequired ?? 1) > 1) {
      // The first person cannot be the second one.
      expect(planned?.approval.status).toBe('pending');
      await switchTo(page, 'bob');
      await decide(plan, 'approve');
    }

    await chooseSpeed(page, '60x');
    await expect(plan).toHaveAttribute('data-state', 'recovered');
    await expect(page.getByTestId(TEST_IDS.rca.incidentStatus)).toHaveAttribute('data-state', 'resolved');
    await chooseSpeed(page, '1x');

    await openPage('runbooks', '?tab=audit');
    await expect(page.getByTestId(TEST_IDS.runbooks.auditState)).toHaveAttribute('data-state', 'ok');
    const audit = await shop.verifyAudit();
    expect(audit.ok).toBe(true);
    expect(audit.entries).toBeGreaterThan(3);
  });
});
