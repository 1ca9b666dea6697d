import { chmodSync, mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';

/**
 * Bundles the backend as the product's build does, into a new temporary folder. The shebang names this Node: the process
 * starts without PATH.
 */
export async function buildBackend(): Promise<string> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'causeway-backend-'));
  const outfile = path.join(folder, 'gpx_causeway_linux_amd64');
  await build({
    entryPoints: [path.resolve(import.meta.dirname, '../../../src/backend/main.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    legalComments: 'none',
    logLevel: 'warning',
    logOverride: { 'empty-import-meta': 'silent' },
    banner: { js: `#!${process.execPath}` },
  });
  chmodSync(outfile, 0o755);
  return outfile;
}
