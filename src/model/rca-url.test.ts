import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRcaUrl, toRcaUrl, type RcaTarget } from './rca-url.ts';

const text = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' });
const optionalText = fc.option(text, { nil: undefined });
const targets = fc
  .record({
    service: text,
    namespace: optionalText,
    env: optionalText,
    from: optionalText,
    to: optionalText,
    metricsDs: optionalText,
    logsDs: optionalText,
    tracesDs: optionalText,
    alertRule: optionalText,
    fingerprint: optionalText,
  })
  .map(
    (all) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as unknown as RcaTarget
  );

describe('RCA address', () => {
  it('is read back as it was built', () => {
    fc.assert(
      fc.property(targets, (target) => {
        expect(parseRcaUrl(toRcaUrl(target))).toEqual(target);
      })
    );
  });

  it.each([
    ['/a/causeway-aiops-app/rca?service=payment&from=now-1h&to=now', { service: 'payment', from: 'now-1h', to: 'now' }],
    ['https://grafana.example//a/causeway-aiops-app/rca?service=a%20b', { service: 'a b' }],
    ['?service=cart&var-metricsDs=prom&unknown=1', { service: 'cart', metricsDs: 'prom' }],
    ['service=a+b', { service: 'a b' }],
    ['?service=%E0%A4%A', { service: '%E0%A4%A' }],
  ])('reads %s', (url, target) => {
    expect(parseRcaUrl(url)).toEqual(target);
  });

  it.each(['', '?', '/a/causeway-aiops-app/rca', '?service=', '?from=now-1h', '?=payment'])(
    'refuses %j without a service',
    (url) => {
      expect(parseRcaUrl(url)).toBeUndefined();
    }
  );

  it('is built of any text, broken ones too', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'binary' }), (service) => {
        expect(parseRcaUrl(toRcaUrl({ service }))).toBeDefined();
      })
    );
    expect(toRcaUrl({ service: 'a\ud800b' })).toBe('/a/causeway-aiops-app/rca?service=a%EF%BF%BDb');
  });

  it('leaves empty values out', () => {
    expect(toRcaUrl({ service: 'payment', namespace: '' })).toBe('/a/causeway-aiops-app/rca?service=payment');
  });
});
