// npm run demo: installs and builds what is missing, then starts the demo with the same arguments.
import { ensurePackages, runPinned } from './install.mjs';

ensurePackages();
// Ctrl-C reaches the whole group; this wrapper waits until the demo has stopped its processes.
process.on('SIGINT', () => {});
const built = runPinned(['scripts/build.mjs', 'plugin', 'backend', 'executor', 'demo', 'host']);
process.exit(built !== 0 ? built : runPinned(['build/demo.cjs', ...process.argv.slice(2)]));
