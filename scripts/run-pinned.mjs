// Runs a TypeScript program of this repository on the pinned Node: node scripts/run-pinned.mjs <file> [arguments].
import { ensurePackages, runPinned } from './install.mjs';

ensurePackages();
process.exit(runPinned(['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON', ...process.argv.slice(2)]));
