import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copyParameters, type MergedDecision, mergeDecision, type SimilarCase } from './merge-decision.ts';

let clock = 0;
const one = (action: string, outcome: SimilarCase['outcome'], more: Partial<SimilarCase> = {}): SimilarCase => ({
  action,
  outcome,
  targetKind: 'Deployment',
  parameters: {},
  atMs: (clock += 1),
  ...more,
});
const some = (action: string, verified: number, failed: number): SimilarCase[] => [
  ...Array.from({ length: failed }, () => one(action, 'failed')),
  ...Array.from({ length: verified }, () => one(action, 'verified')),
];

describe('a decision is merged as A5.8 says', () => {
  it.each<readonly [string, string | undefined, readonly SimilarCase[], string, number, MergedDecision['source']]>([
    ['only a rule', 'restart', [], 'restart', 0.9, 'rule'],
    ['nothing', undefined, [], 'manual', 0.5, 'default'],
    ['history of 0.6', 'restart', some('scale', 6, 4), 'restart', 0.9, 'rule'],
    ['history of 0.6, no rule', undefined, some('scale', 6, 4), 'manual', 0.5, 'default'],
    ['history of 0.7', 'restart', some('scale', 7, 3), 'restart', 0.9, 'rule'],
    ['history of 0.7, no rule', undefined, some('scale', 7, 3), 'scale', 0.7, 'historical'],
    ['history of 0.8, same action', 'restart', some('restart', 8, 2), 'restart', 0.85, 'merged'],
    ['history of 0.7, same action', 'restart', some('restart', 7, 3), 'restart', 0.8, 'merged'],
    ['history of 0.6, same action', 'restart', some('restart', 6, 4), 'restart', 0.9, 'rule'],
    ['history of 0.9, same action', 'restart', some('restart', 9, 1), 'restart', 0.9, 'merged'],
    ['history of 0.9, another action', 'restart', some('scale', 9, 1), 'restart', 0.9, 'rule'],
    ['history of 1, another action', 'restart', some('scale', 10, 0), 'scale', 1, 'historical'],
    ['history of 1, same action', 'restart', some('restart', 10, 0), 'restart', 1, 'historical'],
    ['history of 0.8, manual by default', undefined, some('manual', 8, 2), 'manual', 0.65, 'merged'],
  ])('%s', (_, rule, cases, action, confidence, source) => {
    expect(mergeDecision(rule, cases)).toMatchObject({ action, confidence, source });
  });

  it('with the last ten cases only, whatever their order', () => {
    const old = some('restart', 0, 20);
    const recent = some('scale', 10, 0);
    expect(mergeDecision('restart', [...recent, ...old].toReversed())).toMatchObject({
      action: 'scale',
      source: 'historical',
      arithmetic: { history: { verified: 10, tried: 10, cases: 10 } },
    });
    expect(mergeDecision('restart', [...some('scale', 10, 0), ...some('scale', 0, 10)])).toMatchObject({
      source: 'rule',
      arithmetic: { history: { verified: 0, tried: 10, successRate: 0 } },
    });
  });

  it('with the action that helped most often; what could not be measured did not help', () => {
    const cases = [...some('restart', 2, 0), ...some('scale', 6, 1), one('scale', 'no-data')];
    expect(mergeDecision(undefined, cases).arithmetic.history).toEqual({
      action: 'scale',
      verified: 6,
      tried: 8,
      successRate: 0.75,
      cases: 10,
    });
  });

  it('and shows its arithmetic', () => {
    expect(mergeDecision('restart', some('restart', 8, 2)).arithmetic).toEqual({
      rule: { action: 'restart', confidence: 0.9 },
      history: { action: 'restart', verified: 8, tried: 10, successRate: 0.8, cases: 10 },
      fallback: { action: 'manual', confidence: 0.5 },
      reason: 'both say restart: (0.9 + 0.8) / 2 = 0.85',
    });
  });

  it('never with a confidence that is none, and always with an action that somebody named', () => {
    const cases = fc.array(
      fc.record({
        action: fc.constantFrom('restart', 'scale', 'manual'),
        outcome: fc.constantFrom<SimilarCase['outcome'][]>('verified', 'failed', 'no-data'),
        targetKind: fc.constant('Deployment'),
        parameters: fc.constant({}),
        atMs: fc.oneof(fc.integer(), fc.constant(Number.NaN), fc.constant(Number.POSITIVE_INFINITY)),
      }),
      { maxLength: 30 }
    );
    fc.assert(
      fc.property(fc.option(fc.constantFrom('restart', 'scale'), { nil: undefined }), cases, (rule, past) => {
        const decision = mergeDecision(rule, past);
        expect(decision.confidence).toBeGreaterThanOrEqual(0.5);
        expect(decision.confidence).toBeLessThanOrEqual(1);
        expect(new Set([rule ?? 'manual', ...past.map(({ action }) => action)])).toContain(decision.action);
        expect(mergeDecision(rule, past)).toEqual(decision);
      })
    );
  });
});

describe('parameters are copied', () => {
  const verified = one('scale', 'verified', { parameters: { replicas: 4 } });
  it.each<readonly [string, readonly SimilarCase[], object]>([
    [
      'from the latest verified case',
      [one('scale', 'verified', { parameters: { replicas: 2 }, atMs: 0 }), verified],
      { parameters: { replicas: 4 } },
    ],
    [
      'past a later failure',
      [verified, one('scale', 'failed', { parameters: { replicas: 9 } })],
      { parameters: { replicas: 4 } },
    ],
    [
      'never from a failure',
      [one('scale', 'failed', { parameters: { replicas: 9 } })],
      { none: expect.stringContaining('never verified') as string },
    ],
    [
      'never where nothing was measured',
      [one('scale', 'no-data', { parameters: { replicas: 9 } })],
      { none: expect.stringContaining('never verified') as string },
    ],
    [
      'never from another kind of target',
      [one('scale', 'verified', { targetKind: 'StatefulSet', parameters: { replicas: 9 } })],
      { none: expect.stringContaining('never done') as string },
    ],
    [
      'never from another action',
      [one('restart', 'verified', { parameters: { replicas: 9 } })],
      { none: expect.stringContaining('never done') as string },
    ],
    ['not from nothing', [], { none: expect.stringContaining('never done') as string }],
  ])('%s', (_, cases, expected) => {
    expect(copyParameters(cases, 'scale', 'Deployment')).toMatchObject(expected);
  });
});
