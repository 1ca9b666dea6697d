import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const ICONS = 'node_modules/@grafana/ui/dist/public/img/icons/unicons';
const ROOMS = ['src/app', 'src/ui', 'src/panels', 'src/datasource'];

/** Names in `icon="x"`, `icon: 'x'`, `<Icon name="x"`, the same with a condition, and in tables called ICONS. */
function iconsOf(text: string): string[] {
  const direct = text.matchAll(/(?:\bicon=|\bicon: |<Icon(?:Button)?\s+name=)["']([a-z-]+)["']/g);
  const places = text.matchAll(/\bicon=\{([^}]*)\}|<Icon(?:Button)?\s+name=\{([^}]*)\}|const ICONS\b[^{]*\{([^}]*)\}/g);
  const quoted = [...places].flatMap((place) => [
    ...place
      .slice(1)
      .join(' ')
      .matchAll(/'([a-z-]+)'/g),
  ]);
  return [...direct, ...quoted].map((match) => match[1] ?? '');
}

const used = ROOMS.flatMap((room) =>
  readdirSync(room, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !file.includes('.test.'))
    .flatMap((file) => iconsOf(readFileSync(path.join(room, file), 'utf8')))
);

describe('icons', () => {
  it('exist as files, of which the package lacks many that it declares', () => {
    const states = new Set(['ok', 'open', 'acknowledged', 'firing']);
    const names = [...new Set(used)].filter((name) => !states.has(name));
    expect(names).toEqual(expect.arrayContaining(['fire', 'question-circle', 'hourglass', 'sitemap', 'eye-slash']));
    expect(names.filter((name) => !existsSync(path.join(ICONS, `${name}.svg`)))).toEqual([]);
  });
});
