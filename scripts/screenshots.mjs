// npm run screenshots: takes every page into docs/screenshots. --out <folder> writes elsewhere, --only <names> takes some.
import { ensurePackages, ensureSystemCommands, runPinned } from './install.mjs';

ensurePackages();
ensureSystemCommands([{ command: 'chromium', debian: 'chromium', neededFor: 'the screenshots' }]);
const built = runPinned(['scripts/build.mjs']);
process.exit(
  built !== 0
    ? built
    : runPinned(['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON', 'scripts/screenshots.ts', ...process.argv.slice(2)])
);
