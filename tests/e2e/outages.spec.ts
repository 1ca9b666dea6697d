import type { Page } from '@playwright/test';
import { expect, test as base, TEST_IDS } from './support/fixtures.ts';
import { type Instance, startInstance } from './support/instance.ts';

const HISTORY_SECONDS = 7200;
const STALE_SECONDS = 900;

/** These specs take processes away, so they run on a demo of their own. */
const test = base.extend<object, { readonly instance: Instance }>({
  instance: [
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const instance = await startInstance();
      await use(instance);
      await instance.stop();
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  baseURL: async ({ instance }, use) => {
    await use(instance.url);
  },
});

const rows = (page: Page) => page.getByTestId(TEST_IDS.overview.serviceRow);
const normalRows = (page: Page) => page.locator(`[data-testid="${TEST_IDS.overview.serviceRow}"][data-level="normal"]`);
const normalBadges = (page: Page) => page.locator(`[data-testid="${TEST_IDS.badge.anomaly}"][data-level="normal"]`);
const problems = (page: Page) => page.getByTestId(TEST_IDS.state.error);

test.describe('what the pages say when something is missing', { tag: '@host' }, () => {
  test.describe.configure({ mode: 'serial' });
  test.use({ expectedErrors: /Failed to load resource/ });

  test('an empty system: nothing is called normal, and the pages say what is missing', async ({
    page,
    openPage,
    followLink,
  }) => {
    await openPage('overview');
    const incidents = page.getByTestId(TEST_IDS.overview.incidents);
    await expect(incidents.getByTestId(TEST_IDS.state.empty)).toBeVisible();
    await expect(page.getByTestId(TEST_IDS.overview.serviceTable)).toBeVisible();
    await expect(normalRows(page)).toHaveCount(0);
    await followLink('topology');
    await expect(page.getByTestId(TEST_IDS.state.empty)).toBeVisible();
    await followLink('rca');
    await expect(page.getByTestId(TEST_IDS.state.empty).first()).toBeVisible();
    await followLink('runbooks');
    const open = async (tab: string): Promise<void> => {
      await page.locator(`[role="tab"][href$="tab=${tab}"]`).click();
      await expect(page).toHaveURL(new RegExp(`tab=${tab}`));
    };
    for (const tab of ['approvals', 'history', 'manual']) {
      await open(tab);
      await expect(page.getByTestId(TEST_IDS.state.empty)).toBeVisible();
    }
    await open('audit');
    await expect(page.getByTestId(TEST_IDS.page.runbooks)).toContainText('lease.taken');
    await expect(problems(page)).toHaveCount(0);
  });

  test('Prometheus goes away: named with a remedy, no service stays normal, and it comes back', async ({
    page,
    instance,
    shop,
    openPage,
    followLink,
  }) => {
    await shop.advance(HISTORY_SECONDS);
    await openPage('overview');
    // A first judgement reads and judges the whole history.
    await expect(normalRows(page).first()).toBeVisible({ timeout: 60_000 });

    await instance.stopPrometheus();
    await expect(problems(page).filter({ hasText: 'Prometheus' }).first()).toContainText('What to do');
    // What was read last grows old; from then on it says nothing about now.
    await shop.advance(STALE_SECONDS);
    await expect(normalRows(page)).toHaveCount(0);
    await followLink('topology');
    await expect(problems(page).or(page.getByTestId(TEST_IDS.state.stale)).first()).toContainText('Prometheus');
    await expect(normalBadges(page)).toHaveCount(0);
    await openPage('rca', '?service=checkout');
    await expect(problems(page).first()).toContainText('Prometheus');
    await expect(page.getByTestId(TEST_IDS.badge.verdict)).toHaveCount(0);
    await followLink('configuration');
    await page.getByTestId(TEST_IDS.config.test).click();
    await expect(problems(page).first()).toContainText('Prometheus');

    await instance.startPrometheus();
    await openPage('overview');
    await expect(normalRows(page).first()).toBeVisible({ timeout: 60_000 });
    await expect(problems(page)).toHaveCount(0);
  });

  test('the executor is down: pages that need it say so, analysis goes on', async ({
    page,
    instance,
    openPage,
    followLink,
  }) => {
    await openPage('overview');
    await expect(page.getByTestId(TEST_IDS.overview.figures)).toBeVisible();
    await instance.stopExecutor();

    const stale = page.getByTestId(TEST_IDS.state.stale);
    await expect(stale).toContainText('Executor');
    await openPage('overview');
    await expect(page.getByTestId(TEST_IDS.overview.incidents).getByTestId(TEST_IDS.state.error)).toContainText(
      'Executor'
    );
    await expect(rows(page).first()).toBeVisible();
    await followLink('topology');
    await expect(page.getByTestId(TEST_IDS.graph.table)).toBeVisible();
    await openPage('rca', '?service=checkout');
    await expect(page.getByTestId(TEST_IDS.rca.report)).toBeVisible();
    await followLink('runbooks');
    for (const tab of ['approvals', 'history', 'manual', 'audit']) {
      await page.locator(`[role="tab"][href$="tab=${tab}"]`).click();
      await expect(page).toHaveURL(new RegExp(`tab=${tab}`));
      await expect(problems(page)).toContainText('Executor');
    }
    await followLink('configuration');
    await page.getByTestId(TEST_IDS.config.test).click();
    await expect(problems(page).first()).toContainText('Executor');
  });
});
