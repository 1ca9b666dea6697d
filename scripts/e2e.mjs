// npm run e2e: the browser journeys alone; arguments go to Playwright.
import { ensureBrowser, ensurePackages, runPinned } from './install.mjs';

ensurePackages();
ensureBrowser();
const built = runPinned(['scripts/build.mjs']);
process.exit(
  built !== 0 ? built : runPinned(['node_modules/@playwright/test/cli.js', 'test', ...process.argv.slice(2)])
);
