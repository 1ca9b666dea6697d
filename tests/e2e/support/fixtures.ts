import { expect, test as base } from '@grafana/plugin-e2e';
import type { ConsoleMessage, Page } from '@playwright/test';
import { APP_PLUGIN_ID } from '../../../src/model/index.ts';
import { TEST_IDS } from '../../../src/ui/test-ids.ts';
import { connectShop, type Shop } from './shop.ts';

export { expect, TEST_IDS };

/** Whether the specs run on a real Grafana; otherwise on the demo's plugin host. */
export const ON_GRAFANA = process.env.GRAFANA_URL !== undefined;

/**
 * Themes in which axe looks at states of pages; every page is looked at in both by `pages.spec.ts`.
 * `CAUSEWAY_E2E_THEMES=dark,light` looks at all of it in both, which takes two minutes more.
 */
export const STATE_THEMES: readonly string[] = (process.env.CAUSEWAY_E2E_THEMES ?? 'dark').split(',');

/** Pages of the app, by the name of their test id. */
export const PATHS = {
  overview: `/a/${APP_PLUGIN_ID}/overview`,
  incidents: `/a/${APP_PLUGIN_ID}/incidents`,
  anomalies: `/a/${APP_PLUGIN_ID}/anomalies`,
  topology: `/a/${APP_PLUGIN_ID}/topology`,
  rca: `/a/${APP_PLUGIN_ID}/rca`,
  runbooks: `/a/${APP_PLUGIN_ID}/runbooks`,
  configuration: `/plugins/${APP_PLUGIN_ID}`,
} as const;
export type PageName = keyof typeof PATHS;

interface Fixtures {
  /** What a visitor of the demo can do to the shop. Plugin host only. */
  readonly shop: Shop;
  /** Opens a page of the app and waits until it is there. `query` is appended to the address. */
  readonly openPage: (name: PageName, query?: string) => Promise<void>;
  /**
   * Console errors that a test provokes on purpose; everything else that a page says on the error channel fails the
   * test, and so does an icon that the host lacks.
   */
  readonly expectedErrors: RegExp | undefined;
  /** Goes to a page of the app by the host's navigation, without loading it anew. Plugin host only. */
  readonly followLink: (name: PageName) => Promise<void>;
  readonly cleanPages: void;
}

/** Chromium logs an answer with an error status as well; that a cancelled request failed is no news. */
const HARMLESS = [/net::ERR_ABORTED/, /favicon/];

/**
 * Of the plugin host a bare page: the one of plugin-e2e opens the start page in a second tab, which stays open through the
 * test, and once more in the page itself, to learn which Grafana it is.
 */
const bare = ON_GRAFANA
  ? base
  : base.extend({
      page: async ({ context }, use) => {
        await use(await context.newPage());
      },
    });

export const test = bare.extend<Fixtures>({
  expectedErrors: [undefined, { option: true }],
  shop: async ({ baseURL }, use) => {
    await use(connectShop(baseURL ?? ''));
  },
  openPage: async ({ page }, use) => {
    await use(async (name, query = '') => {
      await page.goto(PATHS[name] + query);
      await expect(page.getByTestId(TEST_IDS.page[name])).toBeVisible();
    });
  },
  followLink: async ({ page }, use) => {
    await use(async (name) => {
      await page.locator(`#demo-navigation a[href="${PATHS[name]}"]`).click();
      await expect(page.getByTestId(TEST_IDS.page[name])).toBeVisible();
    });
  },
  cleanPages: [
    async ({ page, request, expectedErrors }, use) => {
      const errors = recordErrors(page);
      await use();
      const allowed = expectedErrors ? [...HARMLESS, expectedErrors] : HARMLESS;
      expect(
        errors.filter((line) => !allowed.some((pattern) => pattern.test(line))),
        'errors in the console'
      ).toEqual([]);
      if (!ON_GRAFANA) {
        const icons = await request.get('/host/missing-icons');
        expect(await icons.json(), 'icons that the host lacks').toEqual([]);
      }
    },
    { auto: true },
  ],
});

/** Collects what a page says on the error channel and what it throws. */
export function recordErrors(page: Page): readonly string[] {
  const errors: string[] = [];
  page.on('console', (message: ConsoleMessage) => {
    if (message.type() === 'error') {
      errors.push(`${message.text()} (${message.location().url})`);
    }
  });
  page.on('pageerror', (error) => errors.push(String(error)));
  return errors;
}
