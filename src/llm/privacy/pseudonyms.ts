import type { LinearPattern } from './linear-pattern.ts';
import { PSEUDONYM_KINDS, type PseudonymKind, sensitiveSpans, type SensitiveSpan } from './sensitive-values.ts';

/** What is hidden beside what the rules know. */
export interface PseudonymOptions {
  /** Names that are not hidden because a label calls them a host or a user: services. */
  readonly keep?: readonly string[];
  /** Configured patterns. */
  readonly patterns?: readonly LinearPattern[];
}

/** How often each kind of value was hidden, by kind. */
export type HiddenCounts = Readonly<Partial<Record<PseudonymKind, number>>>;

const PSEUDONYM = new RegExp(
  String.raw`(?<![\p{L}\p{N}_])(?:${PSEUDONYM_KINDS.join('|')})_\d{1,9}(?![\p{L}\p{N}_])`,
  'giu'
);
const WORD = /[\p{L}\p{N}_]/u;
/** Shorter values are too often ordinary words or numbers to be looked for outside the place that gives them away. */
const SHORTEST_KNOWN = 5;
/** So are letters alone: `user=latency` must not hide every latency. */
const SHORTEST_KNOWN_LETTERS = 20;
const MAX_KNOWN = 2000;

/**
 * Stands in for sensitive values with pseudonyms such as `IP_1` and puts the values back. The same value has the same
 * pseudonym for as long as the object lives: one run. A value that was found once is hidden wherever it stands as a word.
 *
 * `restore(hide(text)) === text` for every text; a text that already looks like a pseudonym gets one of its own.
 */
export class Pseudonyms {
  private readonly keep: ReadonlySet<string>;
  private readonly patterns: readonly LinearPattern[];
  private readonly byValue = new Map<string, string>();
  private readonly byPseudonym = new Map<string, string>();
  private readonly known: string[] = [];
  private readonly numbers = new Map<PseudonymKind, number>();

  constructor({ keep = [], patterns = [] }: PseudonymOptions = {}) {
    this.keep = new Set(keep.map((name) => name.toLowerCase()));
    this.patterns = patterns;
  }

  /** The text as it may leave. */
  hide(text: string): string {
    const lookAlikes = [...text.matchAll(PSEUDONYM)].map(({ 0: value, index }) => span(index, value, 'NAME'));
    const configured = this.patterns.flatMap((pattern) =>
      pattern.spans(text).map(([from, to]): SensitiveSpan => ({ from, to, kind: 'PRIVATE' }))
    );
    const byRules = sensitiveSpans(text).filter(
      ({ from, to, byLabel }) => !byLabel || !this.keep.has(text.slice(from, to).toLowerCase())
    );
    const spans = merge([...configured, ...lookAlikes, ...byRules], text);
    spans.forEach(({ from, to, kind }) => this.pseudonymOf(text.slice(from, to), kind));
    return this.replace(text, merge([...spans, ...this.knownSpans(text)], text));
  }

  /** Hides in a text that was hidden before what has become known since. */
  cover(text: string): string {
    const own = [...text.matchAll(PSEUDONYM)].map(({ 0: value, index }) => span(index, value, 'NAME'));
    const isOutside = ({ from, to }: SensitiveSpan): boolean => own.every((one) => to <= one.from || from >= one.to);
    return this.replace(text, merge(this.knownSpans(text).filter(isOutside), text));
  }

  /** Puts every value back. */
  restore(text: string): string {
    return text.replace(PSEUDONYM, (found) => this.byPseudonym.get(found.toUpperCase()) ?? found);
  }

  /** Puts values back for a person to read; secrets and card numbers stay hidden. */
  reveal(text: string): string {
    return text.replace(PSEUDONYM, (found) =>
      /^(?:SECRET|CARD)_/i.test(found) ? found : (this.byPseudonym.get(found.toUpperCase()) ?? found)
    );
  }

  /** How many values of each kind were hidden. */
  get counts(): HiddenCounts {
    return Object.fromEntries([...this.numbers].filter(([kind]) => kind !== 'NAME'));
  }

  private replace(text: string, spans: readonly SensitiveSpan[]): string {
    let hidden = '';
    let at = 0;
    for (const { from, to, kind } of spans) {
      hidden += text.slice(at, from) + this.pseudonymOf(text.slice(from, to), kind);
      at = to;
    }
    return hidden + text.slice(at);
  }

  private pseudonymOf(value: string, kind: PseudonymKind): string {
    const given = this.byValue.get(value);
    if (given !== undefined) {
      return given;
    }
    const number = (this.numbers.get(kind) ?? 0) + 1;
    const pseudonym = `${kind}_${number}`;
    this.numbers.set(kind, number);
    this.byValue.set(value, pseudonym);
    this.byPseudonym.set(pseudonym, value);
    if (kind !== 'NAME' && isDistinct(value) && this.known.length < MAX_KNOWN) {
      this.known.push(value);
    }
    return pseudonym;
  }

  private knownSpans(text: string): readonly SensitiveSpan[] {
    return this.known.flatMap((value) => {
      const kind = this.kindOf(value);
      const spans: SensitiveSpan[] = [];
      for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + value.length)) {
        if (!WORD.test(text[at - 1] ?? ' ') && !WORD.test(text[at + value.length] ?? ' ')) {
          spans.push(span(at, value, kind));
        }
      }
      return spans;
    });
  }

  private kindOf(value: string): PseudonymKind {
    return (this.byValue.get(value)?.split('_')[0] ?? 'PRIVATE') as PseudonymKind;
  }
}

function isDistinct(value: string): boolean {
  const isLetters = /^\p{L}*$/u.test(value);
  const isShortNumber = /^[\d\s]*$/.test(value) && value.length < 6;
  return value.length >= (isLetters ? SHORTEST_KNOWN_LETTERS : SHORTEST_KNOWN) && !isShortNumber;
}

function span(from: number, value: string, kind: PseudonymKind): SensitiveSpan {
  return { from, to: from + value.length, kind };
}

/** Spans in order without overlaps, each widened to whole words: a pseudonym beside a letter could not be told from it. */
function merge(spans: readonly SensitiveSpan[], text: string): readonly SensitiveSpan[] {
  const sorted = spans
    .map(({ from, to, kind }, rank) => ({ ...widen(from, to, text), kind, rank }))
    .sort((a, b) => a.from - b.from || a.rank - b.rank);
  const merged: (SensitiveSpan & { readonly rank: number })[] = [];
  for (const next of sorted) {
    const last = merged.at(-1);
    if (last && next.from <= last.to) {
      const first = last.rank <= next.rank ? last : next;
      merged[merged.length - 1] = {
        from: last.from,
        to: Math.max(last.to, next.to),
        kind: first.kind,
        rank: first.rank,
      };
    } else {
      merged.push(next);
    }
  }
  return merged;
}

function widen(from: number, to: number, text: string): { readonly from: number; readonly to: number } {
  let start = from;
  let end = to;
  while (start > 0 && WORD.test(charBefore(text, start))) {
    start -= charBefore(text, start).length;
  }
  while (end < text.length && WORD.test(charAt(text, end))) {
    end += charAt(text, end).length;
  }
  return { from: start, to: end };
}

function charAt(text: string, at: number): string {
  return String.fromCodePoint(text.codePointAt(at) ?? 0);
}

function charBefore(text: string, at: number): string {
  const low = text.charCodeAt(at - 1);
  return low >= 0xdc00 && low <= 0xdfff && at >= 2 ? text.slice(at - 2, at) : (text[at - 1] ?? '');
}
