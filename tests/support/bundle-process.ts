import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { ROOT } from '../architecture/import-table.ts';

/**
 * Bundles a process as `scripts/build.mjs` does, so that it starts fast.
 * @param entry  from the root of the project
 * @param name  of the bundle, without ending
 * @returns the file to start
 */
export async function bundleProcess(entry: string, name: string): Promise<string> {
  const outfile = path.join(ROOT, 'build', 'test', `${name}.cjs`);
  mkdirSync(path.dirname(outfile), { recursive: true });
  await build({
    entryPoints: [path.join(ROOT, entry)],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    external: ['better-sqlite3'],
    logLevel: 'error',
    absWorkingDir: ROOT,
  });
  return outfile;
}
