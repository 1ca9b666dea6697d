import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPropagationRule, writePropagationRule } from './propagation-rule.ts';

describe('propagation rules', () => {
  it('are read as they are written in requirement A4.2', () => {
    expect(
      readPropagationRule({
        if: 'postgres.pg_connections > 90%',
        then: 'order-service.latency_increase',
        confidence: 0.85,
      })
    ).toEqual({
      rule: {
        cause: { service: 'postgres', metric: 'pg_connections', comparison: '>', threshold: 0.9, percent: true },
        effect: { service: 'order-service', symptom: 'latency', change: 'increase' },
        confidence: 0.85,
      },
    });
    expect(
      readPropagationRule({ if: 'a.b.error_rate<=0.5', then: 'c.d.error_rate_decrease', confidence: 1 }).rule
    ).toMatchObject({
      cause: { service: 'a.b', metric: 'error_rate', comparison: '<=', threshold: 0.5, percent: false },
      effect: { service: 'c.d', symptom: 'error_rate', change: 'decrease' },
    });
  });

  it.each([
    ['if', { if: 'postgres > 90%' }],
    ['if', { if: 'postgres.pg_connections = 90%' }],
    ['if', { if: 'postgres.pg_connections > -1' }],
    ['if', { if: '' }],
    ['then', { then: 'order.latency' }],
    ['then', { then: 'latency_increase' }],
    ['confidence', { confidence: 1.1 }],
    ['confidence', { confidence: Number.NaN }],
  ])('name the field %s of %j', (field, wrong) => {
    const right = { if: 'a.b > 1', then: 'a.latency_increase', confidence: 0.5 };
    expect(readPropagationRule({ ...right, ...wrong }).problem?.field).toBe(field);
  });

  it('are read again as the same rule, and no text breaks the reader', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.double(), (condition, effect, confidence) => {
        expect(readPropagationRule({ if: condition, then: effect, confidence })).toBeDefined();
      })
    );
    const service = fc.stringMatching(/^[a-z][a-z0-9.-]{0,10}$/);
    const texts = fc.record({
      service,
      comparison: fc.constantFrom('>', '<', '>=', '<='),
      value: fc.integer({ min: 0, max: 1000 }),
      sign: fc.constantFrom('', '%'),
    });
    fc.assert(
      fc.property(texts, ({ service: name, comparison, value, sign }) => {
        const written = {
          if: `${name}.m:x ${comparison} ${value}${sign}`,
          then: `${name}.latency_increase`,
          confidence: 0.1,
        };
        const { rule } = readPropagationRule(written);
        expect(rule && readPropagationRule(writePropagationRule(rule)).rule).toEqual(rule);
        expect(rule && writePropagationRule(rule)).toEqual(written);
      })
    );
  });
});
