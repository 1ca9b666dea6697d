// Builds the plugin host: build/host/page (what the browser loads) and build/host/server.cjs.
// Usage: node scripts/build-host.mjs [--dev]
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const modules = path.join(root, 'node_modules');
const host = path.join(root, 'src', 'demo', 'host');

/** Fonts by the names under which @grafana/ui asks for them. */
const FONTS = {
  'inter/Inter-Regular': 'inter/files/inter-latin-400-normal',
  'inter/Inter-Medium': 'inter/files/inter-latin-500-normal',
  'inter/Inter-Italic': 'inter/files/inter-latin-400-italic',
  'inter/Inter-MediumItalic': 'inter/files/inter-latin-500-italic',
  'roboto/L0xTDF4xlVMF-BfR8bXMIhJHg45mwgGEFl0_3vrtSM1J-gEPT5Ese6hmHSh0mQ':
    'roboto-mono/files/roboto-mono-latin-400-normal',
};

/**
 * Bundles page and server and copies icons and fonts beside the page.
 * @param {{outdir: string, minify: boolean}} options
 */
export async function buildHost({ outdir, minify }) {
  const page = path.join(outdir, 'page');
  rmSync(page, { recursive: true, force: true });
  mkdirSync(page, { recursive: true });
  await Promise.all([buildPage(page, minify), buildClockScript(page), buildServer(outdir)]);
  copyAssets(page);
}

async function buildPage(outdir, minify) {
  await build({
    absWorkingDir: root,
    entryPoints: { host: path.join(host, 'boot', 'main.tsx') },
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    tsconfigRaw: { compilerOptions: { jsx: 'react-jsx', target: 'es2022', useDefineForClassFields: true } },
    minify,
    sourcemap: minify ? false : 'linked',
    legalComments: 'none',
    chunkNames: 'chunks/[hash]',
    assetNames: 'assets/[hash]',
    publicPath: '/host/',
    logLevel: 'warning',
    // The page works with the packages' production builds only: React's development build doubles its size.
    define: { 'process.env.NODE_ENV': JSON.stringify('production'), global: 'globalThis' },
    loader: { '.svg': 'file', '.png': 'file', '.woff2': 'file', '.ttf': 'file' },
    alias: {
      'runtime-dist': path.join(modules, '@grafana', 'runtime', 'dist', 'esm'),
      // One i18next for @grafana/i18n, @grafana/ui and the plugins.
      i18next: resolveFrom('@grafana/i18n', 'i18next'),
    },
    // systemjs says "type": "script" in its package.json, which is harmless.
    logOverride: { 'package.json': 'silent' },
    plugins: [oneReactRouter, pluginCompatShim],
  });
}

/** Runs before everything else, so it is a script of its own that the server writes into the page. */
async function buildClockScript(outdir) {
  await build({
    absWorkingDir: root,
    entryPoints: { clock: path.join(host, 'boot', 'clock-script.ts') },
    outdir,
    bundle: true,
    format: 'iife',
    target: 'es2022',
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
}

async function buildServer(outdir) {
  await build({
    absWorkingDir: root,
    entryPoints: [path.join(host, 'server', 'main.ts')],
    outfile: path.join(outdir, 'server.cjs'),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    sourcemap: 'inline',
    legalComments: 'none',
    logLevel: 'warning',
  });
}

/** `Link` of @grafana/ui and the page must share one react-router 6, or the link finds no router. */
const oneReactRouter = {
  name: 'one-react-router',
  setup(bundler) {
    bundler.onResolve({ filter: /^(react-router|@remix-run\/router)$/ }, (args) => {
      if (/react-router-dom-v5-compat/.test(args.importer)) {
        return bundler.resolve(args.path, { kind: args.kind, resolveDir: root });
      }
      return undefined;
    });
  },
};

/** plugin-compat probes for exports that this @grafana/runtime may lack; that is an error for an ES module import only. */
const pluginCompatShim = {
  name: 'plugin-compat-shim',
  setup(bundler) {
    bundler.onResolve({ filter: /^@grafana\/runtime$/ }, (args) =>
      /plugin-compat/.test(args.importer) ? { path: 'runtime', namespace: 'plugin-compat-shim' } : undefined
    );
    bundler.onLoad({ filter: /.*/, namespace: 'plugin-compat-shim' }, () => ({
      // By its file: the bare name would be the CommonJS copy, of which nobody sets the services.
      contents: `module.exports = require(${JSON.stringify(path.join(modules, '@grafana', 'runtime', 'dist', 'esm', 'index.mjs'))});`,
      resolveDir: root,
    }));
  },
};

function resolveFrom(owner, name) {
  const require = createRequire(path.join(modules, owner, 'package.json'));
  return path.dirname(require.resolve(`${name}/package.json`));
}

function copyAssets(page) {
  cpSync(path.join(modules, '@grafana', 'ui', 'dist', 'public', 'img', 'icons'), path.join(page, 'icons'), {
    recursive: true,
  });
  const own = path.join(host, 'icons');
  for (const folder of existsSync(own) ? readdirSync(own, { withFileTypes: true }) : []) {
    if (folder.isDirectory()) {
      cpSync(path.join(own, folder.name), path.join(page, 'icons', folder.name), { recursive: true });
    }
  }
  for (const [name, source] of Object.entries(FONTS)) {
    cpSync(path.join(modules, '@fontsource', `${source}.woff2`), path.join(page, 'fonts', `${name}.woff2`));
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildHost({ outdir: path.join(root, 'build', 'host'), minify: !process.argv.includes('--dev') });
}
