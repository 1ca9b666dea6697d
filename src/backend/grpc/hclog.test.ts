import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLog, toLogLine } from './hclog.ts';

const at = Date.UTC(2026, 10, 21, 1, 2, 33, 123);

describe('a log line', () => {
  it('has six fractional digits and string keys', () => {
    expect(JSON.parse(toLogLine('info', 'text', { count: 3 }, at))).toEqual({
      count: 3,
      '@level': 'info',
      '@message': 'text',
      '@timestamp': '2026-11-21T01:02:33.123000Z',
    });
  });

  it.each([
    ['a level from a key', { '@level': 7, level: 'x' }],
    ['a message that is no string', { '@message': { a: 1 } }],
    ['a time from a key', { '@timestamp': null, '@@timestamp': 1 }],
    ['a big integer', { big: 10n }],
    ['a symbol', { symbol: Symbol('s') }],
    ['an own toJSON that throws', { bad: { toJSON: () => JSON.parse('{') as unknown } }],
    ['__proto__', JSON.parse('{"__proto__": {"@level": 1}}') as Record<string, unknown>],
  ])('survives %s', (_case, keys) => {
    const line = JSON.parse(toLogLine('warn', 'm', keys, at)) as Record<string, unknown>;
    expect([line['@level'], line['@message'], typeof line['@timestamp']]).toEqual(['warn', 'm', 'string']);
  });

  it('stays one short line whatever is logged', () => {
    fc.assert(
      fc.property(fc.string(), fc.dictionary(fc.string(), fc.anything()), (message, keys) => {
        const line = toLogLine('error', message, keys, at);
        expect(line).not.toContain('\n');
        expect(Buffer.byteLength(line)).toBeLessThan(65_536);
        expect((JSON.parse(line) as Record<string, unknown>)['@level']).toBe('error');
      })
    );
  });

  it('is cut below 64 KiB', () => {
    const keys = Object.fromEntries(Array.from({ length: 100 }, (_, key) => [`k${key}`, 'ž'.repeat(5000)]));
    expect(Buffer.byteLength(toLogLine('info', 'x'.repeat(1e6), keys, at))).toBeLessThan(65_536);
  });

  it('is dropped when it cannot be written', () => {
    const log = createLog(() => {
      throw new Error('EPIPE');
    });
    expect(() => log('info', 'text')).not.toThrow();
  });
});
