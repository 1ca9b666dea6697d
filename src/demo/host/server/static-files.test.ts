import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveInside } from './static-files.ts';

let base: string;
let folder: string;

beforeAll(() => {
  base = mkdtempSync(path.join(os.tmpdir(), 'static-'));
  folder = path.join(base, 'public');
  mkdirSync(path.join(folder, 'icons'), { recursive: true });
  writeFileSync(path.join(folder, 'icons', 'a b.svg'), '<svg/>');
  writeFileSync(path.join(base, 'secret.txt'), 'secret');
  mkdirSync(path.join(base, 'public-other'));
  writeFileSync(path.join(base, 'public-other', 'x.txt'), 'x');
});
afterAll(() => rmSync(base, { recursive: true }));

describe('a path below a folder', () => {
  it.each(['icons/a%20b.svg', 'icons/a b.svg', './icons/a b.svg', 'icons/../icons/a b.svg'])('finds %s', (relative) => {
    expect(resolveInside(folder, relative)).toBe(path.join(folder, 'icons', 'a b.svg'));
  });

  it.each([
    '../secret.txt',
    '..%2fsecret.txt',
    '%2e%2e/secret.txt',
    'icons/../../secret.txt',
    'icons/%2e%2e/%2e%2e/secret.txt',
    '..\\secret.txt',
    '../public-other/x.txt',
    '/etc/passwd',
    '//etc/passwd',
    'icons',
    '',
    'absent.svg',
    'icons/a%20b.svg%00.png',
    '%E0%A4%A',
  ])('does not find %s', (relative) => {
    expect(resolveInside(folder, relative)).toBeUndefined();
  });
});
