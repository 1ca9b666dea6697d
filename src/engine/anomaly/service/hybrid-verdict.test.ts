import { describe, expect, it } from 'vitest';
import type { HybridVerdict } from '#model';
import { hybridVerdict, VERDICT_ORDER, type VerdictInput } from './hybrid-verdict.ts';

const QUIET: VerdictInput = {
  failedShare: 0,
  forest: 0,
  subPca: 0,
  ensemble: 0,
  flagged: 0,
  ewmaScored: 11,
  forestFitted: true,
  requireCorroboration: false,
};

const FAILED = [0, 0.3, 0.31, 1, NaN];
const FOREST = [0, 2.99, 3, 4.99, 5, 12, NaN];
const FLAGGED = [0, 1, 2, 11];
const ENSEMBLE = [0, 4.99, 5, 12, NaN];
const SUB_PCA = [0, 3, NaN];
const EITHER = [false, true];

const ALL: readonly VerdictInput[] = FAILED.flatMap((failedShare) =>
  FOREST.flatMap((forest) =>
    FLAGGED.flatMap((flagged) =>
      ENSEMBLE.flatMap((ensemble) =>
        SUB_PCA.flatMap((subPca) =>
          EITHER.flatMap((requireCorroboration) =>
            EITHER.flatMap((forestFitted) =>
              [0, 1, 2].map((ewmaScored) => ({
                failedShare,
                forest,
                flagged,
                ensemble,
                subPca,
                requireCorroboration,
                forestFitted,
                ewmaScored,
              }))
            )
          )
        )
      )
    )
  )
);

/** The documented table, row by row, written as a lookup. */
function documented(input: VerdictInput): HybridVerdict {
  if (!(input.failedShare <= 0.3)) {
    return 'UNKNOWN';
  }
  const byFlags = (['OK', 'LOG_ONLY'] as const)[input.flagged] ?? 'WARNING';
  const raised = byFlags === 'LOG_ONLY' && input.ensemble >= 5 ? 'WARNING' : byFlags;
  if (Number.isNaN(input.forest)) {
    const ignorant = !input.forestFitted && input.ewmaScored < 2;
    return input.flagged === 0 && ignorant ? 'UNKNOWN' : raised;
  }
  if (input.forest >= 5) {
    const alone = input.requireCorroboration && !(input.subPca >= 3) && input.flagged === 0;
    return alone ? 'WARNING' : 'CRITICAL';
  }
  return input.forest >= 3 ? 'WARNING' : raised;
}

describe('hybridVerdict', () => {
  it.each([
    ['a critical forest', { forest: 5 }, 'CRITICAL'],
    ['a critical forest alone, where it must be confirmed', { forest: 6, requireCorroboration: true }, 'WARNING'],
    ['the same, confirmed by a jump', { forest: 6, requireCorroboration: true, flagged: 1 }, 'CRITICAL'],
    ['the same, confirmed by sub-PCA', { forest: 6, requireCorroboration: true, subPca: 3 }, 'CRITICAL'],
    ['a warning forest', { forest: 3 }, 'WARNING'],
    ['two jumps', { flagged: 2 }, 'WARNING'],
    ['one jump', { flagged: 1 }, 'LOG_ONLY'],
    ['one jump and a critical ensemble', { flagged: 1, ensemble: 5 }, 'WARNING'],
    ['a critical ensemble without any jump', { ensemble: 12 }, 'OK'],
    ['nothing', {}, 'OK'],
    ['failed data, whatever the rest', { failedShare: 0.4, forest: 12, flagged: 5 }, 'UNKNOWN'],
    ['no forest and two jumps', { forest: NaN, flagged: 2 }, 'WARNING'],
    ['no forest and one jump', { forest: NaN, flagged: 1 }, 'LOG_ONLY'],
    ['no forest for now', { forest: NaN }, 'OK'],
    ['no forest ever and no EWMA', { forest: NaN, forestFitted: false, ewmaScored: 1 }, 'UNKNOWN'],
    ['no forest ever but EWMA', { forest: NaN, forestFitted: false, ewmaScored: 2 }, 'OK'],
  ] as const)('%s', (_, change, expected) => {
    expect(hybridVerdict({ ...QUIET, ...change }).verdict).toBe(expected);
  });

  it('agrees with the table in all combinations', () => {
    expect(ALL).toHaveLength(5 * 7 * 4 * 5 * 3 * 2 * 2 * 3);
    expect(ALL.filter((input) => hybridVerdict(input).verdict !== documented(input))).toEqual([]);
  });

  it('never falls when the forest rises or more features jump', () => {
    const rank = (input: VerdictInput): number => VERDICT_ORDER.indexOf(hybridVerdict(input).verdict);
    const known = ALL.filter((input) => input.failedShare <= 0.3 && !Number.isNaN(input.forest));
    const falls = known.filter(
      (input) =>
        rank({ ...input, flagged: input.flagged + 1 }) < rank(input) ||
        rank({ ...input, forest: input.forest + 2 }) < rank(input)
    );
    expect(falls).toEqual([]);
  });

  it('says EWMA only where it decided alone', () => {
    expect(hybridVerdict({ ...QUIET, forest: NaN, flagged: 2 }).note).toContain('EWMA only');
    expect(hybridVerdict({ ...QUIET, failedShare: 0.5 }).note).toContain('50 %');
  });
});
