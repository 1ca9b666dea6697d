import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const source = readFileSync(path.join(import.meta.dirname, 'internal.ts'), 'utf8');
const reExports = [...source.matchAll(/export \{ (\w+) \} from 'runtime-dist\/([^']+)'/g)].map(([, name, file]) => ({
  name: name ?? '',
  file: file ?? '',
}));

describe('the files of @grafana/runtime that are used without being exported', () => {
  it('are all found in internal.ts', () => {
    expect(reExports).toHaveLength(source.match(/^export /gm)?.length ?? 0);
    expect(reExports.length).toBeGreaterThan(5);
  });

  it.each(reExports)('$file still exports $name', ({ name, file }) => {
    const folder = path.join(import.meta.dirname, '../../../node_modules/@grafana/runtime/dist/esm');
    const text = readFileSync(path.join(folder, file), 'utf8');
    expect(text).toMatch(new RegExp(`export \\{[^}]*\\b${name}\\b[^}]*\\}`));
  });
});
