// npm run e2e: the browser journeys alone; arguments go to Playwright.
import { ensurePackages, ensureSystemCommands, runPinned } from './install.mjs';

ensurePackages();
ensureSystemCommands([
  { command: process.env.CHROMIUM_PATH ?? 'chromium', debian: 'chromium', neededFor: 'the browser suites' },
]);
const built = runPinned(['scripts/build.mjs']);
process.exit(
  built !== 0 ? built : runPinned(['node_modules/@playwright/test/cli.js', 'test', ...process.argv.slice(2)])
);
