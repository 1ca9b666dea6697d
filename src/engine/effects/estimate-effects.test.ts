import { describe, expect, it } from 'vitest';
import type { EffectColumn, EffectInput } from './effect-input.ts';
import { counterfactualText, verdictText } from './effect-text.ts';
import { estimateEffects } from './estimate-effects.ts';
import { confoundedSystem, FIRST_CAUSE, LOAD, TARGET, type SystemOptions } from './testing/confounded-system.ts';

const INCIDENT: SystemOptions = { seed: 5, effects: [0.8, 0], baselineRows: 60, incidentRows: 6, jump: 8 };
const analyse = (options: Partial<SystemOptions> = {}) =>
  estimateEffects(confoundedSystem({ ...INCIDENT, ...options }));

/** A change to one column of the input. */
function withColumn(input: EffectInput, index: number, change: Partial<EffectColumn>): EffectInput {
  return { ...input, columns: input.columns.map((column, i) => (i === index ? { ...column, ...change } : column)) };
}

describe('estimateEffects', () => {
  it('supports the cause and not the bystander', () => {
    const { tested, family, target, notTestable } = analyse();
    const [cause, bystander] = tested;
    expect([family, notTestable, target?.column]).toEqual([2, [], TARGET]);
    expect(cause).toMatchObject({ column: FIRST_CAUSE, verdict: 'supported', refutedBy: [], large: true });
    expect(cause!.slope.low).toBeLessThan(0.8);
    expect(cause!.slope.high).toBeGreaterThan(0.8);
    expect(cause!.slopeUnit).toBe('seconds per seconds');
    expect(cause!.share!.value).toBeCloseTo(1, 0);
    expect(cause!.adjustedFor).toEqual([LOAD]);
    expect(cause!.rows).toEqual({ baseline: 60, incident: 6 });
    expect(bystander).toMatchObject({ column: FIRST_CAUSE + 1, verdict: 'not-supported' });
    expect(bystander!.refutedBy).toContain('significance');
  });

  it('sorts by the size of the standardised slope, whatever its sign', () => {
    const { tested } = analyse({ effects: [0.1, -0.9, 0.4] });
    expect(tested.map(({ column }) => column)).toEqual([FIRST_CAUSE + 1, FIRST_CAUSE, FIRST_CAUSE + 2]);
    expect(tested[0]!.standardisedSlope.value).toBeLessThan(0);
  });

  it('says what the target would have been with the cause normal', () => {
    const { counterfactual, targetChange } = analyse().tested[0]!;
    const { worst, rows, value, low, high, observed } = counterfactual;
    expect(rows).toEqual([60, 61, 62, 63, 64, 65]);
    expect(worst.observed - worst.counterfactual.value).toBeCloseTo(targetChange, 0);
    rows.forEach((_, i) => {
      expect(low[i]!).toBeLessThanOrEqual(value[i]!);
      expect(value[i]!).toBeLessThanOrEqual(high[i]!);
      expect(value[i]!).toBeLessThan(observed[i]!);
    });
  });

  it('tells how strong a hidden common cause would have to be', () => {
    const [cause, bystander] = analyse().tested;
    expect(cause!.hiddenCauseStrength).toBeGreaterThan(0.7);
    expect(bystander!.hiddenCauseStrength).toBeLessThan(0.3);
  });

  it('cuts a counterfactual at the range of the metric and says so', () => {
    const input = withColumn(confoundedSystem(INCIDENT), TARGET, { range: [8, 100] });
    const { counterfactual, caveats } = estimateEffects(input).tested[0]!;
    expect(counterfactual.worst.counterfactual.value).toBe(8);
    expect(caveats).toContain('counterfactual-cut');
  });

  it('takes the entry traffic out of what naive regression takes for an effect', () => {
    const input = confoundedSystem({ ...INCIDENT, seed: 6, effects: [0], incidentRows: 180, jump: 0 });
    const [held] = estimateEffects(input).tested;
    const { entry: _entry, ...blind } = input;
    const [naive] = estimateEffects({ ...blind, columns: blind.columns.slice(1), target: 0, candidates: [1] }).tested;
    expect(held!.verdict).toBe('not-supported');
    expect(naive!.slope.value).toBeGreaterThan(0.4);
    expect(naive!.caveats).toContain('load-not-adjusted');
  });

  it('takes every measured cause when no candidates are given', () => {
    const { candidates: _candidates, ...input } = confoundedSystem(INCIDENT);
    const { tested, notTestable } = estimateEffects(input);
    expect(tested.map(({ column }) => column).sort()).toEqual([LOAD, FIRST_CAUSE, FIRST_CAUSE + 1]);
    expect(notTestable).toEqual([]);
    expect(tested.find(({ column }) => column === LOAD)!.caveats).not.toContain('load-not-adjusted');
  });

  it('falls when the metric does harm by falling', () => {
    const input = confoundedSystem(INCIDENT);
    const turned = withColumn(input, TARGET, {
      kind: 'avail',
      values: Float64Array.from(input.columns[TARGET]!.values, (value) => 90 - value),
    });
    const [cause] = estimateEffects(turned).tested;
    expect(cause!.slope.value).toBeCloseTo(-0.8, 0);
    expect(cause!.targetChange).toBeLessThan(0);
    expect(cause!.share!.value).toBeCloseTo(1, 0);
  });

  it('leaves a row of an earlier, larger incident out of the baseline', () => {
    const input = confoundedSystem(INCIDENT);
    const values = Float64Array.from(input.columns[TARGET]!.values, (value, row) => (row === 30 ? 500 : value));
    const [cause] = estimateEffects(withColumn(input, TARGET, { values })).tested;
    expect(cause!.slope.value).toBeCloseTo(0.8, 0);
    expect(cause!.rows.baseline).toBe(59);
  });

  it('names the baseline slope and whether it disagrees', () => {
    const input = confoundedSystem({ ...INCIDENT, seed: 11 });
    const values = Float64Array.from(input.columns[FIRST_CAUSE]!.values, (value, row) => (row < 60 ? -value : value));
    const [cause] = estimateEffects(withColumn(input, FIRST_CAUSE, { values })).tested;
    expect(cause!.baselineSlope!.value).toBeLessThan(0);
    expect(cause!.caveats).toContain('baseline-disagrees');
  });
});

