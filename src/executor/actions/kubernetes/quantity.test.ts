import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatBytes, parseBytes } from './quantity.ts';

describe('parseBytes', () => {
  // Values by the rules of k8s.io/apimachinery/pkg/api/resource, rounded up to whole bytes as `Value()` does.
  it.each([
    ['0', 0],
    ['128974848', 128_974_848],
    ['129e6', 129_000_000],
    ['129E6', 129_000_000],
    ['129M', 129_000_000],
    ['123Mi', 128_974_848],
    ['128974848000m', 128_974_848],
    ['1.5Gi', 1_610_612_736],
    ['0.1Gi', 107_374_183],
    ['1m', 1],
    ['1n', 1],
    ['1.', 1],
    ['500k', 500_000],
    ['1e-3', 1],
    ['8Pi', undefined],
  ])('reads %s as %s bytes', (text, bytes) => {
    expect(parseBytes(text)).toBe(bytes);
  });

  it.each([
    '',
    ' ',
    '384Mx',
    '-1Mi',
    '+1Mi',
    '1 Mi',
    '1mi',
    'Mi',
    '0x10',
    '1e',
    '1e999',
    'NaN',
    'Infinity',
    '1KiB',
    '1\n',
    '９',
  ])('takes %j for no quantity', (text) => {
    expect(parseBytes(text)).toBeUndefined();
  });

  it('reads back every number of bytes that is written', () => {
    fc.assert(
      fc.property(fc.nat({ max: Number.MAX_SAFE_INTEGER }), (bytes) => {
        expect(parseBytes(formatBytes(bytes))).toBe(bytes);
      })
    );
  });

  it('agrees with the binary and decimal meaning of its suffix', () => {
    const suffixes = { Ki: 1024, Mi: 1024 ** 2, Gi: 1024 ** 3, k: 1e3, M: 1e6, G: 1e9 } as const;
    const suffix = fc.constantFrom(...(Object.keys(suffixes) as (keyof typeof suffixes)[]));
    fc.assert(
      fc.property(fc.nat({ max: 1_000_000 }), suffix, (count, unit) => {
        expect(parseBytes(`${count}${unit}`)).toBe(count * suffixes[unit]);
      })
    );
  });

  it('never throws and never answers anything but a whole number that is not negative', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9.]{0,30}[eEinumkKMGTP0-9+-]{0,6}$/)), (text) => {
        const bytes = parseBytes(text);
        expect(bytes === undefined || (Number.isSafeInteger(bytes) && bytes >= 0)).toBe(true);
      })
    );
  });
});

describe('formatBytes', () => {
  it.each([
    [0, '0'],
    [1000, '1000'],
    [1024, '1Ki'],
    [67_108_864, '64Mi'],
    [1_610_612_736, '1536Mi'],
    [1_073_741_824, '1Gi'],
  ])('writes %i as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});
