import { describe, expect, it } from 'vitest';
import { detectorsAnswer } from '../../../ui/testing/anomalies.ts';
import { describeFitReason, describeModel, isFitFor } from './model-text.ts';

describe('why a model was fitted', () => {
  it.each([
    ['schedule', 'as planned'],
    ['data_drift', 'because its data had drifted'],
    ['rebaseline: new version', 'asked for: “new version”'],
    ['constructor', 'constructor'],
  ])('%s is said as %s', (reason, text) => expect(describeFitReason(reason)).toBe(text));

  it('is known by the reason that was given', () => {
    const { model } = detectorsAnswer();
    expect(isFitFor({ ...model, fitReason: 'rebaseline: new version' }, 'new version')).toBe(true);
    expect(isFitFor(model, 'daily')).toBe(false);
  });
});

describe('the state of a model', () => {
  it('says why there is none', () => {
    const { model } = detectorsAnswer();
    expect(describeModel({ ...model, state: 'too few rows' })).toEqual([
      'No model of the service: too few rows.',
      'Its score is the largest of its signals.',
    ]);
  });

  it('leaves out a reason that is not known', () => {
    const { model } = detectorsAnswer();
    const [first] = describeModel({ ...model, fitReason: '', fittedMs: null });
    expect(first).toBe('A model over 2 signals, trained at an unknown time on 2016 rows (version 7).');
  });
});
