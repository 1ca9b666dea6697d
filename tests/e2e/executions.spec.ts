import { expect, test, TEST_IDS } from './support/fixtures.ts';
import { chooseSpeed, decide, findPlan, switchTo } from './support/person.ts';
import { connectShop } from './support/shop.ts';

const { plan: planIds } = TEST_IDS;

test.describe('actions that do not help', { tag: '@host' }, () => {
  test.describe.configure({ mode: 'serial' });
  let incidentId = '';

  test.beforeAll(async () => {
    const shop = connectShop(test.info().project.use.baseURL ?? '');
    await shop.heal();
    incidentId = (await shop.breakUntil('missing-index', 'create-index')).id;
  });

  test('a plan that fails half-way takes back what was done, and says so', async ({ page, shop, openPage }) => {
    await shop.propose({
      incidentId,
      runbook: { name: 'demo-try-replicas' },
      parameters: { service: 'order', replicas: 7, p95Seconds: 0.01 },
      rationale: 'Perhaps it is only load.',
      confidence: 0.5,
    });
    await openPage('runbooks', '?tab=approvals');
    await switchTo(page, 'bob');
    const plan = findPlan(page, 'demo-try-replicas');
    await decide(plan, 'approve', 'Worth a try.');
    const steps = plan.getByTestId(planIds.step);
    await expect(steps).toHaveCount(3);
    await expect(steps.nth(0)).toHaveAttribute('data-phase', 'settled');
    await chooseSpeed(page, '60x');
    await expect(plan).toHaveAttribute('data-state', 'rolled-back');
    await chooseSpeed(page, '1x');
    await expect(steps.nth(0)).toHaveAttribute('data-phase', 'undone');
    await expect(steps.nth(2)).toHaveAttribute('data-phase', 'failed');
    const [run] = await shop.executions(incidentId);
    expect(run).toMatchObject({ outcome: 'rolled-back', status: 'finished' });
    expect(run?.steps.map(({ phase }) => phase)).toEqual(['undone', 'undone', 'failed']);
  });

  test('checks without data are no success', async ({ page, shop, openPage }) => {
    await shop.propose({
      incidentId,
      action: 'manual',
      target: { kind: 'deployment', name: 'checkout' },
      parameters: { description: 'Looked at the queue.' },
      rationale: 'By hand.',
      confidence: 0.5,
      expectedSeconds: 60,
      verification: [
        { name: 'nobody measures it', query: 'no_such_metric', operator: '<', threshold: 1, unit: 'seconds' },
      ],
    });
    await openPage('runbooks', '?tab=approvals');
    await switchTo(page, 'bob');
    const plan = findPlan(page, 'manual');
    await decide(plan, 'approve', 'Go on.');
    await chooseSpeed(page, '60x');
    await expect(plan).toHaveAttribute('data-state', 'no-data', { timeout: 60_000 });
    await chooseSpeed(page, '1x');
    await expect(plan).not.toContainText(/recovered/i);
    expect((await shop.verifyAudit()).ok).toBe(true);
    await switchTo(page, 'alice');
  });
});
