import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeAt, describeNow, describeState, rankRows } from './panel-state.ts';
import { describeSegment, toSegments } from './score-segments.ts';
import type { PointCode, ScoreSeries } from './score-series.ts';

const STEP = 60_000;

function series(scores: ReadonlyArray<number | null>, change: Partial<ScoreSeries> = {}): ScoreSeries {
  return { service: 'a', timesMs: scores.map((_, index) => index * STEP), scores, notices: [], ...change };
}
const whole = ({ timesMs }: ScoreSeries) => ({ fromMs: 0, toMs: (timesMs.at(-1) ?? 0) + STEP });
const levels = (item: ScoreSeries, window = whole(item)) =>
  toSegments(item, window).map(({ level, code }) => `${level}/${code}`);

describe('segments', () => {
  it('join an anomalous stretch whatever its level, with the peak and its reason', () => {
    const item = series([0.1, 0.72, 0.95, 0.81, 0.2], { reasons: new Map([[2, 'Because.']]) });
    const segments = toSegments(item, whole(item));
    expect(segments).toHaveLength(3);
    expect(segments[1]).toMatchObject({
      fromMs: STEP,
      toMs: 4 * STEP,
      level: 'critical',
      peak: 0.95,
      reason: 'Because.',
    });
    expect(describeSegment(segments[1] as never)).toMatch(/: Critical 0.95. Because.$/);
  });

  it('name each kind of missing or doubtful data', () => {
    const codes: PointCode[] = [
      'warming-up',
      'warming-up',
      'ok',
      'constant',
      'stale',
      'counter-reset',
      'out-of-range',
      'sparse',
    ];
    const scores = [null, null, 0.1, 0.1, null, null, null, 0.2];
    expect(levels(series(scores, { codes }))).toEqual([
      'unknown/warming-up',
      'normal/ok',
      'normal/constant',
      'unknown/stale',
      'unknown/counter-reset',
      'unknown/out-of-range',
      'normal/sparse',
    ]);
  });

  it('show times without a point as gaps, at the beginning and the end as well', () => {
    const item = { ...series([0.1, 0.1, 0.1, 0.1]), timesMs: [600_000, 660_000, 1_200_000, 1_260_000] };
    expect(levels(item, { fromMs: 0, toMs: 1_800_000 })).toEqual([
      'unknown/no-data',
      'normal/ok',
      'unknown/gap',
      'normal/ok',
      'unknown/no-data',
    ]);
    expect(levels(series([]), { fromMs: 0, toMs: 1 })).toEqual(['unknown/no-data']);
  });

  it('cover the time from the first to the last point without holes, and never call an unknown point normal', () => {
    const score = fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: null });
    fc.assert(
      fc.property(fc.array(score, { minLength: 2, maxLength: 60 }), (scores) => {
        const item = series(scores);
        const segments = toSegments(item, whole(item));
        expect(segments[0]?.fromMs).toBe(0);
        segments.slice(1).forEach((segment, index) => expect(segment.fromMs).toBe(segments[index]?.toMs));
        scores.forEach((value, index) => {
          const at = segments.find(({ fromMs, toMs }) => index * STEP >= fromMs && index * STEP < toMs);
          expect(at?.level === 'unknown').toBe(value === null);
          expect((at?.peak ?? 0) >= 0.7).toBe((value ?? 0) >= 0.7);
        });
      })
    );
  });
});

describe('the state in words', () => {
  const row = (item: ScoreSeries) => ({ series: item, segments: toSegments(item, whole(item)) });
  const normal = row(series([0.1, 0.1], { service: 'n' }));
  const bad = row(series([0.1, 0.95], { service: 'b', reasons: new Map([[1, 'High.']]) }));
  const learning = row(
    series([null, null], { service: 'l', codes: ['warming-up', 'warming-up'], learning: { have: 2, need: 92 } })
  );

  it('puts what is wrong first', () => {
    expect(rankRows([normal, learning, bad]).map(({ series: { service } }) => service)).toEqual(['b', 'l', 'n']);
  });

  it('says what is not normal, with reasons', () => {
    expect(describeNow([normal])).toBe('Now: normal.');
    expect(describeNow([bad, learning, normal])).toBe(
      'Now: b critical 0.95 (High); l unknown: still learning what is usual (2 of 92 samples).'
    );
  });

  it('says what is left out and what is still being judged', () => {
    expect(describeState([bad, normal], ['Only some.'], undefined, 1)).toBe(
      'Now: b critical 0.95 (High). The strip shows the 1 strangest of 2. Only some.'
    );
    expect(describeState([bad], [], { done: 2, total: 20 }, 5)).toBe('Judging 3 of 20 series …');
  });

  it('reads an instant, what is strange first', () => {
    expect(describeAt([bad, normal], [], STEP)).toEqual(['b: Critical 0.95. High.', '1 more normal']);
    expect(describeAt([bad, normal], [], 0)).toEqual(['b: Normal 0.10.', 'n: Normal 0.10.']);
    expect(describeAt([bad], [], 10 * STEP)).toEqual([]);
  });

  it('gives the values of an instant beside the expected ones, as long as there are few', () => {
    const valued = (name: string) =>
      series([0.1, 0.1], { signalName: name, signal: { unit: 's', values: [1, 2], lower: [0, 0], upper: [3, 3] } });
    expect(describeAt([bad], [valued('p95')], STEP)).toEqual(['b: Critical 0.95.', '2 s, expected 0 s to 3 s']);
    expect(describeAt([], [valued('p95')], STEP)).toEqual(['2 s, expected 0 s to 3 s']);
    expect(describeAt([], [valued('p95'), valued('p99')], 0)).toEqual([
      'p95 1 s, expected 0 s to 3 s',
      'p99 1 s, expected 0 s to 3 s',
    ]);
    expect(
      describeAt(
        [],
        Array.from({ length: 5 }, () => valued('p95')),
        0
      )
    ).toEqual([]);
    expect(describeAt([], [valued('p95')], -1)).toEqual([]);
  });
});
