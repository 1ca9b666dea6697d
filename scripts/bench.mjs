// npm run bench: measures speed and memory on this machine. --json prints one JSON line, --write renews docs/benchmarks.md.
import { backendExecutable } from './build.mjs';
import { ensurePackages, ensureSystemCommands, runPinned } from './install.mjs';

ensurePackages();
ensureSystemCommands([{ command: 'chromium', debian: 'chromium', neededFor: 'the time until a page is usable' }]);
const built = runPinned(['scripts/build.mjs']);
process.exit(
  built !== 0
    ? built
    : runPinned([
        '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON',
        'scripts/bench.ts',
        backendExecutable,
        ...process.argv.slice(2),
      ])
);
