/** One kind of variable text and what stands for it in a template. */
export interface MaskRule {
  readonly name: string;
  /** Global and linear in the length of the line; matched against lines of at most 4 kB. */
  readonly pattern: RegExp;
  /** A text without which the pattern cannot match: it is not tried then. */
  readonly needs?: string;
  /** `<NAME>`: begins with `<`, so that the miner takes it for a variable. Empty: the text is left out. */
  readonly replacement: string;
}

/**
 * Variable parts of log lines, masked in this order.
 *
 * Ref: detection 11 (IPv4 with port, UUID, `blk_`, `0x` hex, numbers). Added: points in time, `host:port`, ids in hex
 * of 16 digits and more (trace and span ids), units after numbers, sizes that are said twice ("18846 bytes (18.4 KB)").
 */
export const DEFAULT_MASKS: readonly MaskRule[] = [
  {
    name: 'date',
    pattern: /\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?)?/g,
    needs: '-',
    replacement: '<TIME>',
  },
  { name: 'time', pattern: /\b\d\d:\d\d:\d\d(?:[.,]\d+)?\b/g, needs: ':', replacement: '<TIME>' },
  { name: 'ip', pattern: /\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g, needs: '.', replacement: '<IP>' },
  {
    name: 'uuid',
    pattern: /\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b/g,
    needs: '-',
    replacement: '<UUID>',
  },
  { name: 'block', pattern: /\bblk_-?\d+\b/g, needs: 'blk_', replacement: '<BLK>' },
  { name: 'hex', pattern: /\b0x[0-9a-fA-F]+\b/g, needs: '0x', replacement: '<HEX>' },
  { name: 'id', pattern: /\b(?=[a-fA-F]*\d)(?=\d*[a-fA-F])[0-9a-fA-F]{16,}\b/g, replacement: '<HEX>' },
  { name: 'host', pattern: /\b[A-Za-z][\w-]*(?:\.[\w-]+)+:\d{1,5}\b/g, needs: ':', replacement: '<HOST>' },
  { name: 'restated-size', pattern: /(?<=\d(?: bytes)?) \(\d+(?:\.\d+)? ?[kKMGT]i?B\)/g, needs: 'B)', replacement: '' },
  { name: 'minutes', pattern: /\b\d{1,2}:\d\d\b(?!:)/g, needs: ':', replacement: '<NUM>' },
  {
    name: 'number',
    pattern: /(?<![A-Za-z_\-.\d])[-+]?\d+(?:\.\d+)?(?: ?[kKMGT]?i?B| ?[munµ]s| ?secs?| ?s|%)?(?![A-Za-z_\d])/g,
    replacement: '<NUM>',
  },
];

/** Longest line that is mined, characters; the rest is cut off and the cut shows in the template. */
export const MAX_LINE_LENGTH = 4096;
/** Most tokens of a template. */
export const MAX_TOKENS = 128;
/** Token that ends a template whose lines were cut. */
export const CUT_TOKEN = '<CUT>';

const PLAIN = 0;
const SPACE = 1;
const SPLIT = 2;
const PATH = 3;
/** What each ASCII character does to a token. */
const KINDS = Uint8Array.from({ length: 128 }, (_, code) => {
  if (code <= 32 || code === 127) {
    return SPACE;
  }
  const character = String.fromCharCode(code);
  return character === '=' || character === ':' ? SPLIT : character === '/' ? PATH : PLAIN;
});
const HAS_DIGIT = /\d/;
const ESCAPE = '\u001b';
const ANSI = new RegExp(`${ESCAPE}\\[[0-9;?]*[A-Za-z]`, 'g');

/**
 * Tokens of one log line, variable parts masked.
 *
 * Colour codes are dropped; control characters and Unicode spaces separate tokens like blanks; a token is split after
 * `=` and `:`, so that `key=value` and `key:value` keep their key, but not in paths and URLs. An empty line is one empty token.
 *
 * @param line  hostile text of any length; only the first 4 kB are read
 * @param masks  in order; default {@link DEFAULT_MASKS}
 * @returns 1 to 128 tokens
 * Cost O(length) times the number of masks; lines without a digit skip the masks. Never throws.
 */
export function toTokens(line: string, masks: readonly MaskRule[] = DEFAULT_MASKS): string[] {
  const cut = line.length > MAX_LINE_LENGTH;
  let text = cut ? line.slice(0, MAX_LINE_LENGTH) : line;
  if (text.includes(ESCAPE)) {
    text = text.replace(ANSI, '');
  }
  if (HAS_DIGIT.test(text)) {
    for (const { pattern, needs, replacement } of masks) {
      if (needs === undefined || text.includes(needs)) {
        text = text.replace(pattern, replacement);
      }
    }
  }
  return split(text, cut);
}

function split(text: string, cut: boolean): string[] {
  const tokens: string[] = [];
  let start = -1;
  let path = false;
  for (let i = 0; i < text.length && tokens.length <= MAX_TOKENS; i += 1) {
    const code = text.charCodeAt(i);
    const kind = code < 128 ? KINDS[code] : isWideSpace(code) ? SPACE : PLAIN;
    if (kind === SPACE) {
      if (start >= 0) {
        tokens.push(text.slice(start, i));
        start = -1;
      }
      path = false;
      continue;
    }
    start = start < 0 ? i : start;
    if (kind === PATH) {
      path = true;
    } else if (kind === SPLIT && !path) {
      tokens.push(text.slice(start, i + 1));
      start = -1;
    }
  }
  if (start >= 0) {
    tokens.push(text.slice(start));
  }
  if (tokens.length > MAX_TOKENS) {
    tokens.length = MAX_TOKENS - 1;
    tokens.push(CUT_TOKEN);
  } else if (cut) {
    tokens[Math.min(tokens.length, MAX_TOKENS - 1)] = CUT_TOKEN;
  }
  return tokens.length === 0 ? [''] : tokens;
}

function isWideSpace(code: number): boolean {
  return code <= 160 || code === 0x2028 || code === 0x2029 || code === 0xfeff || (code >= 0x2000 && code <= 0x200a);
}
