import { StoreError } from './errors.ts';

const MAX_PATTERN_LENGTH = 4096;
const CLASS_ESCAPES: Readonly<Record<string, string>> = { d: '0-9', w: '0-9A-Za-z_', s: '\\t\\n\\f\\r ' };
const CONTROL_ESCAPES = new Set(['n', 't', 'r', 'f', 'v']);
const SYNTAX = new Set('^$\\.*+?()[]{}|/');

/**
 * Compiles an RE2 pattern, the dialect of Prometheus, Loki and Tempo, for JavaScript.
 * What the two dialects do not share (look-around and back references on one side, flags, Unicode and POSIX classes on the other) is refused.
 *
 * @param pattern RE2 text, at most 4096 characters
 * @param anchored whether the whole text must match, as in label matchers
 * @throws StoreError STORE_BAD_PATTERN
 */
export function compileRe2(pattern: string, anchored: boolean): RegExp {
  if (pattern.length > MAX_PATTERN_LENGTH) {
    throw new StoreError('STORE_BAD_PATTERN', `It is longer than ${MAX_PATTERN_LENGTH} characters.`);
  }
  const flags = /^\(\?([is]+)\)/.exec(pattern);
  const dotAll = flags?.[1]?.includes('s') ?? false;
  const body = translate(pattern.slice(flags?.[0].length ?? 0), dotAll);
  const source = anchored ? `^(?:${body})$` : body;
  try {
    return new RegExp(source, flags?.[1]?.includes('i') ? 'iu' : 'u');
  } catch (cause) {
    throw new StoreError('STORE_BAD_PATTERN', `${pattern}`, { cause });
  }
}

function translate(pattern: string, dotAll: boolean): string {
  let out = '';
  let at = 0;
  while (at < pattern.length) {
    const char = String.fromCodePoint(pattern.codePointAt(at) as number);
    if (char === '\\') {
      out += translateEscape(pattern, at, false);
      at += 2;
    } else if (char === '[') {
      const [text, next] = translateClass(pattern, at);
      out += text;
      at = next;
    } else if (char === '(') {
      const [text, next] = translateGroup(pattern, at);
      out += text;
      at = next;
    } else {
      out += translateChar(pattern, at, char, dotAll);
      at += char.length;
    }
  }
  return out;
}

function translateChar(pattern: string, at: number, char: string, dotAll: boolean): string {
  if (char === '.') {
    return dotAll ? '[^]' : '[^\\n]';
  }
  if (char === '{') {
    return /^\{\d+(,\d*)?\}/.test(pattern.slice(at, at + 12)) ? char : '\\{';
  }
  if (char === '}') {
    return /\{\d+(,\d*)?$/.test(pattern.slice(Math.max(0, at - 12), at)) ? char : '\\}';
  }
  return char === ']' ? '\\]' : char;
}

function translateEscape(pattern: string, at: number, inClass: boolean): string {
  const char = pattern[at + 1];
  if (char === undefined) {
    throw new StoreError('STORE_BAD_PATTERN', `${pattern} ends in a backslash.`);
  }
  const negated = CLASS_ESCAPES[char.toLowerCase()];
  if (negated !== undefined && /[dws]/i.test(char)) {
    return escapeClass(pattern, negated, char !== char.toLowerCase(), inClass);
  }
  if (CONTROL_ESCAPES.has(char) || (!inClass && (char === 'b' || char === 'B'))) {
    return `\\${char}`;
  }
  if (/[A-Za-z0-9]/.test(char) || char > '\u007f') {
    throw new StoreError('STORE_BAD_PATTERN', `Escape \\${char} in ${pattern}.`);
  }
  return SYNTAX.has(char) || (inClass && char === '-') ? `\\${char}` : char;
}

function escapeClass(pattern: string, members: string, negated: boolean, inClass: boolean): string {
  if (inClass && negated) {
    throw new StoreError('STORE_BAD_PATTERN', `Negated escape inside a class in ${pattern}.`);
  }
  return inClass ? members : `[${negated ? '^' : ''}${members}]`;
}

function translateClass(pattern: string, start: number): [string, number] {
  let at = start + 1;
  let out = '[';
  if (pattern[at] === '^') {
    out += '^';
    at++;
  }
  for (let first = true; pattern[at] !== ']' || first; first = false) {
    const char = pattern[at];
    if (char === undefined || pattern.startsWith('[:', at)) {
      throw new StoreError('STORE_BAD_PATTERN', `Character class in ${pattern}.`);
    }
    if (char === '\\') {
      out += translateEscape(pattern, at, true);
      at += 2;
    } else {
      out += SYNTAX.has(char) ? `\\${char}` : char;
      at++;
    }
  }
  return [`${out}]`, at + 1];
}

function translateGroup(pattern: string, at: number): [string, number] {
  if (pattern[at + 1] !== '?') {
    return ['(', at + 1];
  }
  if (pattern.startsWith('(?:', at)) {
    return ['(?:', at + 3];
  }
  const named = /^\(\?P?<([A-Za-z_]\w*)>/.exec(pattern.slice(at, at + 100));
  if (named !== null) {
    return [`(?<${named[1]}>`, at + named[0].length];
  }
  throw new StoreError('STORE_BAD_PATTERN', `Group ${pattern.slice(at, at + 4)} in ${pattern}.`);
}
