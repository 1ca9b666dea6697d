import type { Locator, Page } from '@playwright/test';
import { expect, TEST_IDS } from './fixtures.ts';

/** Chooses the speed of the shop's time in the demo bar. */
export async function chooseSpeed(page: Page, speed: '1x' | '10x' | '60x'): Promise<void> {
  const radio = page.getByRole('radio', { name: speed, exact: true });
  // The radio itself is invisible below its label.
  await radio.click({ force: true });
  await expect(radio).toBeChecked();
}

/** Signs in as another person with the demo's switch, which loads the page again. */
export async function switchTo(page: Page, login: string): Promise<void> {
  await Promise.all([page.waitForEvent('load'), page.getByTestId('demo-user').selectOption(login)]);
  await expect(page.getByTestId('demo-user')).toHaveValue(login);
}

/** The card of the first plan with an action. */
export function findPlan(page: Page, action: string): Locator {
  return page.locator(`[data-testid="${TEST_IDS.plan.card}"][data-action="${action}"]`).first();
}

/** Approves or rejects a plan: the first button, then the confirmation. */
export async function decide(plan: Locator, decision: 'approve' | 'reject', comment = ''): Promise<void> {
  if (comment !== '') {
    await plan.getByTestId(TEST_IDS.plan.comment).fill(comment);
  }
  await plan.getByTestId(TEST_IDS.plan[decision]).click();
  await plan.getByTestId(TEST_IDS.plan.confirm).click();
  await expect(plan.getByTestId(TEST_IDS.plan.confirm)).toHaveCount(0);
}

/** Waits until nothing on the page is still being read. */
export async function settle(page: Page): Promise<void> {
  await expect(page.getByTestId(TEST_IDS.state.loading)).toHaveCount(0);
  await expect(page.getByTestId(TEST_IDS.rca.progress)).toHaveCount(0);
  // Grafana's own button of a panel that is read for long has no name.
  await expect(page.getByTestId('panel-cancel-query')).toHaveCount(0);
}

const MAX_STOPS = 150;

/** Presses Tab until the element has the focus, as a person without a mouse does. */
export async function tabTo(page: Page, element: Locator): Promise<void> {
  for (let stop = 0; stop < MAX_STOPS; stop += 1) {
    if (await element.evaluate((node) => node === document.activeElement)) {
      return;
    }
    await page.keyboard.press('Tab');
  }
  throw new Error(`The element was not reached within ${MAX_STOPS} presses of Tab`);
}
