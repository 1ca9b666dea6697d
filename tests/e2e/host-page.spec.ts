import AxeBuilder from '@axe-core/playwright';
import { expect, test } from './support/fixtures.ts';

const NOTICE = 'Causeway demo - this page stands in for Grafana';
const CONTROLS = '[aria-label="Demo controls"], header, nav';

test.describe('the page that stands in for Grafana', { tag: '@host' }, () => {
  for (const path of ['/', '/plugins/causeway-aiops-app', '/connections/datasources/edit/causeway', '/nowhere']) {
    test(`says so on ${path}`, async ({ page }) => {
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await expect(page.getByTestId('stand-in-notice')).toHaveText(NOTICE);
      await expect(page.getByTestId('stand-in-notice')).toBeInViewport();
      await expect(page).toHaveTitle(/Causeway demo$/);
      expect(await page.title()).not.toContain('Grafana');
    });
  }

  for (const theme of ['dark', 'light']) {
    test(`has accessible controls in the ${theme} theme`, async ({ page }) => {
      await page.goto(`/nowhere?theme=${theme}`);
      await page.getByTestId('demo-faults-toggle').click();
      await expect(page.getByTestId('demo-fault-missing-index')).toBeVisible();
      const report = await new AxeBuilder({ page }).include(CONTROLS).analyze();
      expect(report.violations.map((violation) => `${violation.id}: ${violation.nodes[0]?.html}`)).toEqual([]);
    });
  }

  test('keeps the theme that was chosen', async ({ page }) => {
    await page.goto('/nowhere?theme=dark');
    await page.getByTestId('demo-theme').click();
    await expect(page.locator('body')).toHaveClass(/theme-light/);
    await page.goto('/nowhere');
    await expect(page.locator('body')).toHaveClass(/theme-light/);
  });

  test('lets a viewer look but not approve', async ({ page, request }) => {
    await page.goto('/nowhere');
    await Promise.all([page.waitForEvent('load'), page.getByTestId('demo-user').selectOption('vera')]);
    await expect(page.getByTestId('demo-user')).toHaveValue('vera');
    const cookie = { headers: { cookie: 'causeway_demo_user=vera' } };
    const executor = '/api/plugin-proxy/causeway-aiops-app/executor/v1';
    expect((await request.get(`${executor}/plans`, cookie)).status()).toBe(200);
    expect((await request.post(`${executor}/plans/x/challenge`, cookie)).status()).toBe(403);
  });

  test('shows the time of the shop, and pages live in it', async ({ page, shop }) => {
    await page.goto('/nowhere');
    const before = await page.evaluate(() => Date.now());
    await shop.advance(3600);
    await expect.poll(() => page.evaluate(() => Date.now())).toBeGreaterThan(before + 3_500_000);
    expect(await page.evaluate(() => new Date() instanceof Date)).toBe(true);
  });

  test('starts and stops a fault with the keyboard', async ({ page, shop }) => {
    await shop.heal();
    await page.goto('/nowhere');
    await page.getByTestId('demo-faults-toggle').press('Enter');
    await page.getByTestId('demo-fault-nothing').getByRole('button').press('Enter');
    await expect(page.getByTestId('demo-active-nothing')).toBeVisible();
    await page.getByTestId('demo-active-nothing').getByRole('button').press('Enter');
    await expect(page.getByTestId('demo-active-nothing')).toHaveCount(0);
  });

  test('is usable on a narrow screen', async ({ page }) => {
    await page.setViewportSize({ width: 375, height: 700 });
    await page.goto('/nowhere');
    const navigation = page.getByRole('navigation', { name: 'Pages' });
    await expect(navigation).toBeHidden();
    await page.getByRole('button', { name: 'Open the navigation' }).click();
    await navigation.getByRole('link', { name: 'Runbooks and approvals' }).click();
    await expect(page).toHaveURL(/runbooks/);
    await expect(navigation).toBeHidden();
    await page.goto('/nowhere');
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
  });
});
