import type { NavModelItem } from '@grafana/data';
import type { ShownLink } from '../services/extension-links.ts';

/** Something that the palette can go to. */
export interface PaletteEntry {
  readonly title: string;
  readonly hint: string;
  readonly path: string;
}

/** Links that plugins add, then the pages. */
export function toPaletteEntries(links: readonly ShownLink[], pages: readonly NavModelItem[]): readonly PaletteEntry[] {
  return [...links.map(({ title, description, path }) => ({ title, hint: description, path })), ...toPages(pages)];
}

function toPages(pages: readonly NavModelItem[]): PaletteEntry[] {
  return pages.flatMap(({ text, url, children }) => [
    ...(url === undefined ? [] : [{ title: text, hint: 'Page', path: url }]),
    ...toPages(children ?? []),
  ]);
}

/** Entries that have every word, in the title or in the hint. */
export function findEntries(entries: readonly PaletteEntry[], text: string): readonly PaletteEntry[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return entries.filter(({ title, hint }) => {
    const all = `${title} ${hint}`.toLowerCase();
    return words.every((word) => all.includes(word));
  });
}
