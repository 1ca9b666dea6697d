// Runs on whatever Node the machine has (18 or newer): everything after it runs on the pinned Node 24.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** The Node 24 that npm installed; the machine's own Node may be older. */
export const pinnedNode = path.join(
  root,
  'node_modules',
  'node',
  'bin',
  process.platform === 'win32' ? 'node.exe' : 'node'
);

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

/**
 * Installs the npm packages when they are missing or older than the lock file. `npm install` rather than `npm ci`: the
 * lock file may lack binaries of platforms it was not made on, which ci refuses and install completes.
 */
export function ensurePackages() {
  const stamp = path.join(root, 'node_modules', '.causeway-lock-sha256');
  if (existsSync(pinnedNode) && existsSync(stamp) && readFileSync(stamp, 'utf8') === lockDigest()) {
    return;
  }
  process.stderr.write('Installing npm packages (about a minute the first time) ...\n');
  const args = ['install', '--no-audit', '--no-fund', '--loglevel=error'];
  const done = spawnSync(npm, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (done.status !== 0) {
    process.stderr.write(
      'npm install failed; see the lines above. Needed: Node 18 or newer with npm, and network access to the npm registry.\n'
    );
    process.exit(1);
  }
  if (!existsSync(pinnedNode)) {
    process.stderr.write(
      'The npm package "node" has no binary: its install script did not run. Install without --ignore-scripts.\n'
    );
    process.exit(1);
  }
  writeFileSync(stamp, lockDigest());
}

function lockDigest() {
  return createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
}

/**
 * Installs Debian packages where apt-get is at hand and we are root; otherwise says which suites will be skipped.
 * @param {readonly {command: string, debian: string, neededFor: string}[]} wanted
 */
export function ensureSystemCommands(wanted) {
  const missing = wanted.filter((item) => !commandExists(item.command));
  if (missing.length === 0) {
    return;
  }
  const isRoot = process.getuid?.() === 0;
  if (isRoot && commandExists('apt-get')) {
    process.stderr.write(`Installing ${missing.map((item) => item.debian).join(', ')} with apt-get ...\n`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    spawnSync('apt-get', ['update', '-qq'], { stdio: ['ignore', 'ignore', 2], env });
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing.map((item) => item.debian)], {
      stdio: ['ignore', 'ignore', 2],
      env,
    });
  }
  for (const item of missing.filter((candidate) => !commandExists(candidate.command))) {
    process.stderr.write(
      `SKIPPED: ${item.neededFor}, because "${item.command}" is not installed (Debian: apt-get install ${item.debian}).\n`
    );
  }
}

/** Chromium without any window of its own takes less processor time; not every distribution has it. */
const BROWSERS = ['chromium-headless-shell', 'chromium'];

/**
 * Makes sure of a browser for the browser suites, as `ensureSystemCommands` does.
 * @returns {boolean} whether there is one
 */
export function ensureBrowser() {
  if (process.env.CHROMIUM_PATH) {
    return true;
  }
  for (const browser of BROWSERS) {
    ensureSystemCommands([{ command: browser, debian: browser, neededFor: 'the browser suites' }]);
    if (commandExists(browser)) {
      return true;
    }
  }
  return false;
}

/** @param {string} command */
export function commandExists(command) {
  try {
    execFileSync(process.platform === 'win32' ? 'where' : 'which', [command], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/**
 * Runs a file on the pinned Node with the pinned tools first on PATH; returns its exit status.
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 */
export function runPinned(args, env = {}) {
  const bin = path.join(root, 'node_modules', '.bin');
  const done = spawnSync(pinnedNode, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...env, PATH: `${bin}${path.delimiter}${process.env.PATH ?? ''}` },
  });
  return done.status ?? 1;
}
