/** What breaks lines, hides text or turns its direction. */
const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+/gu;

/** A text of telemetry as one line of at most so many characters: hostile input in sentences for people. */
export function oneLine(text: string, most: number): string {
  const line = text
    .slice(0, 8 * most + 64)
    .replace(UNSAFE, ' ')
    .replace(/\p{Cs}/gu, '\ufffd')
    .replace(/\s+/g, ' ')
    .trim();
  return line.length <= most ? line : `${line.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
