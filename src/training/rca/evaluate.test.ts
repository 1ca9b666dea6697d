import { describe, expect, it } from 'vitest';
import { EVALUATED, evaluateItem, foldsOf, PROTOCOLS } from './evaluate.ts';
import { figuresOf } from './figures.ts';
import { toyItems } from './testing/toy-items.ts';
import { FEATURES, type TrainingItem } from './training-item.ts';

const items = toyItems(60, 4).map((item, i) => ({ ...item, causeName: `s${i % 7}`, fault: `f${i % 4}` }));
const keys: Readonly<Record<string, (item: TrainingItem) => string>> = {
  unseen: ({ system }) => system,
  service: ({ system, causeName }) => `${system} ${causeName}`,
  fault: ({ system, fault }) => `${system} ${fault}`,
};

describe('foldsOf', () => {
  it.each(PROTOCOLS)('%s tests every incident once, and never what was trained on', (protocol) => {
    const folds = foldsOf(items, protocol);
    const tested = folds.flatMap(([, test]) => test);
    expect(tested).toHaveLength(items.length);
    expect(new Set(tested).size).toBe(items.length);
    for (const [train, test] of folds) {
      expect(train.length + test.length).toBe(items.length);
      const keyOf = keys[protocol] ?? ((item: TrainingItem) => String(items.indexOf(item as (typeof items)[number])));
      const known = new Set(train.map(keyOf));
      expect(test.filter((item) => known.has(keyOf(item)))).toEqual([]);
    }
  });

  it('has one fold per unseen system, and the same ones each time', () => {
    expect(foldsOf(items, 'unseen')).toHaveLength(2);
    expect(foldsOf(items, 'case')).toEqual(foldsOf(items, 'case'));
  });

  it('never trains on systems that are for testing only', () => {
    const folds = foldsOf(items, 'unseen', new Set(['b']));
    expect(folds.flatMap(([train]) => train).filter(({ system }) => system === 'b')).toEqual([]);
    expect(folds.flatMap(([, test]) => test)).toHaveLength(items.length);
  });
});

describe('evaluateItem', () => {
  const [item] = toyItems(1, 9, 5);
  const first = Float64Array.from({ length: FEATURES }, (_, i) => (i === 0 ? 3 : 0));

  it('leaves the networks out where there is no call graph', () => {
    const member = {
      w1: new Float64Array(120),
      b1: new Float64Array(1),
      w2: new Float64Array(1),
      skip: new Float64Array(120).fill(-9),
    };
    const ranking = { prior: first, linear: first, mix: [member], simOnly: [member] };
    const judged = evaluateItem({ ...item!, hasGraph: false }, ranking);
    for (const name of EVALUATED) {
      expect(judged[name]).toMatchObject({ rank: 1 });
      expect(judged[name].confidence).toBeCloseTo(judged.linear.confidence, 12);
    }
    expect(evaluateItem(item!, ranking).network.rank).toBeGreaterThan(1);
  });

  it('gives every service the same rank where nothing is known', () => {
    const none = new Float64Array(FEATURES);
    const { linear } = evaluateItem(item!, { prior: none, linear: none, mix: [], simOnly: [] });
    expect(linear).toMatchObject({ rank: 1 });
    expect(linear.confidence).toBeCloseTo(1 / item!.rows, 12);
  });
});

describe('figuresOf', () => {
  it('counts ranks, systems and sure answers', () => {
    const judged = (system: string, rank: number, confidence: number) => ({ system, fault: 'f', rank, confidence });
    const figures = figuresOf([judged('a', 1, 0.95), judged('a', 2, 0.92), judged('b', 1, 0.4), judged('b', 4, 0.2)]);
    expect(figures).toMatchObject({ cases: 4, top1: 0.5, top3: 0.75, calibration: { sure: 2, sureAndRight: 1 } });
    expect(figures.avg5).toBeCloseTo((0.5 + 0.75 + 0.75 + 1 + 1) / 5, 12);
    expect(figures.meanOfSystems).toEqual({ top1: 0.5, top3: 0.75 });
    // bins: 0.2 wrong, 0.4 right, 0.95 + 0.92 with one right
    expect(figures.calibration.ece).toBeCloseTo((0.2 + 0.6 + 0.87) / 4, 12);
    expect(figures.top1Interval[0]).toBeCloseTo(0.15, 2); // Wilson 95 % of 2 out of 4: 0.150 to 0.850
    expect(figures.top1Interval[1]).toBeCloseTo(0.85, 2);
  });
});
