import { spawnSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT } from './import-table.ts';

mkdirSync(path.join(ROOT, '.tsbuild'), { recursive: true });
const folder = mkdtempSync(path.join(ROOT, '.tsbuild', 'trespass-'));

/** Compiles one file as if it lay in the room, with the room's own project settings. */
function compileIn(room: string, text: string): string {
  const name = path.join(folder, room);
  mkdirSync(name, { recursive: true });
  writeFileSync(path.join(name, 'trespass.ts'), text);
  const project = path.join(name, 'tsconfig.json');
  const settings = {
    extends: `../../../.config/tsconfig/${room}.json`,
    compilerOptions: { rootDir: '../../..', outDir: './out', tsBuildInfoFile: './trespass.tsbuildinfo' },
    include: ['./trespass.ts'],
    references: [{ path: '../../../.config/tsconfig/model.json' }],
  };
  writeFileSync(project, JSON.stringify(settings));
  const done = spawnSync(process.execPath, [path.join(ROOT, 'node_modules/tsc7/bin/tsc'), '-b', project], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return done.status === 0 ? 'compiled' : done.stdout;
}

describe('the compiler of a room', () => {
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each([
    ['engine', `import { readFileSync } from 'node:fs';\nexport const text = readFileSync('x');`, 'TS2591'],
    ['engine', `export const page = fetch('http://localhost');`, 'TS2304'],
    ['engine', `export const title = document.title;`, 'TS2584'],
    ['engine', `export { systemClock } from '#telemetry';`, 'TS6307'],
    ['engine', `export { x } from '#telemetry/deep';`, 'TS2307'],
  ])('%s refuses %s', (room, text, code) => {
    expect(compileIn(room, text)).toContain(code);
  });

  it('accepts what the table allows', () => {
    expect(compileIn('engine', `import type { Ratio } from '#model';\nexport const half: Ratio = 0.5;`)).toBe(
      'compiled'
    );
  });
});
