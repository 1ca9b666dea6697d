import { RE2JS } from '@bufbuild/re2';

/** Sum of all counted repetitions in a pattern: they are written out by the compiler. */
const MAX_REPETITIONS = 512;
/** Texts that no parameter needs and that some program reads as more than text. A pattern must refuse all of them. */
const PROBES: readonly string[] = [
  '-rf',
  '--output=x',
  '$(id)',
  '`id`',
  '; id',
  'a;id',
  '| id',
  'a|b',
  'a&&b',
  'a>b',
  '../../etc/passwd',
  '..',
  '{{ .x }}',
  '${x}',
  '"',
  "a'b",
  'a"b',
  '"} or vector(1) or {a="',
  'a\nb',
  'a\u0000b',
  'a\u202eb',
  'a b',
  '%s%n',
  '<script>',
];

/** Thrown for a pattern that is not accepted, with the reason. */
export class PatternRefused extends Error {
  override readonly name = 'PatternRefused';
}

/**
 * Compiles a pattern (syntax RE2, always for the whole text) that matches in linear time.
 * @throws PatternRefused when it is wrong, too costly, or so open that it would let commands or query text through
 */
export function compilePattern(pattern: string): (text: string) => boolean {
  const counts = [...pattern.matchAll(/\{(\d{1,4})(?:,(\d{0,4}))?\}/g)];
  const total = counts.reduce((sum, [, low = '0', high]) => sum + Math.max(Number(low), Number(high ?? 0)), 0);
  if (total > MAX_REPETITIONS || /\)[*+?]?\{/.test(pattern)) {
    throw new PatternRefused('it repeats too much: count single characters only, at most 512 in all');
  }
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(pattern);
  } catch (error) {
    throw new PatternRefused(error instanceof Error ? error.message.slice(0, 160) : 'it is no pattern');
  }
  const open = PROBES.find((probe) => compiled.testExact(probe));
  if (open !== undefined) {
    throw new PatternRefused(`it accepts ${JSON.stringify(open)}: list the characters that may occur`);
  }
  return (text) => compiled.testExact(text);
}
