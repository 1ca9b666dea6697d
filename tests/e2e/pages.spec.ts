import { expect, ON_GRAFANA, type PageName, test, TEST_IDS } from './support/fixtures.ts';
import { settle, tabTo } from './support/person.ts';

const PAGES: readonly (readonly [name: PageName, query: string])[] = [
  ['overview', ''],
  ['incidents', '?status=all'],
  ['anomalies', ''],
  ['anomalies', '?tab=labels'],
  ['anomalies', '?tab=detectors'],
  ['anomalies', '?tab=backtest'],
  ['topology', ''],
  ['rca', ''],
  ['rca', '?service=checkout'],
  ['runbooks', '?tab=approvals'],
  ['runbooks', '?tab=proposals'],
  ['runbooks', '?tab=catalogue'],
  ['runbooks', '?tab=safety'],
  ['runbooks', '?tab=notifications'],
  ['runbooks', '?tab=history'],
  ['runbooks', '?tab=manual'],
  ['runbooks', '?tab=audit'],
  ['configuration', ''],
];

for (const theme of ['dark', 'light'] as const) {
  test(`axe finds nothing on any page, ${theme}`, async ({ page, openPage, scanForA11yViolations }) => {
    // Many pages in one test: it takes its time.
    test.slow();
    let shown: PageName | undefined;
    for (const [name, query] of theme === 'dark' ? PAGES : PAGES.filter(([, tab]) => !tab.startsWith('?tab='))) {
      await test.step(`${name}${query}`, async () => {
        // A tab of a page that is there needs no page anew.
        if (name === shown && query.startsWith('?tab=')) {
          await page.locator(`[role="tab"][href*="${query.slice(1)}"]`).click();
          await expect(page).toHaveURL(new RegExp(query.slice(1)));
        } else {
          await openPage(name, `${query === '' ? '?' : `${query}&`}theme=${theme}`);
        }
        shown = name;
        await settle(page);
        // Grafana's frame has findings of its own; the host's frame is ours.
        const scope = ON_GRAFANA ? { include: `[data-testid="${TEST_IDS.page[name]}"]` } : {};
        expect(await scanForA11yViolations(scope)).toHaveNoA11yViolations();
        if (!ON_GRAFANA) {
          await expect(page.getByTestId('stand-in-notice')).toBeVisible();
        }
      });
    }
  });
}

test.describe('keyboard', () => {
  test('a service is chosen in the table of the graph', async ({ page, openPage }) => {
    await openPage('topology');
    const row = page.getByTestId(TEST_IDS.graph.table).getByRole('button').first();
    await expect(row).toBeVisible();
    await tabTo(page, row);
    await page.keyboard.press('Enter');
    await expect(row).toHaveAttribute('aria-pressed', 'true');
    await expect(page.getByTestId(TEST_IDS.graph.detail)).toBeVisible();
  });

  test('the tabs of the runbooks are reached and followed', async ({ page, openPage }) => {
    await openPage('runbooks');
    const tab = page.locator('[role="tab"][href$="tab=audit"]');
    await tabTo(page, tab);
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/tab=audit/);
    await expect(page.getByTestId(TEST_IDS.runbooks.auditState)).toBeVisible();
  });
});
