import { describe, expect, it } from 'vitest';
import { countAttribution } from './attribution.ts';
import { averagePrecision } from './average-precision.ts';
import { countEvents } from './events.ts';
import { holdOff } from './hold-off.ts';
import { countNabAlerts } from './nab-alerts.ts';
import { NAB_PROFILES, nabBest, nabScoreAt, sweepNab } from './nab-score.ts';
import { nabVusPr } from './nab-vus.ts';
import { oracleFigures } from './oracle.ts';
import { pool } from './precision-recall.ts';
import { segmentsOf } from './segments.ts';
import { labelsFrom, mixedStream } from './testing.ts';
import { vusPr } from './vus-pr.ts';

const SEGMENTS = [
  [400, 440],
  [700, 720],
] as const;
const LABELS = labelsFrom(1000, SEGMENTS);

describe('segmentsOf', () => {
  it.each([
    [[], []],
    [[0, 0], []],
    [[1, 1], [[0, 1]]],
    [
      [1, 0, 1],
      [
        [0, 0],
        [2, 2],
      ],
    ],
    [
      [0, 1, 1, 0, 1],
      [
        [1, 2],
        [4, 4],
      ],
    ],
  ])('%j', (labels, segments) => {
    expect(segmentsOf(labels)).toEqual(segments);
  });
});

describe('holdOff', () => {
  it('keeps what exceeds the points before, as they were', () => {
    expect([...holdOff([1, 5, 4, 3, 4, 4, 6, 6], 2)]).toEqual([1, 5, 0, 0, 0, 0, 6, 0]);
  });

  it('lets an alert in again after the given number of points, not earlier', () => {
    expect([...holdOff([5, 0, 0, 4, 4], 2)]).toEqual([5, 0, 0, 4, 0]);
    expect([...holdOff([5, 0, 0, 4, 4.5], 3)]).toEqual([5, 0, 0, 0, 4.5]);
  });
});

describe('the NAB score', () => {
  const file = (value: (row: number) => number) => [
    { windows: SEGMENTS, stream: Array.from({ length: 1000 }, (_, row) => value(row)) },
  ];

  it.each(Object.entries(NAB_PROFILES))('%s: the null detector gets 0, a perfect one 100', (_name, profile) => {
    const silent = sweepNab(
      file(() => 0),
      profile
    );
    expect(nabScoreAt(silent, 3)).toBe(0);
    const perfect = sweepNab(
      file((row) => (row === 400 || row === 700 ? 9 : 0)),
      profile
    );
    expect(nabScoreAt(perfect, 3)).toBeCloseTo(100, 9);
    expect(nabBest(perfect)).toEqual({ score: expect.closeTo(100, 9), threshold: 9 });
  });

  it('of a detector that always fires is below 0 at a fixed threshold, and 0 with the best one', () => {
    const always = sweepNab(
      file(() => 9),
      NAB_PROFILES.standard
    );
    expect(nabScoreAt(always, 3)).toBeLessThan(0);
    expect(nabBest(always)).toEqual({ score: 0, threshold: Number.NaN });
  });

  it('falls the later a window is found', () => {
    const at = (row: number) =>
      nabScoreAt(
        sweepNab(
          file((other) => (other === row ? 9 : 0)),
          NAB_PROFILES.standard
        ),
        3
      );
    const found = [400, 410, 420, 430, 440].map(at);
    expect(found).toEqual(found.toSorted((left, right) => right - left));
    expect(found.at(-1)).toBeGreaterThan(0);
    expect(at(441)).toBeLessThan(0);
    expect(at(399)).toBeLessThan(at(441));
  });

  it('does not count rows in probation, nor windows that lie in it', () => {
    const early = [
      {
        windows: [
          [10, 20],
          [700, 720],
        ] as const,
        stream: Array.from({ length: 1000 }, () => 0),
      },
    ];
    const sweep = sweepNab(early, NAB_PROFILES.standard);
    expect(sweep.nullTotal).toBe(-1);
    expect(sweep.perfectTotal).toBe(2);
    expect(
      nabScoreAt(
        sweepNab(
          file((row) => (row < 150 ? 9 : 0)),
          NAB_PROFILES.standard
        ),
        3
      )
    ).toBe(0);
  });

  it('is not a number without windows', () => {
    expect(nabScoreAt(sweepNab([{ windows: [], stream: mixedStream(100, 1) }], NAB_PROFILES.standard), 3)).toBeNaN();
  });
});

describe('NAB alerts', () => {
  it('are silent for 1 % of the file, then may fire again', () => {
    const stream = Array.from({ length: 1000 }, (_, row) => (row >= 395 && row <= 415 ? 5 : 0));
    // Fires at 395 (false), 405 and 415 (inside 400..440).
    expect(countNabAlerts({ windows: SEGMENTS, stream }, 3)).toEqual({
      trueAlerts: 2,
      alerts: 3,
      hit: 1,
      incidents: 2,
    });
  });

  it('that are always on have a precision near the share of labelled rows', () => {
    const { precision, recall } = pool([
      countNabAlerts({ windows: SEGMENTS, stream: new Float64Array(1000).fill(9) }, 3),
    ]);
    const prevalence = LABELS.reduce((sum, label) => sum + label, 0) / 850;
    expect(Math.abs(precision - prevalence)).toBeLessThan(0.03);
    expect(recall).toBe(1);
  });
});

