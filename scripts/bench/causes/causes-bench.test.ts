import { describe, expect, it } from 'vitest';
import { causesPage } from './page.ts';
import { summariseCauses } from './summary.ts';
import { type CauseAnswer, type CauseResult, toAnswer } from './tasks.ts';

function answer(causes: readonly string[], change: Partial<CauseAnswer> = {}): CauseAnswer {
  return {
    decision: 'root-cause',
    verdict: 'CONFIRMED',
    ranking: [...causes, 'other'],
    causes,
    confidence: 0.9,
    rank: 1,
    ...change,
  };
}

const result = (change: Partial<CauseResult>): CauseResult => ({
  seed: 1,
  fault: 'missing-index',
  isFault: true,
  truth: ['db'],
  first: answer(['db']),
  firstAfterSeconds: 60,
  settled: answer(['db']),
  hidden: answer(['web'], { verdict: 'INCONCLUSIVE', rank: null }),
  ...change,
});

const gate = (results: readonly CauseResult[], id: RegExp) =>
  summariseCauses([1], results).gates.find((item) => id.test(item.id));

describe('toAnswer', () => {
  it('tells where the first true cause stands', () => {
    const hypotheses = ['a', 'b', 'c'].map((service) => ({ service, confidence: 0.5 })) as never;
    const report = { decision: 'root-cause', verdict: 'LIKELY', hypotheses, concurrent: 2 } as const;
    expect(toAnswer(report, ['c', 'b'])).toMatchObject({ rank: 2, causes: ['a', 'b'], confidence: 0.5 });
    expect(toAnswer(report, ['x']).rank).toBeNull();
  });
});

describe('summariseCauses', () => {
  it('counts a fault without an incident, and a report without a decision, as wrong', () => {
    const silent = result({ first: null, settled: null, hidden: null });
    const undecided = result({ settled: answer(['db'], { decision: 'no-significant-root-cause' }) });
    const { settled, first } = summariseCauses([1], [result({}), silent, undecided, result({})]);
    expect(settled).toMatchObject({ cases: 4, top1: 0.5, top3: 0.5, setPrecision: 1, setRecall: 0.75 });
    expect(first.top1).toBe(0.75);
  });

  it('wants the set of causes to be exact', () => {
    const truth = ['a', 'b', 'c'];
    const of = (causes: readonly string[]) => [result({ fault: 'triple', truth, settled: answer(causes) })];
    expect(gate(of(['c', 'a', 'b']), /three causes/)?.pass).toBe(true);
    expect(gate(of(['a', 'b']), /three causes/)?.pass).toBe(false);
    expect(gate(of(['a', 'b', 'c', 'd']), /three causes/)?.pass).toBe(false);
  });

  it('minds a wrong name only where it is given with some certainty', () => {
    expect(gate([result({})], /without the telemetry/)).toMatchObject({ value: 0, pass: true });
    expect(gate([result({ hidden: answer(['web'], { rank: null }) })], /without the telemetry/)?.pass).toBe(false);
  });

  it('minds a cause that is named for a harmless change', () => {
    const surge = result({ fault: 'traffic-surge', isFault: false, truth: [] });
    expect(gate([result({}), surge], /harmless/)?.pass).toBe(false);
    expect(gate([result({}), { ...surge, settled: null }], /harmless/)?.pass).toBe(true);
  });
});

describe('causesPage', () => {
  it('shows every fault with what was named', () => {
    const page = causesPage(summariseCauses([1, 2], [result({}), result({ settled: null })]));
    expect(page).toMatch(/missing-index \| db .* db \(C\); db \(C\) .* db \(C\); - .* web \(I\); web \(I\)/);
  });
});
