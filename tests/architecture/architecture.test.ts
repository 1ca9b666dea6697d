import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { parseImportTable, readImportTable, ROOT } from './import-table.ts';
import { findViolations, isProductFile, type SourceFile } from './imports.ts';

const SRC = path.join(ROOT, 'src');
const MAX_FILE_LINES = 400;
const MAX_FUNCTION_LINES = 60;
const MAX_COMPONENT_LINES = 80;

const names = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).map((name) => name.replaceAll(path.sep, '/'));
const files: readonly SourceFile[] = names
  .filter((name) => /\.tsx?$/.test(name))
  .map((file) => ({ file, text: readFileSync(path.join(SRC, file), 'utf8') }));
const rules = readImportTable();

describe('import table', () => {
  it('holds for every file below src', () => {
    expect(files.length).toBeGreaterThan(50);
    expect(findViolations(files, rules)).toEqual([]);
  });

  it.each([
    ['engine/x.ts', `import fs from 'node:fs';`],
    ['engine/x.ts', `import { z } from 'zod';`],
    ['engine/x.ts', `import { fetchSignals } from '#telemetry';`],
    ['engine/x.ts', `export * from '../telemetry/index.ts';`],
    ['executor/x.ts', `import { analyse } from '#engine';`],
    ['executor/x.ts', `const llm = await import('#llm');`],
    ['app/x.tsx', `import { analyse } from '#engine';`],
    ['panels/a/x.tsx', `import { b } from '../b/b.ts';`],
    ['demo/host/server/x.ts', `import React from 'react';`],
    ['nowhere/x.ts', `export const a = 1;`],
  ])('refuses in %s: %s', (file, text) => {
    expect(findViolations([{ file, text }], rules)).toHaveLength(1);
  });

  it('has one tsc project and one alias per room', () => {
    const solution = readFileSync(path.join(ROOT, '.config/tsconfig/solution.json'), 'utf8');
    const aliases = Object.keys(
      (JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { imports: object }).imports
    );
    const project = (room: string) => ({ 'demo/host': 'host-page', 'demo/host/server': 'host-server' })[room] ?? room;
    expect(rules.filter(({ room }) => !solution.includes(`./${project(room)}.json`))).toEqual([]);
    expect(rules.filter(({ room }) => !room.includes('/') && !aliases.includes(`#${room}`))).toEqual([]);
  });

  it('is an error when the table is missing or malformed', () => {
    expect(() => parseImportTable('# nothing')).toThrow(/import-table/);
    expect(() =>
      parseImportTable('<!-- import-table -->\n|a|b|c|d|\n|-|-|-|-|\n| x | - | moon | - |\n<!-- /import-table -->')
    ).toThrow(/moon/);
  });
});

describe('files below src', () => {
  it('hold no JSON but plugin.json and locales, since the bundler would ship it', () => {
    const json = names.filter(
      (name) => name.endsWith('.json') && !name.endsWith('plugin.json') && !name.startsWith('locales/')
    );
    expect(json).toEqual([]);
  });

  it(`are at most ${MAX_FILE_LINES} lines long`, () => {
    const long = files.filter((source) => source.text.split('\n').length > MAX_FILE_LINES).map((source) => source.file);
    expect(long).toEqual([]);
  });

  it(`have functions of at most ${MAX_FUNCTION_LINES} lines (components ${MAX_COMPONENT_LINES})`, () => {
    expect(files.filter((source) => isProductFile(source.file)).flatMap(longFunctions)).toEqual([]);
  });

  it('leave rooms by named exports only', () => {
    const stars = files
      .filter((source) => source.file.endsWith('index.ts') && /^export \* from/m.test(source.text))
      .map((source) => source.file);
    expect(stars).toEqual([]);
  });

  it('document every export of the engine', () => {
    const bare = files
      .filter((source) => source.file.startsWith('engine/') && isProductFile(source.file))
      .flatMap(undocumentedExports);
    expect(bare).toEqual([]);
  });
});

describe('plugin layout', () => {
  const plugins = names
    .filter((name) => name.endsWith('plugin.json'))
    .map((name) => ({ name, json: JSON.parse(readFileSync(path.join(SRC, name), 'utf8')) as PluginJson }));

  it('has the root plugin.json equal to src/plugin.json', () => {
    expect(readFileSync(path.join(ROOT, 'plugin.json'), 'utf8')).toBe(
      readFileSync(path.join(SRC, 'plugin.json'), 'utf8')
    );
  });

  it('names the same Grafana in all four plugin.json files', () => {
    expect(plugins).toHaveLength(4);
    expect(new Set(plugins.map((plugin) => plugin.json.dependencies.grafanaDependency))).toEqual(new Set(['>=12.4.0']));
  });

  it('gives a backend to the nested datasource only', () => {
    const withBackend = plugins.filter(
      (plugin) => plugin.json.backend === true || plugin.json.executable !== undefined
    );
    expect(withBackend.map((plugin) => plugin.name)).toEqual(['datasource/plugin.json']);
  });

  it('declares every nested plugin in the includes of the app', () => {
    const app = plugins.find((plugin) => plugin.name === 'plugin.json');
    const declared = (app?.json.includes ?? [])
      .filter((item) => item.type === 'panel' || item.type === 'datasource')
      .map((item) => item.path);
    expect(declared.sort()).toEqual(
      plugins
        .map((plugin) => plugin.name)
        .filter((name) => name !== 'plugin.json')
        .sort()
    );
  });

  it('has no Go module near the plugin', () => {
    const go = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter(
      (name) => /(^|[/\\])go\.mod$/.test(name) && !name.includes('node_modules')
    );
    expect(
      go.map((name) => name.replaceAll(path.sep, '/')).filter((name) => !name.startsWith('tests/conformance/go/'))
    ).toEqual([]);
  });
});

interface PluginJson {
  readonly backend?: boolean;
  readonly executable?: string;
  readonly dependencies: { readonly grafanaDependency: string };
  readonly includes?: readonly { readonly type: string; readonly path: string }[];
}

/** Functions over the limit, by their own lines: those of functions inside them count there. */
function longFunctions(source: SourceFile): string[] {
  const kind = source.file.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const tree = ts.createSourceFile(source.file, source.text, ts.ScriptTarget.Latest, true, kind);
  const limit = source.file.endsWith('.tsx') ? MAX_COMPONENT_LINES : MAX_FUNCTION_LINES;
  const lineOf = (position: number): number => tree.getLineAndCharacterOfPosition(position).line + 1;
  const long: string[] = [];
  const visit = (node: ts.Node): number => {
    let inner = 0;
    ts.forEachChild(node, (child) => void (inner += visit(child)));
    if (!ts.isFunctionLike(node) || !('body' in node) || !node.body) {
      return inner;
    }
    const lines = lineOf(node.end) - lineOf(node.getStart()) + 1;
    if (lines - inner > limit) {
      long.push(`${source.file}:${lineOf(node.getStart())} has ${lines - inner} lines`);
    }
    return lines;
  };
  visit(tree);
  return long;
}

function undocumentedExports(source: SourceFile): string[] {
  const tree = ts.createSourceFile(source.file, source.text, ts.ScriptTarget.Latest, true);
  return tree.statements.flatMap((statement) => {
    const exported =
      ts.canHaveModifiers(statement) &&
      ts.getModifiers(statement)?.some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword);
    const documented = ts.getJSDocCommentsAndTags(statement).length > 0;
    return exported && !documented ? [`${source.file}: ${statement.getText().slice(0, 60).split('\n')[0]}`] : [];
  });
}
