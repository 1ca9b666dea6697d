import { readFileSync } from 'node:fs';
import path from 'node:path';

/** The repository's root. */
export const ROOT = path.resolve(import.meta.dirname, '../..');

/** One row of the import table in docs/ARCHITECTURE.md. */
export interface RoomRule {
  readonly room: string;
  readonly mayImport: ReadonlySet<string>;
  readonly platform: 'es' | 'node' | 'dom';
  readonly externals: ReadonlySet<string>;
}

/** Reads the normative table out of the document, so that the document cannot drift from the code. */
export function parseImportTable(markdown: string): readonly RoomRule[] {
  const table = /<!-- import-table -->([\s\S]*?)<!-- \/import-table -->/.exec(markdown)?.[1];
  if (!table) {
    throw new Error('docs/ARCHITECTURE.md has no table between <!-- import-table --> and <!-- /import-table -->');
  }
  const rows = table
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2);
  return rows.map((row) => {
    const [room = '', mayImport = '', platform = '', externals = ''] = row
      .split('|')
      .slice(1)
      .map((cell) => cell.trim());
    if (platform !== 'es' && platform !== 'node' && platform !== 'dom') {
      throw new Error(`docs/ARCHITECTURE.md: room ${room} has platform "${platform}"; write es, node or dom`);
    }
    return { room, mayImport: toSet(mayImport), platform, externals: toSet(externals) };
  });
}

export function readImportTable(): readonly RoomRule[] {
  return parseImportTable(readFileSync(path.join(ROOT, 'docs/ARCHITECTURE.md'), 'utf8'));
}

function toSet(cell: string): ReadonlySet<string> {
  return new Set(cell === '-' ? [] : cell.split(',').map((item) => item.trim()));
}
