import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFrame } from '../../../tests/support/plugin-driver/decode-frame.ts';
import { encodeFrame } from './encode-frame.ts';
import type { Field, Frame } from './frame.ts';

const times = [1_700_000_000_000, 1_700_000_015_000, 1_700_000_030_001];

describe('an encoded frame', () => {
  it('keeps every kind, nulls, NaN, infinities and UTF-8', () => {
    const fields: readonly Field[] = [
      { name: 'time', kind: 'time', values: times },
      { name: 'maybe', kind: 'time', nullable: true, values: [times[0] ?? 0, null, times[2] ?? 0] },
      { name: 'n', kind: 'number', nullable: true, values: [1.5, null, Number.NaN] },
      { name: 'i', kind: 'number', values: [Infinity, -Infinity, -0.5] },
      { name: 's', kind: 'string', nullable: true, values: ['žluť 🧭', null, ''] },
      { name: 'b', kind: 'boolean', nullable: true, values: [true, null, false] },
      { name: 'f', kind: 'number', values: Float64Array.of(1, 2, 3) },
    ];
    const frame = decodeFrame(encodeFrame({ refId: 'A', name: 'x', fields }));
    expect(frame.fields.map((field) => field.values)).toEqual(fields.map((field) => [...field.values]));
    expect(frame.fields.map((field) => field.nullable)).toEqual([false, true, true, false, true, true, false]);
    expect(frame.fields.map((field) => field.tstype)).toEqual(fields.map((field) => field.kind));
    expect(frame.fields.map((field) => field.type)).toEqual([
      'Timestamp<NANOSECOND>',
      'Timestamp<NANOSECOND>',
      'Float64',
      'Float64',
      'Utf8',
      'Bool',
      'Float64',
    ]);
  });

  it('keeps labels and config of same-named fields apart', () => {
    const value = (service: string, displayName: string): Field => ({
      name: 'anomaly_score',
      kind: 'number',
      values: [1],
      labels: { service },
      config: { displayName },
    });
    const bytes = encodeFrame({ refId: 'A', fields: [value('a', 'A'), value('b', 'B'), value('c', 'C')] });
    const { fields } = decodeFrame(bytes);
    expect(fields.map((field) => [field.labels['service'], field.config['displayName']])).toEqual([
      ['a', 'A'],
      ['b', 'B'],
      ['c', 'C'],
    ]);
  });

  it('keeps refId, name and meta, also without fields and without rows', () => {
    const meta = {
      type: 'timeseries-multi',
      typeVersion: [0, 1],
      notices: [{ severity: 'warning', text: '“gap”' }],
    } as const;
    expect(decodeFrame(encodeFrame({ refId: 'B', name: 'n', meta, fields: [] }))).toEqual({
      refId: 'B',
      name: 'n',
      meta,
      fields: [],
    });
    const empty = decodeFrame(encodeFrame({ refId: 'B', fields: [{ name: 'time', kind: 'time', values: [] }] }));
    expect(empty.fields.map((field) => field.values)).toEqual([[]]);
  });

  it.each<[string, Frame, RegExp]>([
    [
      'fields of different length',
      {
        refId: 'A',
        fields: [
          { name: 'a', kind: 'number', values: [1] },
          { name: 'b', kind: 'number', values: [1, 2] },
        ],
      },
      /field b has 2 rows, the first field has 1/,
    ],
    [
      'null where none may be',
      { refId: 'A', fields: [{ name: 'a', kind: 'number', values: [null] }] },
      /field a holds null/,
    ],
  ])('refuses %s', (_case, frame, message) => {
    expect(() => encodeFrame(frame)).toThrow(message);
  });

  it('decodes to what was encoded, for any numbers and texts', () => {
    const row = fc.record({
      n: fc.option(fc.double()),
      s: fc.option(fc.string({ unit: 'grapheme' })),
      b: fc.option(fc.boolean()),
      t: fc.integer({ min: 0, max: 4e12 }),
    });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 40 }), (rows) => {
        const { fields } = decodeFrame(
          encodeFrame({
            refId: 'A',
            fields: [
              { name: 'n', kind: 'number', nullable: true, values: rows.map(({ n }) => n) },
              { name: 's', kind: 'string', nullable: true, values: rows.map(({ s }) => s) },
              { name: 'b', kind: 'boolean', nullable: true, values: rows.map(({ b }) => b) },
              { name: 't', kind: 'time', values: rows.map(({ t }) => t) },
            ],
          })
        );
        const [n, s, b, t] = fields.map((field) => field.values);
        expect(rows.map((_, i) => ({ n: n?.[i], s: s?.[i], b: b?.[i], t: t?.[i] }))).toEqual(rows);
      })
    );
  });
});
