import fc from 'fast-check';
import { expect, it } from 'vitest';
import { oneLine } from './one-line.ts';

const special = fc.constantFrom('\u2028', '\u202e', '\n', '\u0000', '\ud800', '\udc00', '🚀', ' ', 'word', '\u00a0');
const anyText = fc.array(fc.oneof(special, fc.string()), { maxLength: 60 }).map((parts) => parts.join(''));

it('is one line of bounded length, whatever telemetry writes', () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 2, max: 80 }), (text, most) => {
      const line = oneLine(text, most);
      expect(line.length).toBeLessThanOrEqual(most);
      expect(line).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u);
      expect(line).toBe(line.trim());
    })
  );
});

it('keeps what people wrote', () => {
  expect(oneLine('FATAL:  too many\n\tclients — zażółć 🚀', 100)).toBe('FATAL: too many clients — zażółć 🚀');
  expect(oneLine('x'.repeat(50), 10)).toBe(`${'x'.repeat(9)}…`);
});
