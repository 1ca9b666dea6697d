import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cacheMemoryQuery,
  callOverheadQuery,
  containerMemoryQuery,
  errorRatioQuery,
  latencyQuery,
  poolUtilisationQuery,
  quotePromql,
  refusedCallsQuery,
  restartsQuery,
  throttlingQuery,
} from './verification-query.ts';

describe('quotePromql', () => {
  it.each([
    ['plain', '"plain"'],
    ['a"b\\c', '"a\\"b\\\\c"'],
    ['line\nbreak', '"line\\u000abreak"'],
    ['\ud800', '"\\ufffd"'],
  ])('%j', (text, literal) => {
    expect(quotePromql(text)).toBe(literal);
  });

  it('gives a literal that reads back as the text and cannot be left', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(JSON.parse(quotePromql(text))).toBe(text);
      })
    );
  });
});

describe('checks', () => {
  it('measure a service at its own spans, a database at its callers', () => {
    expect(latencyQuery('order', 'service')).toBe(
      'histogram_quantile(0.95, sum by (service, le) (rate(traces_spanmetrics_latency_bucket{service="order",span_kind=~"SPAN_KIND_SERVER|SPAN_KIND_CONSUMER"}[60s]))) >= 0'
    );
    expect(latencyQuery('orders-db', 'database')).toContain(
      'traces_service_graph_request_server_seconds_bucket{server="orders-db"}'
    );
    expect(latencyQuery('bank', 'external')).toContain(
      'traces_service_graph_request_client_seconds_bucket{server="bank"}'
    );
    expect(errorRatioQuery('bank', 'external')).toContain('traces_service_graph_request_failed_total{server="bank"}');
  });

  it('take the host of a cache, with or without port, and nothing else', () => {
    expect(cacheMemoryQuery('redis.a')).toContain('instance=~"(.*://)?redis\\\\.a(:[0-9]+)?"');
  });

  it.each([
    latencyQuery('x"y', 'service'),
    errorRatioQuery('x"y', 'service'),
    poolUtilisationQuery('x"y'),
    containerMemoryQuery('x"y'),
    restartsQuery('x"y'),
    throttlingQuery('x"y'),
    refusedCallsQuery('x"y'),
    callOverheadQuery('x"y', 'z'),
    cacheMemoryQuery('x"y'),
  ])('escape names: %s', (query) => {
    expect(query).toContain('x\\"y');
    expect(query.replaceAll('\\"', '').split('"').length % 2).toBe(1);
    expect(query.split('(').length).toBe(query.split(')').length);
    expect(query.split('{').length).toBe(query.split('}').length);
  });
});
