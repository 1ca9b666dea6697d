import { parseError } from './errors.ts';

const DURATION = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;
const UNITS_MS = [31_536_000_000, 604_800_000, 86_400_000, 3_600_000, 60_000, 1_000, 1];

/** Parses a Prometheus duration such as `1h30m` to milliseconds; undefined when it is none. */
export function parseDurationMs(text: string): number | undefined {
  if (text === '0') {
    return 0;
  }
  const parts = text === '' ? null : DURATION.exec(text);
  if (parts === null) {
    return undefined;
  }
  return UNITS_MS.reduce((sum, unit, index) => sum + Number(parts[index + 1] ?? 0) * unit, 0);
}

/**
 * Reads a number as Prometheus' lexer does: decimal, hexadecimal, octal with a leading 0, Inf and NaN in any case.
 * @throws PromqlError for durations and digit separators, which only newer servers take as numbers
 */
export function parseNumber(text: string): number {
  const lower = text.toLowerCase();
  if (lower === 'inf') {
    return Number.POSITIVE_INFINITY;
  }
  if (lower === 'nan') {
    return Number.NaN;
  }
  if (/^0[0-7]+$/.test(lower)) {
    return Number.parseInt(lower, 8);
  }
  if (/^0x[0-9a-f]+$/.test(lower) || /^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/.test(lower)) {
    return Number(lower);
  }
  throw parseError(`bad number or duration syntax: ${JSON.stringify(text)}`);
}

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};

/**
 * Reads a quoted string with Go's escapes.
 * @throws PromqlError when it is unterminated or has an escape that Go does not know
 */
export function parseString(text: string): string {
  const quote = text[0] as string;
  if (text.length < 2 || !text.endsWith(quote)) {
    throw parseError('unterminated quoted string');
  }
  const body = text.slice(1, -1);
  if (quote === '`') {
    return body;
  }
  let out = '';
  for (let at = 0; at < body.length;) {
    const char = body[at] as string;
    if (char === '\n') {
      throw parseError('unterminated quoted string');
    }
    const [piece, length] = char === '\\' ? readEscape(body.slice(at), quote) : ([char, 1] as const);
    out += piece;
    at += length;
  }
  return out;
}

const NUMERIC_ESCAPES: readonly (readonly [pattern: RegExp, radix: number, largest: number])[] = [
  [/^\\x([0-9a-fA-F]{2})/, 16, 0x7f],
  [/^\\u([0-9a-fA-F]{4})/, 16, 0xffff],
  [/^\\U([0-9a-fA-F]{8})/, 16, 0x10ffff],
  [/^\\([0-3][0-7]{2})/, 8, 0x7f],
];

function readEscape(text: string, quote: string): readonly [string, number] {
  const kind = text[1] ?? '';
  const simple = kind === quote ? quote : SIMPLE_ESCAPES[kind];
  if (simple !== undefined) {
    return [simple, 2];
  }
  for (const [pattern, radix, largest] of NUMERIC_ESCAPES) {
    const match = pattern.exec(text);
    const code = Number.parseInt(match?.[1] ?? '', radix);
    if (match !== null && code <= largest && (code < 0xd800 || code > 0xdfff)) {
      return [String.fromCodePoint(code), match[0].length];
    }
  }
  throw parseError(`unknown escape sequence ${text.slice(0, 4)}`);
}
