import type { Evidence } from '#model';

/** A fact without its number. */
export type EvidenceEntry = Omit<Evidence, 'number'>;

/**
 * Numbers facts in the order in which they are first cited. The same key gives the same number.
 *
 * Cost O(1) per citation.
 */
export class EvidenceBook {
  private readonly numbers = new Map<string, number>();
  private readonly entries: Evidence[] = [];

  /** Cites a fact; `make` is called only at its first citation. */
  cite(key: string, make: () => EvidenceEntry): number {
    const known = this.numbers.get(key);
    if (known !== undefined) {
      return known;
    }
    const number = this.entries.length + 1;
    this.numbers.set(key, number);
    this.entries.push({ number, ...make() });
    return number;
  }

  /** All facts cited so far, by number. */
  list(): readonly Evidence[] {
    return this.entries;
  }
}

/**
 * Citations as text.
 *
 * @param numbers  evidence numbers
 * @returns such as `[1][4]`, ascending and without repeats; empty for none
 * Cost O(n log n).
 */
export function citations(numbers: readonly number[]): string {
  return [...new Set(numbers)]
    .sort((left, right) => left - right)
    .map((number) => `[${number}]`)
    .join('');
}
