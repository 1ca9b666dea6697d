import { describe, expect, it } from 'vitest';
import { causewayQuerySchema, QUERY_TYPES } from '#contracts';
import { QUERY_TEXTS, toTypedQuery } from './query-texts.ts';

const FULL = { refId: 'A', queryType: 'band', service: 'payment', signal: 'latency', band: 'weekly' } as const;

describe('query types', () => {
  it('are all offered, each with help', () => {
    expect(Object.keys(QUERY_TEXTS).toSorted()).toEqual([...QUERY_TYPES].toSorted());
    expect(Object.values(QUERY_TEXTS).filter(({ help, label }) => help === '' || label === '')).toEqual([]);
  });

  it.each(QUERY_TYPES)('%s makes a query that the contract accepts', (type) => {
    expect(causewayQuerySchema.safeParse(toTypedQuery(FULL, type)).success).toBe(true);
    expect(causewayQuerySchema.safeParse(toTypedQuery({ refId: 'A', queryType: type }, type)).success).toBe(true);
  });
});

describe('changing the type', () => {
  it.each([
    ['topology', { refId: 'A', queryType: 'topology' }],
    ['services', { refId: 'A', queryType: 'services', service: 'payment' }],
    ['forecast', { refId: 'A', queryType: 'forecast', service: 'payment', signal: 'latency' }],
    ['band', FULL],
  ] as const)('to %s drops what that type does not use', (type, expected) => {
    expect(toTypedQuery(FULL, type)).toEqual(expected);
  });

  it('fills in what the type needs', () => {
    expect(toTypedQuery({ refId: 'A', queryType: 'services' }, 'band')).toEqual({
      refId: 'A',
      queryType: 'band',
      signal: 'latency',
      band: 'expected',
    });
    expect(toTypedQuery({ refId: 'A', queryType: 'anomaly-score', signal: '' }, 'forecast').signal).toBe('latency');
  });

  it('keeps what Grafana adds', () => {
    expect(toTypedQuery({ ...FULL, hide: true, datasource: { uid: 'x' } } as never, 'services')).toMatchObject({
      hide: true,
      datasource: { uid: 'x' },
    });
  });
});
