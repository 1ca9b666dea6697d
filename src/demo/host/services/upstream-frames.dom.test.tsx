import { describe, expect, it } from 'vitest';
import { type PrometheusAnswer, toLogFrames, toSeriesFrames, toTraceFrames } from './upstream-frames.ts';

const answer = (resultType: 'matrix' | 'vector' | 'scalar', result: object[]): PrometheusAnswer =>
  ({ data: { resultType, result } }) as PrometheusAnswer;

describe('frames of Prometheus', () => {
  it('have one frame per series, with labels on the value and text turned into numbers', () => {
    const metric = { __name__: 'up', job: 'shop' };
    const values = [
      [1.5, '1'],
      [2, 'NaN'],
      [3, '+Inf'],
      [4, '-Inf'],
    ];
    const [frame, ...rest] = toSeriesFrames(answer('matrix', [{ metric, values }]), 'A');
    expect(rest).toEqual([]);
    expect(frame).toMatchObject({ refId: 'A', name: 'up{job="shop"}' });
    expect(frame!.fields[0]!.values).toEqual([1500, 2000, 3000, 4000]);
    expect(frame!.fields[1]).toMatchObject({ name: 'up', labels: { job: 'shop' } });
    expect(frame!.fields[1]!.values).toEqual([1, Number.NaN, Infinity, -Infinity]);
  });

  it.each([
    [{ __name__: 'up', job: 'a' }, undefined, 'up{job="a"}'],
    [{ job: 'a' }, undefined, '{job="a"}'],
    [{ __name__: 'up' }, '__auto', 'up'],
    [{ job: 'a' }, '{{job}} of {{ missing }}', 'a of '],
    [{}, undefined, 'Value'],
  ])('name the series %j with the format %s', (metric, format, name) => {
    expect(toSeriesFrames(answer('vector', [{ metric, value: [1, '2'] }]), 'A', format)[0]!.name).toBe(name);
  });

  it('are empty for scalars, which no panel shows', () => {
    expect(toSeriesFrames(answer('scalar', []), 'A')).toEqual([]);
  });
});

it('turns log streams into one frame, newest line first', () => {
  const values = (...pairs: [string, string][]) => pairs;
  const result = [
    { stream: { level: 'info' }, values: values(['1700000000000000000', 'old']) },
    { stream: { level: 'error' }, values: values(['1700000001000000000', 'new']) },
  ];
  const [frame] = toLogFrames({ data: { result } }, 'B');
  expect(frame!.fields.map((field) => field.values)).toEqual([
    [1_700_000_001_000, 1_700_000_000_000],
    ['new', 'old'],
    [{ level: 'error' }, { level: 'info' }],
  ]);
});

it('turns traces into a table, and no traces into an empty one', () => {
  const trace = {
    traceID: 'abc',
    rootServiceName: 'gateway',
    startTimeUnixNano: '1700000000000000000',
    durationMs: 12,
  };
  expect(toTraceFrames({ traces: [trace] }, 'C')[0]!.fields.map((field) => field.values[0])).toEqual([
    'abc',
    1_700_000_000_000,
    'gateway',
    '',
    12,
  ]);
  expect(toTraceFrames({}, 'C')[0]!.length).toBe(0);
});