describe('events', () => {
  it('count one row before to two rows after a segment as true', () => {
    const at = (row: number) =>
      countEvents(
        LABELS,
        Array.from({ length: 1000 }, (_, other) => (other === row ? 5 : 0)),
        3
      );
    expect([398, 399, 442, 443].map((row) => at(row).trueAlerts)).toEqual([0, 1, 1, 0]);
    expect(at(399)).toEqual({ trueAlerts: 1, alerts: 1, hit: 1, incidents: 2 });
  });

  it('are silent for twelve rows and never merged', () => {
    const always = countEvents(LABELS, new Float64Array(1000).fill(9), 3);
    expect(always.alerts).toBe(84);
    const { precision, recall } = pool([always]);
    expect(Math.abs(precision - 62 / 1000)).toBeLessThan(0.03);
    expect(recall).toBe(1);
  });

  it('give the later of two overlapping segments the row', () => {
    const labels = labelsFrom(20, [
      [5, 6],
      [8, 9],
    ]);
    const counts = countEvents(
      labels,
      labels.map((_, row) => (row === 7 ? 5 : 0)),
      3
    );
    expect(counts).toEqual({ trueAlerts: 1, alerts: 1, hit: 1, incidents: 2 });
  });

  it('equal a stored case', () => {
    // Origin: an independent Python program over the same stream.
    const labels = labelsFrom(300, [
      [40, 60],
      [70, 72],
      [200, 260],
    ]);
    const scores = mixedStream(300, 1).map((value, row) => value + 1.5 * (labels[row] ?? 0));
    expect(countEvents(labels, scores, 9.5)).toEqual({ trueAlerts: 8, alerts: 18, hit: 3, incidents: 3 });
  });
});

describe('pool', () => {
  it('has precision 0 without alerts and recall 0 without incidents', () => {
    expect(pool([])).toEqual({ precision: 0, recall: 0, f1: 0 });
    expect(pool([{ trueAlerts: 0, alerts: 3, hit: 0, incidents: 0 }])).toEqual({ precision: 0, recall: 0, f1: 0 });
  });
});

describe('VUS-PR', () => {
  it('of perfect scores is 1 at width 0', () => {
    expect(vusPr(LABELS, LABELS, { widest: 0, thresholds: 100 })).toBeCloseTo(1, 12);
  });

  it('of scores that say nothing is near the share of labelled rows', () => {
    expect(vusPr(LABELS, mixedStream(1000, 5), { widest: 0, thresholds: 100 })).toBeLessThan(0.15);
  });

  it('is not a number without labels', () => {
    expect(vusPr([0, 0, 0], [1, 2, 3], { widest: 2, thresholds: 3 })).toBeNaN();
  });

  it('of a constant NAB stream is the share of labelled rows', () => {
    expect(nabVusPr({ windows: SEGMENTS, stream: new Float64Array(1000) })).toBeCloseTo(62 / 850, 12);
  });

  it('of a long NAB file keeps a peak on an odd row', () => {
    const stream = new Float64Array(20_000);
    stream[15_001] = 9;
    const { length } = stream;
    expect(nabVusPr({ windows: [[15_000, 15_003]], stream })).toBeGreaterThan(0.3);
    expect(length).toBe(20_000);
  });
});

describe('average precision', () => {
  it('equals scikit-learn, with and without ties', () => {
    // Origin: sklearn.metrics.average_precision_score 1.2.1; rounded half to even, as numpy does.
    const labels = labelsFrom(300, [
      [40, 60],
      [70, 72],
      [200, 260],
    ]);
    const scores = mixedStream(300, 1).map((value, row) => value + 1.5 * (labels[row] ?? 0));
    expect(averagePrecision(labels, scores)).toBeCloseTo(0.4938659687903265, 12);
    expect(averagePrecision(labels, scores.map(roundHalfEven))).toBeCloseTo(0.44678045113398807, 12);
  });
});

function roundHalfEven(value: number): number {
  const rounded = Math.round(value);
  return Math.abs(value % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

describe('oracle figures', () => {
  it('equal a stored case', () => {
    // Origin: an independent Python program over the same stream.
    const labels = labelsFrom(300, [
      [40, 60],
      [70, 72],
      [200, 260],
    ]);
    const scores = mixedStream(300, 1).map((value, row) => value + 1.5 * (labels[row] ?? 0));
    expect(oracleFigures(labels, scores)).toEqual({
      eventF1: 1,
      pointF1: expect.closeTo(0.42786069651741293, 12),
      pointAdjustedF1: 1,
    });
  });
});

describe('attribution', () => {
  it('is judged at the row of the incident with the largest score', () => {
    const shares = [
      [0.1, 0.2, 0.3, 0.4],
      [0.6, 0.2, 0.15, 0.05],
    ];
    const interpretations = [
      { start: 0, end: 2, metrics: new Set([0]) },
      { start: 0, end: 1, metrics: new Set([1]) },
      { start: 0, end: 1, metrics: new Set([0]) },
    ];
    expect(countAttribution(interpretations, [1, 2], (row) => shares[row] ?? [])).toEqual({
      incidents: 3,
      top1: 1,
      top3: 2,
    });
  });
});
