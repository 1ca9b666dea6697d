import { builtinModules } from 'node:module';
import path from 'node:path';
import ts from 'typescript';
import type { RoomRule } from './import-table.ts';

/** A source file by its path below `src`, with its text. */
export interface SourceFile {
  readonly file: string;
  readonly text: string;
}

/** An import that the table does not allow. `remedy` says what to do instead. */
export interface Violation {
  readonly file: string;
  readonly specifier: string;
  readonly remedy: string;
}

/** Files of a room project: everything below `src` but tests. */
export function isProductFile(file: string): boolean {
  return /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file) && !file.includes('/testing/');
}

/** The innermost room of a file; `module.tsx` at the top belongs to the app. */
export function roomOf(file: string, rules: readonly RoomRule[]): RoomRule | undefined {
  if (file === 'module.tsx') {
    return rules.find((rule) => rule.room === 'app');
  }
  const inside = rules.filter((rule) => file.startsWith(`${rule.room}/`));
  return inside.sort((a, b) => b.room.length - a.room.length)[0];
}

/** Every import of the files that the table does not allow. */
export function findViolations(files: readonly SourceFile[], rules: readonly RoomRule[]): readonly Violation[] {
  return files.filter((source) => isProductFile(source.file)).flatMap((source) => violationsOf(source, rules));
}

function violationsOf(source: SourceFile, rules: readonly RoomRule[]): Violation[] {
  const rule = roomOf(source.file, rules);
  if (!rule) {
    return [{ file: source.file, specifier: '-', remedy: 'Every file below src lies in a room of the import table.' }];
  }
  const found = ts.preProcessFile(source.text, true, true).importedFiles.map((item) => item.fileName);
  return found.flatMap((specifier) => {
    const remedy = refuse(specifier, source.file, rule, rules);
    return remedy === undefined ? [] : [{ file: source.file, specifier, remedy }];
  });
}

function refuse(specifier: string, file: string, rule: RoomRule, rules: readonly RoomRule[]): string | undefined {
  if (specifier.startsWith('.')) {
    return refuseRelative(specifier, file, rule, rules);
  }
  if (specifier.startsWith('#')) {
    const target = specifier.slice(1);
    return rule.mayImport.has(target)
      ? undefined
      : `Room ${rule.room} may import ${[...rule.mayImport].join(', ') || 'no room'}; pass what it needs as a parameter or a port.`;
  }
  if (specifier.startsWith('node:') || builtinModules.includes(specifier)) {
    return rule.platform === 'node'
      ? undefined
      : `Room ${rule.room} runs without Node; hand the value in from a process.`;
  }
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
  return rule.externals.has(name)
    ? undefined
    : `Package ${name} is not in the row of ${rule.room}; a new one needs a reason in docs/adr and a place in the table.`;
}

function refuseRelative(
  specifier: string,
  file: string,
  rule: RoomRule,
  rules: readonly RoomRule[]
): string | undefined {
  const target = path.posix.join(path.posix.dirname(file), specifier);
  const targetRule = roomOf(target, rules);
  if (targetRule === rule && !crossesPanels(file, target)) {
    return undefined;
  }
  return `Leave a room only by its alias (#${targetRule?.room ?? 'room'}), never by path.`;
}

function crossesPanels(file: string, target: string): boolean {
  const panel = (name: string) => /^panels\/([^/]+)\//.exec(name)?.[1];
  return panel(file) !== undefined && panel(target) !== undefined && panel(file) !== panel(target);
}
