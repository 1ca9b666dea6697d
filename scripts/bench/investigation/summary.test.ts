import { describe, expect, it } from 'vitest';
import { investigationPage } from './page.ts';
import { summariseInvestigations } from './summary.ts';
import type { InvestigationResult, ModelFigures } from './tasks.ts';

const answer = (change: Partial<InvestigationResult['answer']> = {}): InvestigationResult['answer'] => ({
  decision: 'root-cause',
  verdict: 'CONFIRMED',
  ranking: ['db'],
  causes: ['db'],
  confidence: 0.9,
  rank: 1,
  ...change,
});
const model = (change: Partial<ModelFigures> = {}): ModelFigures => ({
  seconds: 0.2,
  calls: 1,
  tokensIn: 2000,
  tokensOut: 200,
  queries: 0,
  isWritten: true,
  cut: 2,
  ungrounded: 0,
  isUnchanged: true,
  ...change,
});
const result = (change: Partial<InvestigationResult> = {}): InvestigationResult => ({
  seed: 1,
  fault: 'missing-index',
  isFault: true,
  truth: ['db'],
  isFound: true,
  answer: answer(),
  evidence: 10,
  seconds: 1,
  queries: 40,
  bytes: 1e6,
  claims: { checked: { citation: 50, value: 20, baseline: 20, text: 10 }, failed: [], withoutQuery: 1 },
  explain: model(),
  investigate: model({ calls: 2 }),
  hidden: answer({ verdict: 'INCONCLUSIVE', rank: null }),
  ...change,
});
const quiet = (change: Partial<InvestigationResult> = {}): InvestigationResult =>
  result({
    fault: 'nothing',
    isFault: false,
    truth: [],
    isFound: false,
    answer: answer({ decision: 'no-significant-root-cause', causes: [], rank: null }),
    hidden: null,
    ...change,
  });
const missed = (...results: readonly InvestigationResult[]) =>
  summariseInvestigations([1], results, 2).gates.flatMap(({ id, pass }) => (pass ? [] : [id]));

describe('the floors', () => {
  it('are kept where everything is as it should be', () => {
    expect(missed(result(), quiet())).toEqual([]);
  });

  it.each<[string, readonly InvestigationResult[], RegExp]>([
    ['another cause is first', [result({ answer: answer({ rank: 2 }) })], /cause named first/],
    ['nothing is decided', [result({ answer: answer({ decision: 'insufficient-data' }) })], /cause named first/],
    ['somebody is blamed for nothing', [result(), quiet({ answer: answer() })], /nothing wrong/],
    ['a blind report is sure', [result({ hidden: answer({ verdict: 'LIKELY' }) })], /telemetry of the cause/],
    [
      'claims do not hold',
      [result({ claims: { ...result().claims, failed: [1, 2].map(() => ({ kind: 'value', detail: '' })) } })],
      /claims that hold/,
    ],
    ['a report is late', [result({ seconds: 11 })], /slowest report/],
    ['a call is too long', [result({ explain: model({ tokensIn: 4100 }) })], /longest explaining call/],
    ['an untrue sentence passes', [result({ investigate: model({ cut: 1 }) })], /untrue sentences/],
    ['a sentence cites nothing', [result({ explain: model({ ungrounded: 1 }) })], /cite nothing/],
    ['the model changes the ranking', [result({ explain: model({ isUnchanged: false }) })], /changed what the engine/],
  ])('are missed when %s', (_, results, id) => {
    expect(missed(...results)).toMatchObject([expect.stringMatching(id)]);
  });
});

describe('the page', () => {
  it('shows each fault, what was answered, and what did not hold', () => {
    const machine = { cpu: 'c', cores: 2, node: '24', date: '2026-01-01', load: 1, workers: 2 };
    const failed = [{ kind: 'value' as const, detail: '[3] metric: 5 | 6' }];
    const results = [result({ claims: { ...result().claims, failed } }), quiet({ explain: null, investigate: null })];
    const page = investigationPage({ ...summariseInvestigations([1], results, 2), machine });
    expect(page).toMatch(/missing-index +\| db +\| db \(C\) +\| db \(I\)/);
    expect(page).toMatch(/nothing +\| +\| - +\| +\|/);
    expect(page).toContain('- missing-index, seed 1, value: [3] metric: 5 / 6');
  });
});
