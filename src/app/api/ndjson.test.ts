import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineSplitter } from './ndjson.ts';

describe('LineSplitter', () => {
  it('gives the same lines however the bytes are cut', () => {
    const line = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter((text) => text.trim() === text && text !== '' && !/[\r\n]/.test(text));
    fc.assert(
      fc.property(fc.array(line), fc.integer({ min: 1, max: 7 }), (lines, size) => {
        const bytes = new TextEncoder().encode(lines.join('\n'));
        const splitter = new LineSplitter();
        const found: string[] = [];
        for (let at = 0; at < bytes.length; at += size) {
          found.push(...splitter.push(bytes.slice(at, at + size)));
        }
        expect([...found, ...splitter.end()]).toEqual(lines);
      })
    );
  });

  it('refuses a stream that is too large', () => {
    const splitter = new LineSplitter(10);
    splitter.push(new Uint8Array(10));
    expect(() => splitter.push(new Uint8Array(1))).toThrow(RangeError);
  });
});