describe('candidates about which nothing can be said', () => {
  const input = confoundedSystem(INCIDENT);
  const constant = { values: new Float64Array(66).fill(0.3) };
  const codeOf = (changed: EffectInput, column = FIRST_CAUSE): unknown =>
    estimateEffects(changed).notTestable.find((effect) => effect.column === column)?.code;

  it.each<[string, EffectInput, number?]>([
    ['no-such-column', { ...input, candidates: [99] }, 99],
    ['no-such-column', { ...input, target: 99 }],
    ['is-the-target', { ...input, candidates: [TARGET] }, TARGET],
    ['no-causal-path', { ...input, calls: [] }],
    ['constant-cause', withColumn(input, FIRST_CAUSE, constant)],
    ['constant-target', withColumn(input, TARGET, constant)],
    ['too-few-rows', { ...input, window: { ...input.window, baselineFrom: 58 } }],
    ['too-few-rows', { ...input, window: { baselineFrom: 0, baselineTo: 0, incidentFrom: 0, incidentTo: 66 } }],
    ['no-incident-rows', { ...input, window: { ...input.window, incidentTo: 60 } }],
    ['explained-by-adjustment', withColumn(input, FIRST_CAUSE, { values: input.columns[LOAD]!.values })],
    ['no-error-estimate', withColumn(input, TARGET, { values: input.columns[FIRST_CAUSE]!.values })],
  ])('%s', (code, changed, column) => {
    expect(codeOf(changed, column)).toBe(code);
  });

  it('stay listed with words', () => {
    const { notTestable } = estimateEffects({ ...input, window: { ...input.window, baselineFrom: 58 } });
    expect(notTestable[0]).toMatchObject({
      verdict: 'not-testable',
      source: { column: FIRST_CAUSE, service: 1, metric: 'latency' },
      reason: 'too few rows have all values: 8 of the 13 needed',
    });
  });

  it('do not count for the correction', () => {
    expect(estimateEffects(withColumn(input, FIRST_CAUSE, constant)).family).toBe(1);
  });
});

describe('words', () => {
  const wording = { cause: 'p99 latency of orders-db', target: 'p99 latency of checkout' };

  it('say what would have been, with the band and what it rests on', () => {
    const text = counterfactualText(analyse().tested[0]!, wording);
    expect(text).toMatch(
      /^With p99 latency of orders-db normal, p99 latency of checkout would have been -?[\d.]+ seconds \(95 % interval -?[\d.]+ seconds to -?[\d.]+ seconds\) instead of [\d.]+ seconds at its worst\. This depends on the model: /
    );
  });

  it('use the formats they are given', () => {
    const text = counterfactualText(analyse().tested[0]!, { ...wording, format: (_, unit) => `so many ${unit}` });
    expect(text).toContain('would have been so many seconds (95 % interval so many seconds to');
  });

  it('give the verdict with everything that speaks against it', () => {
    const { tested } = analyse();
    expect(verdictText(tested[0]!)).toMatch(/^Supported: a hidden common cause would have to explain 80 % of what/);
    expect(verdictText(tested[1]!)).toMatch(/^Not supported: it may be chance \(q = 0\.\d+\)/);
  });

  it('name each refuter and each caveat', () => {
    const [effect] = analyse().tested;
    const text = verdictText({
      ...effect!,
      refutedBy: ['placebo', 'random-common-cause', 'block-subsets'],
      refuters: {
        placebo: { p: null, shifts: 0, passed: false },
        randomCommonCause: { largestChange: 0.25, passed: false },
        blockSubsets: { sameSign: 0.75, fits: 20, passed: false },
      },
      caveats: ['load-not-adjusted', 'short-incident'],
    });
    expect(text).toBe(
      'Not supported: there are too few rows for the placebo test; a random column changes it by 25 %; its sign changes ' +
        'in 25 % of the fits that leave a block of rows out. But load is not held fixed and may drive both; fewer than ' +
        'three rows of the incident took part.'
    );
  });
});
