import { describe, expect, it } from 'vitest';
import {
  formatAgo,
  formatBytes,
  formatCheckValue,
  formatConfidence,
  formatDuration,
  formatRatio,
  formatScore,
  formatSeconds,
  formatValue,
} from './format.ts';

describe('formatSeconds', () => {
  it.each([
    [3.5, '3.5 s'],
    [0.05, '50 ms'],
    [0.0504, '50.4 ms'],
    [0.00025, '250 µs'],
    [0, '0 s'],
    [180, '3 min'],
    [9000, '2.5 h'],
    [-0.05, '-50 ms'],
    [Number.NaN, 'not measured'],
    [Number.POSITIVE_INFINITY, 'not measured'],
    [null, 'not measured'],
    [undefined, 'not measured'],
  ])('shows %s as %s', (value, text) => expect(formatSeconds(value)).toBe(text));
});

describe('formatValue', () => {
  it.each([
    [0.025, 'ratio', '2.5 %'],
    [0.99997, 'ratio', '> 99.9 %'],
    [0.996, 'ratio', '99.6 %'],
    [1, 'ratio', '100 %'],
    [536_870_912, 'bytes', '512 MiB'],
    [410, 'per-second', '410 /s'],
    [1.5, 'cores', '1.5 cores'],
    [12, 'count', '12'],
    [undefined, 'ratio', 'not measured'],
  ] as const)('shows %s %s as %s', (value, unit, text) => expect(formatValue(value, unit)).toBe(text));
});

describe('small formats', () => {
  it('never rounds a score up into the next level', () => {
    expect([formatScore(0.899), formatScore(0.9), formatScore(1), formatScore(0.29)]).toEqual([
      '0.89',
      '0.90',
      '1.00',
      '0.29',
    ]);
  });

  it.each([
    [0, '0 s'],
    [-5000, '0 s'],
    [90_000, '90 s'],
    [125_000, '2 min 5 s'],
    [7_500_000, '2 h 5 min'],
    [273_600_000, '3 d 4 h'],
  ])('shows %s ms as %s', (length, text) => expect(formatDuration(length)).toBe(text));

  it('tells the past from now', () => {
    expect([formatAgo(1000, 1500), formatAgo(0, 60_000)]).toEqual(['just now', '60 s ago']);
  });

  it('shows check values in known and free units, and the lack of one', () => {
    expect([
      formatCheckValue(0.055, 'seconds'),
      formatCheckValue(3, 'pods'),
      formatCheckValue(null, 'seconds'),
    ]).toEqual(['55 ms', '3 pods', 'not measured']);
  });

  it('uses binary prefixes and per cent', () => {
    expect([formatBytes(1023), formatBytes(1024), formatRatio(0.004)]).toEqual(['1023 B', '1 KiB', '0.4 %']);
  });

  it.each([
    [0, '0 %'],
    [0.0000134, '< 1 %'],
    [0.913, '91 %'],
    [0.99997, '> 99 %'],
    [1, '100 %'],
  ])('shows a confidence of %s as %s', (value, text) => expect(formatConfidence(value)).toBe(text));
});
