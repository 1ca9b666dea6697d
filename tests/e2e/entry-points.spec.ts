import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { parse } from 'yaml';
import { parseRcaUrl, type RcaTarget } from '../../src/model/index.ts';
import { expect, STATE_THEMES, test, TEST_IDS } from './support/fixtures.ts';
import { settle, tabTo } from './support/person.ts';

/** Where the app has led to, as a root-cause address. */
async function readTarget(page: Page): Promise<RcaTarget | undefined> {
  await expect(page.getByTestId(TEST_IDS.page.rca)).toBeVisible();
  return parseRcaUrl(page.url());
}

/** The address of an answer in the page that stands in for Explore. */
function toExplore(datasource: string, query: object): string {
  const panes = { a: { datasource, queries: [{ refId: 'A', ...query }], range: { from: 'now-15m', to: 'now' } } };
  return `/explore?panes=${encodeURIComponent(JSON.stringify(panes))}`;
}

test.describe('ways into the root cause', { tag: '@host' }, () => {
  test('the menu of a panel of one service, with its time', async ({ page }) => {
    await page.goto('/d/shop?theme=dark');
    const panel = page.getByTestId('data-testid Panel header Requests of checkout');
    await expect(panel).toBeVisible();
    await panel.hover();
    await panel.getByTestId('data-testid Panel menu Requests of checkout').click();
    await page.getByRole('menuitem', { name: 'Investigate in Causeway' }).click();
    expect(await readTarget(page)).toMatchObject({ service: 'checkout', from: 'now-30m', to: 'now' });
  });

  test('not the menu of a panel of all services', async ({ page }) => {
    await page.goto('/d/shop');
    const panel = page.getByTestId('data-testid Panel header Requests of all services');
    await panel.scrollIntoViewIfNeeded();
    await panel.hover();
    await panel.getByTestId('data-testid Panel menu Requests of all services').click();
    await expect(page.getByRole('menuitem', { name: 'Explore' })).toBeVisible();
    await expect(page.getByRole('menuitem', { name: 'Investigate in Causeway' })).toHaveCount(0);
  });

  test('the toolbar of Explore, once the query names a service', async ({ page }) => {
    await page.goto('/explore');
    await page.getByTestId('demo-explore-query').fill('sum(rate(traces_spanmetrics_calls_total[1m]))');
    await page.getByTestId('demo-explore-run').click();
    const toolbar = page.getByTestId('demo-explore-toolbar');
    await expect(page.getByTestId('demo-explore-answer')).toBeVisible();
    await expect(toolbar.getByRole('link')).toHaveCount(0);
    await page
      .getByTestId('demo-explore-query')
      .fill('sum(rate(traces_spanmetrics_calls_total{service="payment"}[1m]))');
    await page.getByTestId('demo-explore-run').click();
    await toolbar.getByRole('link', { name: 'Investigate in Causeway' }).click();
    expect(await readTarget(page)).toMatchObject({
      service: 'payment',
      from: 'now-1h',
      to: 'now',
      metricsDs: 'prom',
    });
  });

  for (const [what, datasource, query, parameter] of [
    ['log lines', 'loki', { expr: '{service_name="payment"}' }, 'logsDs'],
    ['traces', 'tempo', { query: '{ resource.service.name = "gateway" }' }, 'tracesDs'],
  ] as const) {
    test(`the row service.name of ${what}`, async ({ page }) => {
      await page.goto(toExplore(datasource, query));
      const row = page.getByTestId('demo-resources').locator('[data-attribute="service.name"]').first();
      await row.getByRole('link', { name: 'Root cause of this service' }).click();
      const target = await readTarget(page);
      expect(target).toMatchObject({ [parameter]: datasource });
      // An instant of its own; the time picker of the page writes it down as a date.
      expect(target?.from).toMatch(/^(?:\d{13}|\d{4}-\d\d-\d\dT.+Z)$/);
      expect(target?.service).not.toBe('');
    });
  }

  test('the palette, without a mouse', async ({ page, openPage }) => {
    await openPage('overview');
    await page.keyboard.press('Control+k');
    await expect(page.getByTestId('demo-palette')).toBeVisible();
    await expect(page.getByRole('link', { name: /Causeway: find a root cause/ })).toBeVisible();
    await page.keyboard.type('causeway incidents');
    await page.keyboard.press('Enter');
    await expect(page.getByTestId(TEST_IDS.page.incidents)).toBeVisible();
    await expect(page.getByTestId('demo-palette')).toHaveCount(0);
    await page.keyboard.press('Control+k');
    await expect(page.getByRole('link', { name: /Causeway: services by anomaly/ })).toBeVisible();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect(page.getByTestId(TEST_IDS.page.overview)).toBeVisible();
  });

  test('the link of every shipped alert rule', async ({ page }) => {
    const { groups } = parse(readFileSync('provisioning/alerting/causeway.yaml', 'utf8')) as {
      groups: readonly { rules: readonly { annotations: Readonly<Record<string, string>> }[] }[];
    };
    const links = groups.flatMap(({ rules }) => rules.flatMap(({ annotations }) => annotations.causeway_rca_url ?? []));
    expect(links.length).toBeGreaterThan(3);
    for (const link of new Set(links)) {
      // What Grafana makes of the template.
      const address = link.replace(/^\{\{.*?externalURL \}\}/, '').replace(/\{\{ urlquery .*? \}\}/, 'checkout');
      await page.goto(address);
      expect(await readTarget(page)).toMatchObject({ service: 'checkout', to: 'now' });
    }
  });

  test('a row of the overview, and the list of incidents in the navigation', async ({ page, openPage, followLink }) => {
    await openPage('overview');
    await page.getByTestId(TEST_IDS.overview.serviceRow).first().getByRole('link').first().click();
    expect((await readTarget(page))?.service).not.toBe('');
    await followLink('incidents');
  });

  for (const theme of STATE_THEMES) {
    test(`axe finds nothing on the places they start from, ${theme}`, async ({ page, scanForA11yViolations }) => {
      await page.goto(`/d/shop?theme=${theme}`);
      await expect(page.getByTestId('data-testid Panel header Requests of checkout')).toBeVisible();
      await settle(page);
      expect(await scanForA11yViolations()).toHaveNoA11yViolations();
      await page.goto(`${toExplore('loki', { expr: '{service_name="payment"}' })}&theme=${theme}`);
      await expect(page.getByTestId('demo-resources')).toBeVisible();
      expect(await scanForA11yViolations()).toHaveNoA11yViolations();
      await tabTo(page, page.getByTestId('demo-search'));
      await page.keyboard.press('Enter');
      await expect(page.getByTestId('demo-palette')).toBeVisible();
      expect(await scanForA11yViolations()).toHaveNoA11yViolations();
    });
  }
});
