/** Characters that are not seen or that change the order of what is: controls, directions, joiners, private use. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{DI}\u2028\u2029]+/gu;
/** Longest text of one place; telemetry can be endless. */
const MAX_LENGTH = 2000;

/** Not seen, and no letter: stops programs from making a link or a mention of what stands around it. */
const WORD_JOINER = '\u2060';

/** One line of hostile text without unseen characters, cut where it is endless. */
export function toPlainLine(text: string): string {
  const line = text.replaceAll(UNSEEN, ' ').replaceAll(/\s+/gu, ' ').trim();
  return line.length <= MAX_LENGTH ? line : `${line.slice(0, MAX_LENGTH).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** The same with line breaks, for code. */
export function toPlainCode(text: string): string {
  return text
    .split(/\r\n?|\n/)
    .map((line) => line.replaceAll(UNSEEN, ' ').trimEnd())
    .join('\n')
    .trim()
    .slice(0, MAX_LENGTH);
}

/** Breaks what programs find in finished text and turn into links or mentions: addresses, `@name`, `#123`. */
export function withoutAutolinks(line: string): string {
  return line
    .replaceAll(/:(?=\/\/)|mailto:|www(?=\.)|[@#](?=[\p{L}\p{N}_])/giu, (found) => `${found}${WORD_JOINER}`)
    .replaceAll(/(?<=[\p{L}\p{N}])\.(?=[\p{L}\p{N}._%+-]*@)/giu, `.${WORD_JOINER}`);
}

/**
 * An absolute address that may be followed; undefined for everything but http and https. Characters that end a link in
 * Markdown or a cell of a table are encoded.
 * @param address absolute, or absolute within `base`
 */
export function toSafeUrl(address: string, base: string): string | undefined {
  if (!URL.canParse(address, base)) {
    return undefined;
  }
  const { href, protocol } = new URL(address, base);
  return protocol === 'http:' || protocol === 'https:'
    ? href.replaceAll(/[()'*|<>"`\\[\]{}\s]/g, (found) => `%${found.charCodeAt(0).toString(16).toUpperCase()}`)
    : undefined;
}

/** UTC to the second, the same for every reader. */
export function toUtc(atMs: number): string {
  return Math.abs(atMs) <= 8.64e15
    ? `${new Date(atMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`
    : 'unknown time';
}
