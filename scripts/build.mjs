// Builds what is out of date: node scripts/build.mjs [plugin] [backend] [executor] [demo] [host] [--force] [--release]
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const goArch = { x64: 'amd64', arm64: 'arm64' }[process.arch] ?? process.arch;
const goOs = process.platform === 'win32' ? 'windows' : process.platform;
export const backendExecutable = path.join(
  root,
  'dist',
  'datasource',
  `gpx_causeway_${goOs}_${goArch}${goOs === 'windows' ? '.exe' : ''}`
);

/** The forecasts' WebAssembly: esbuild leaves it behind, the backend looks for it beside its own file. */
export const forecastWasm = path.join(path.dirname(backendExecutable), 'mstl_bg.wasm');

/** On another Node the native module of the ledger ends the process without a word. */
const nodeGuard = `'use strict';
if (!process.version.startsWith('v24.')) {
  process.stderr.write('Node 24 is required, this is ' + process.version + '. Run it through npm.\\n');
  process.exit(1);
}`;

const nodeBundle = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  legalComments: 'none',
  sourcemap: 'linked',
  logLevel: 'warning',
  absWorkingDir: root,
  banner: { js: nodeGuard },
};

/** @type {Record<string, {sources: string[], outputs: string[], run: () => Promise<void>}>} */
export const targets = {
  plugin: {
    sources: [
      'src/app',
      'src/ui',
      'src/panels',
      'src/datasource',
      'src/model',
      'src/contracts',
      'src/engine',
      'src/module.tsx',
      'src/plugin.json',
      'src/README.md',
      'src/img',
      'dashboards',
      'webpack.config.ts',
      '.config',
      'CHANGELOG.md',
    ],
    outputs: ['dist/module.js', 'dist/plugin.json', 'dist/datasource/module.js'],
    run: async () => {
      webpack();
      // webpack clears its folder of what it did not make itself, but for the executable.
      if (existsSync(backendExecutable)) {
        copyForecastWasm();
      }
    },
  },
  backend: {
    sources: ['src/backend', 'src/llm', 'src/telemetry', 'src/engine', 'src/model', 'src/contracts'],
    outputs: [path.relative(root, backendExecutable), path.relative(root, forecastWasm)],
    run: async () => {
      await bundle('src/backend/main.ts', backendExecutable, {
        banner: { js: shebang() },
        sourcemap: false,
        minify: true,
        keepNames: true,
        logOverride: { 'empty-import-meta': 'silent' },
      });
      copyForecastWasm();
      chmodSync(backendExecutable, 0o755);
    },
  },
  executor: {
    sources: ['src/executor', 'src/telemetry', 'src/model', 'src/contracts'],
    outputs: ['build/executor.cjs', 'build/cel-thread.cjs'],
    run: async () => {
      await bundle('src/executor/main.ts', 'build/executor.cjs', { external: ['better-sqlite3'] });
      await bundle('src/executor/runbooks/cel/cel-thread.ts', 'build/cel-thread.cjs');
    },
  },
  demo: {
    sources: ['src/demo', 'src/model', 'src/contracts'],
    outputs: ['build/demo.cjs', 'build/world.cjs', 'build/shop.cjs', 'build/fault.cjs'],
    run: async () => {
      await bundle('src/demo/main.ts', 'build/demo.cjs');
      await bundle('src/demo/world.ts', 'build/world.cjs');
      await bundle('src/demo/shop-main.ts', 'build/shop.cjs');
      await bundle('src/demo/cli/faults.ts', 'build/fault.cjs');
    },
  },
  host: {
    sources: ['src/demo/host', 'src/model', 'src/contracts', 'scripts/build-host.mjs'],
    outputs: ['build/host/server.cjs', 'build/host/page/host.js'],
    run: async () => {
      const { buildHost } = await import('./build-host.mjs');
      await buildHost({ outdir: path.join(root, 'build', 'host'), minify: true });
    },
  },
};

function copyForecastWasm() {
  copyFileSync(path.join(root, 'node_modules', '@bsull', 'augurs', path.basename(forecastWasm)), forecastWasm);
}

/** Grafana starts plugins without PATH, so a local build names the pinned Node; `--release` leaves the choice to the machine. */
function shebang() {
  const absolute =
    !process.argv.includes('--release') && process.execPath.length < 120 && !process.execPath.includes(' ');
  return absolute ? `#!${process.execPath}` : '#!/usr/bin/env node';
}

async function bundle(entry, outfile, extra = {}) {
  const { build } = await import('esbuild');
  await build({ ...nodeBundle, entryPoints: [entry], outfile: path.resolve(root, outfile), ...extra });
}

function webpack() {
  const cli = path.join(root, 'node_modules', 'webpack-cli', 'bin', 'cli.js');
  const done = spawnSync(
    process.execPath,
    [cli, '-c', './webpack.config.ts', '--env', 'production', '--stats', 'errors-warnings'],
    { cwd: root, stdio: ['ignore', 2, 2] }
  );
  if (done.status !== 0) {
    throw new Error('webpack failed; see the lines above');
  }
}

function fingerprint(sources) {
  const hash = createHash('sha256');
  for (const file of sources
    .concat('package-lock.json', 'scripts/build.mjs')
    .flatMap((source) => listFiles(path.join(root, source)))) {
    if (!/\.test\.tsx?$/.test(file)) {
      hash.update(path.relative(root, file)).update('\0').update(readFileSync(file));
    }
  }
  return hash.digest('hex');
}

function listFiles(at) {
  if (!existsSync(at)) {
    return [];
  }
  return statSync(at).isDirectory()
    ? readdirSync(at)
        .sort()
        .flatMap((name) => listFiles(path.join(at, name)))
    : [at];
}

/**
 * Builds the named targets whose sources changed since the last build.
 * @param {readonly string[]} names
 * @param {{force?: boolean}} [options]
 */
export async function buildTargets(names, { force = false } = {}) {
  mkdirSync(path.join(root, 'build'), { recursive: true });
  for (const name of names) {
    const target = targets[name];
    if (!target) {
      throw new Error(`Unknown build target "${name}"; known: ${Object.keys(targets).join(', ')}`);
    }
    const stamp = path.join(root, 'build', `.stamp-${name}`);
    const current = fingerprint(target.sources);
    const fresh =
      existsSync(stamp) &&
      readFileSync(stamp, 'utf8') === current &&
      target.outputs.every((file) => existsSync(path.join(root, file)));
    if (fresh && !force) {
      continue;
    }
    const started = Date.now();
    await target.run();
    writeFileSync(stamp, current);
    process.stderr.write(`built ${name} in ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const named = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
  await buildTargets(named.length > 0 ? named : Object.keys(targets), { force: process.argv.includes('--force') });
}
