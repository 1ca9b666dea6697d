// Installs the npm packages of the lock file; used before anything that needs the pinned Node.
import { ensurePackages } from './install.mjs';

ensurePackages();
