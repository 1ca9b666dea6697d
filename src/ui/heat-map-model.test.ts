import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toScoreLevel } from './level.ts';
import { describeCell, type HeatMapRow, moveFocus, sortRows, toCellText, toStretch } from './heat-map-model.ts';

const row = (service: string, ...scores: ReadonlyArray<number | null>): HeatMapRow => ({
  service,
  cells: scores.map((score, index) => ({ atMs: index * 300_000, score, level: toScoreLevel(score) })),
});

describe('cells', () => {
  it('carry their level as a digit or words, never by colour alone', () => {
    const texts = row('a', 0.1, 0.7, 0.89, 1, null).cells.map(toCellText);
    expect(texts).toEqual(['', '7', '8', '9', '']);
    expect(describeCell({ atMs: 0, score: null, level: 'unknown' }, 300)).toContain('Unknown');
    expect(describeCell({ atMs: 0, score: 0.97, level: 'critical' }, 300)).toMatch(/^Critical 0.97, .+ to .+$/);
  });
});

describe('rows', () => {
  it('begin with present trouble, then past, then unknown, then normal', () => {
    const rows = [
      row('normal', 0.1, 0.2),
      row('over', 0.95, 0.1),
      row('now', 0.1, 0.8),
      row('silent', null, null),
      row('lost', 0.1, null),
    ];
    expect(sortRows(rows).map(({ service }) => service)).toEqual(['now', 'over', 'silent', 'lost', 'normal']);
  });
});

describe('the stretch of a cell', () => {
  it.each([
    [1, 300_000, 900_000],
    [2, 300_000, 900_000],
    [0, 0, 300_000],
    [4, 1_200_000, 1_800_000],
    [3, 900_000, 1_200_000],
  ])('%i is from %i to %i', (column, fromMs, toMs) => {
    expect(toStretch(row('a', 0.1, 0.8, 0.95, 0.2, null, null), column, 300)).toEqual({ service: 'a', fromMs, toMs });
  });

  it('is none outside of the row', () => expect(toStretch(row('a'), 0, 300)).toBeUndefined());
});

describe('keys', () => {
  it('stay inside of the grid and leave other keys alone', () => {
    const key = fc.constantFrom('ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Home', 'End', 'PageUp', 'PageDown');
    fc.assert(
      fc.property(key, fc.nat(9), fc.nat(9), (name, line, column) => {
        const next = moveFocus(name, { row: line, column }, { rows: 10, columns: 10 });
        expect(next?.row).toBeGreaterThanOrEqual(0);
        expect(next?.row).toBeLessThan(10);
        expect(next?.column).toBeGreaterThanOrEqual(0);
        expect(next?.column).toBeLessThan(10);
      })
    );
    expect(moveFocus('Tab', { row: 0, column: 0 }, { rows: 1, columns: 1 })).toBeUndefined();
    expect(moveFocus('constructor', { row: 0, column: 0 }, { rows: 1, columns: 1 })).toBeUndefined();
  });
});
