import type { Page } from '#contracts';

/** Cuts a list that was read one item too far; that item tells whether there is a next page. */
export function toPage<T extends { readonly id: string }>(items: readonly T[], limit: number): Page<T> {
  const shown = items.slice(0, limit);
  return { items: shown, nextCursor: items.length > limit ? (shown.at(-1)?.id ?? null) : null };
}

/** A pattern of LIKE that matches a text anywhere, taken literally; written with `ESCAPE '\'`. */
export function containing(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
}
