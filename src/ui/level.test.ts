import { describe, expect, it } from 'vitest';
import type { AnomalyReading } from '#model';
import { countLevels, describeReading, sortByUrgency, toLevel, toScoreLevel } from './level.ts';
import { NO_DATA, scored, serviceState } from './testing/records.ts';

describe('levels', () => {
  it.each([
    [0, 'normal'],
    [0.699, 'normal'],
    [0.7, 'warning'],
    [0.8, 'alert'],
    [0.9, 'critical'],
    [1, 'critical'],
    [Number.NaN, 'unknown'],
    [null, 'unknown'],
    [undefined, 'unknown'],
  ] as const)('score %s is %s', (score, level) => expect(toScoreLevel(score)).toBe(level));

  it('never takes a missing reading or a score that is no number for normal', () => {
    expect([toLevel(undefined), toLevel(NO_DATA), toLevel(scored(Number.NaN))]).toEqual([
      'unknown',
      'unknown',
      'unknown',
    ]);
  });

  it.each<[AnomalyReading | undefined, string]>([
    [scored(0.974), 'Critical 0.97'],
    [NO_DATA, 'Unknown: no data'],
    [
      { kind: 'unknown', why: 'warming-up', have: 4, need: 60 },
      'Unknown: still learning what is usual (4 of 60 samples)',
    ],
    [undefined, 'Unknown: no reading'],
  ])('describes a reading: %j', (reading, text) => expect(describeReading(reading)).toBe(text));
});

describe('sortByUrgency', () => {
  it('puts anomalous services first, unknown ones before normal ones, equal ones by name', () => {
    const rows = [
      serviceState('b', scored(0.1)),
      serviceState('u', NO_DATA),
      serviceState('w', scored(0.75)),
      serviceState('a', scored(0.1)),
      serviceState('c', scored(0.95)),
      serviceState('n', scored(0.3)),
    ];
    expect(sortByUrgency(rows).map(({ service }) => service)).toEqual(['c', 'w', 'u', 'n', 'a', 'b']);
  });

  it('counts unknown services as unknown', () => {
    expect(countLevels([serviceState('u', NO_DATA), serviceState('c', scored(0.95))])).toEqual({
      normal: 0,
      warning: 0,
      alert: 0,
      critical: 1,
      unknown: 1,
    });
  });
});
