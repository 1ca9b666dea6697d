import { type MessagesServer, sendJson, apiError, startMessagesServer } from '../support/llm/messages-server.ts';
import { LIES, type ScriptedModel, startScriptedModel } from '../support/llm/scripted-model.ts';
import { expect, test, TEST_IDS } from './support/fixtures.ts';
import { configureModel } from './support/language-model.ts';
import { settle, tabTo } from './support/person.ts';
import { connectShop } from './support/shop.ts';

const { rca } = TEST_IDS;
/** So old the symptom of a service further up is before it is asked for. */
const SYMPTOM_SECONDS = 120;
const NARROW = { width: 400, height: 800 };

test.describe('with a language model', { tag: '@host' }, () => {
  test.describe.configure({ mode: 'serial' });
  let model: ScriptedModel;
  let broken: MessagesServer;
  const host = () => test.info().project.use.baseURL ?? '';

  test.beforeAll(async () => {
    const shop = connectShop(host());
    await shop.heal();
    await shop.breakUntil('missing-index', 'create-index');
    await shop.advance(SYMPTOM_SECONDS);
    model = await startScriptedModel();
    broken = await startMessagesServer();
    broken.behave((response) => sendJson(response, apiError('overloaded_error'), 529, { 'retry-after': '0' }));
  });

  test.afterAll(async () => {
    await configureModel(host(), undefined);
    await Promise.all([model.close(), broken.close()]);
    await connectShop(host()).heal();
  });

  test('without one nothing leaves, and the page says so', async ({ page, openPage }) => {
    await openPage('rca', '?service=checkout');
    await expect(page.getByTestId(rca.report)).toHaveAttribute('data-decision', 'root-cause');
    await expect(page.getByTestId(rca.head).getByTestId(rca.egress)).toHaveText(/egress: none/);
    await expect(page.getByTestId(rca.written)).toHaveCount(0);
    await expect(page.getByTestId(rca.askSend)).toHaveCount(0);
  });

  test('its words stand beside the computed answer, and what no evidence carries is cut', async ({
    page,
    openPage,
    scanForA11yViolations,
  }) => {
    await configureModel(host(), { enabled: true, baseUrl: model.url, model: 'scripted' });
    await openPage('rca', '?service=checkout');
    await page.getByTestId(rca.analyse).click();
    const written = page.getByTestId(rca.written);
    await expect(written).toContainText('The likely cause is orders-db.');
    // What was cut can be unfolded; it is not said.
    const said = await page.getByTestId(rca.report).innerText();
    for (const { text } of LIES) {
      expect(said).not.toContain(text);
    }
    await expect(written).toContainText(`${LIES.length} sentences`);
    await expect(page.getByTestId(rca.topCause)).toContainText('orders-db: Slow database query');
    await tabTo(page, written.getByRole('button', { name: /^Evidence/ }).first());
    await page.keyboard.press('Enter');
    await expect(page.getByTestId(rca.evidence).locator('li:focus')).toHaveCount(1);
    await settle(page);
    expect(await scanForA11yViolations()).toHaveNoA11yViolations();
    await page.setViewportSize(NARROW);
    const widest = await page.getByTestId(rca.report).evaluate((report) => report.scrollWidth);
    expect(widest).toBeLessThanOrEqual(NARROW.width);
  });

  test('what would be sent is shown before anything is sent', async ({ page, openPage }) => {
    await openPage('rca', '?service=checkout');
    const ask = page.getByTestId(rca.ask);
    await ask.getByRole('textbox').fill('Is 203.0.113.7 slow?');
    const before = model.seen.length;
    await ask.getByTestId(rca.preview).locator('summary').click();
    const body = ask.getByTestId(rca.previewBody);
    await expect(body).toContainText('orders-db');
    await expect(body).not.toContainText('203.0.113.7');
    expect(model.seen.length).toBe(before);
  });

  test('one that fails leaves a complete report, and says what to do', async ({ page, openPage }) => {
    await configureModel(host(), { enabled: true, baseUrl: broken.url, model: 'broken' });
    await openPage('rca', '?service=checkout');
    await page.getByTestId(rca.analyse).click();
    await expect(page.getByTestId(rca.modelState)).toHaveAttribute('data-state', 'failed');
    await expect(page.getByTestId(rca.modelState)).toContainText('What to do');
    await expect(page.getByTestId(rca.report)).toHaveAttribute('data-decision', 'root-cause');
    expect(broken.seen.length).toBeGreaterThan(0);
  });
});
