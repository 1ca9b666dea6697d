import { describe, expect, it } from 'vitest';
import { toLogFrames, toTraceFrames } from '../services/upstream-frames.ts';
import { listResources } from './resource-attributes.ts';

describe('resource attributes', () => {
  it('of log lines are the labels, once a service', () => {
    const stream = { service_name: 'payment', level: 'error' };
    const frames = toLogFrames(
      {
        data: {
          result: [
            {
              stream,
              values: [
                ['1', 'a'],
                ['2', 'b'],
              ],
            },
            { stream: {}, values: [['3', 'c']] },
          ],
        },
      },
      'A'
    );
    expect(listResources('logs', frames)).toEqual([{ 'service.name': ['payment'], level: ['error'] }]);
  });

  it('of traces are their services', () => {
    const frames = toTraceFrames(
      { traces: [{ traceID: '1', rootServiceName: 'a' }, { traceID: '2', rootServiceName: 'b' }, { traceID: '3' }] },
      'A'
    );
    expect(listResources('traces', frames)).toEqual([{ 'service.name': ['a'] }, { 'service.name': ['b'] }]);
  });
});
