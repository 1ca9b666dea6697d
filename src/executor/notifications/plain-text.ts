/** Characters that are not seen or that change the order of what is: controls, directions, joiners, private use. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{DI}\u2028\u2029]+/gu;

/**
 * One line of hostile text: no unseen characters, no addresses that a program would make a link of, at most `maxLength`
 * UTF-16 units.
 */
export function toLine(value: unknown, maxLength: number): string {
  return cut(withoutLinks(asText(value).replaceAll(UNSEEN, ' ').replaceAll(/\s+/gu, ' ').trim()), maxLength);
}

/** The same with line breaks. */
export function toProse(value: unknown, maxLength: number): string {
  const lines = asText(value)
    .split(/\r\n?|\n/)
    .map((line) => line.replaceAll(UNSEEN, ' ').trimEnd());
  return cut(
    withoutLinks(
      lines
        .join('\n')
        .replaceAll(/\n{3,}/g, '\n\n')
        .trim()
    ),
    maxLength
  );
}

/** Text of at most `maxLength` UTF-16 units that ends with "…" where something is missing and breaks no pair. */
function cut(text: string, maxLength: number): string {
  if (text.length <= maxLength) {
    return text;
  }
  return `${text.slice(0, Math.max(0, maxLength - 1)).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** People shall follow only the link that we add. */
function withoutLinks(text: string): string {
  return text
    .replaceAll('://', ':[//]')
    .replaceAll(/\bwww\./gi, 'www[.]')
    .replaceAll(/\bmailto:/gi, 'mailto[:]');
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? `${value}` : '';
}
