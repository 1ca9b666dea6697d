import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { PluginOptions } from '@grafana/plugin-e2e';
import { defineConfig, devices } from '@playwright/test';

const pluginE2eAuth = `${dirname(require.resolve('@grafana/plugin-e2e'))}/auth`;

/** A real Grafana to test against (specs tagged @host are left out); else the demo's plugin host (@grafana left out). */
const grafanaUrl = process.env.GRAFANA_URL;
const port = Number(process.env.CAUSEWAY_E2E_PORT ?? 3399);
const chromium =
  process.env.CHROMIUM_PATH ??
  ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium', '/usr/bin/chromium-browser'].find((file) =>
    existsSync(file)
  );

export default defineConfig<PluginOptions>({
  testDir: './tests/e2e',
  // The journeys share one simulated shop, so they run one after the other.
  fullyParallel: false,
  workers: 1,
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: 'list',
  outputDir: './test-results',
  use: {
    baseURL: grafanaUrl ?? `http://127.0.0.1:${port}`,
    // A recorded trace costs a third of the time; `CAUSEWAY_E2E_TRACE=1` records one of every failed test.
    trace: process.env.CAUSEWAY_E2E_TRACE ? { mode: 'retain-on-failure', screenshots: false } : 'off',
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(chromium ? { executablePath: chromium } : {}),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  ...(grafanaUrl
    ? {}
    : {
        webServer: {
          command: `node build/demo.cjs --port ${port} --speed 1`,
          url: `http://127.0.0.1:${port}/api/health`,
          timeout: 90_000,
          reuseExistingServer: !process.env.CI,
          gracefulShutdown: { signal: 'SIGTERM' as const, timeout: 10_000 },
        },
      }),
  projects: [
    { name: 'auth', testDir: pluginE2eAuth, testMatch: [/.*\.js/] },
    {
      name: 'chromium',
      use: { ...devices['Desktop Chrome'], storageState: 'playwright/.auth/admin.json' },
      // Of the project, not of the whole run: the path of the auth step contains the word as well.
      grepInvert: grafanaUrl ? /@host/ : /@grafana/,
      dependencies: ['auth'],
    },
  ],
});
