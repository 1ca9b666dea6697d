import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogLine } from '#model';
import { changedPatterns, type PatternWindows } from './changed-patterns.ts';

const lines = (count: number, text: (i: number) => string, level = 'info'): readonly LogLine[] =>
  Array.from({ length: count }, (_, i) => ({ atMs: i, labels: { level }, line: text(i) }));

const windows = (fields: Partial<PatternWindows>): PatternWindows => ({
  baseline: [],
  incident: [],
  seconds: [3600, 600],
  shares: [1, 1],
  ...fields,
});

const served = (i: number): string => `served request ${i} in ${i % 7} ms`;

describe('changed patterns', () => {
  it('finds a new error before a louder new info line, with its samples', () => {
    const failed = lines(40, (i) => `pool exhausted after ${i} ms`, 'error');
    const incident = [...lines(100, served), ...failed, ...lines(40, (i) => `cache warmed ${i} keys`)];
    const found = changedPatterns(windows({ baseline: lines(600, served), incident }), 5);
    expect(found.map(({ template, severity, count, isNew }) => ({ template, severity, count, isNew }))).toEqual([
      { template: 'pool exhausted after <NUM>', severity: 'error', count: 40, isNew: true },
      { template: 'cache warmed <NUM> keys', severity: 'info', count: 40, isNew: true },
    ]);
    expect(found[0]?.samples.map(({ line }) => line)).toEqual([0, 19, 39].map((i) => `pool exhausted after ${i} ms`));
  });

  it('measures more and fewer lines against as long a time', () => {
    const baseline = [...lines(600, served), ...lines(60, (i) => `retry ${i} of call`, 'warn')];
    const incident = [...lines(10, served), ...lines(90, (i) => `retry ${i} of call`, 'warn')];
    const found = changedPatterns(windows({ baseline, incident }), 5);
    expect(found.map(({ count, usualCount, isNew }) => [count, usualCount, isNew])).toEqual([
      [90, 10, false],
      [10, 100, false],
    ]);
  });

  it('counts the whole log where only a part of it was read', () => {
    const incident = lines(30, (i) => `disk ${i} is full`, 'error');
    const found = changedPatterns(windows({ baseline: lines(600, served), incident, shares: [1, 0.1] }), 5);
    expect(found.find(({ isNew }) => isNew)).toMatchObject({ count: 300, usualCount: 0 });
  });

  it('says nothing of a log that goes on as before, nor of windows without length', () => {
    expect(changedPatterns(windows({ baseline: lines(600, served), incident: lines(104, served) }), 5)).toEqual([]);
    expect(changedPatterns(windows({ incident: lines(50, served), seconds: [0, 600] }), 5)).toEqual([]);
    expect(changedPatterns(windows({ incident: lines(50, served) }), 5)).toMatchObject([{ count: 50, isNew: true }]);
  });

  it('survives any text, and keeps within its bound', () => {
    const anyLine = fc.record({ atMs: fc.nat(), labels: fc.constant({}), line: fc.string({ unit: 'binary' }) });
    const anyLines = fc.array(anyLine, { maxLength: 20 });
    fc.assert(
      fc.property(anyLines, anyLines, fc.double(), (baseline, incident, share) => {
        const found = changedPatterns(windows({ baseline, incident, shares: [1, share] }), 4);
        expect(found.length).toBeLessThanOrEqual(4);
        expect(found.every(({ count, usualCount }) => Number.isFinite(count) && Number.isFinite(usualCount))).toBe(
          true
        );
      })
    );
  });
});
