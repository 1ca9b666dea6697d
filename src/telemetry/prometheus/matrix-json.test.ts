import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMatrixJson, PointColumns } from './matrix-json.ts';

interface Reply {
  readonly data: { readonly result: readonly { readonly values: unknown }[] };
}

/** What plain JSON would give, with the points of canonical series as numbers. */
function columnsOf(text: string): readonly unknown[] {
  return (parseMatrixJson(text) as Reply).data.result.map(({ values }) => values);
}

const reply = (...series: readonly (readonly unknown[])[]): string =>
  JSON.stringify({
    status: 'success',
    data: {
      resultType: 'matrix',
      result: series.map((values, i) => ({ metric: { service: `"values":[[${i}` }, values })),
    },
  });

describe('parseMatrixJson', () => {
  it('reads points in columns, and times once where series share them', () => {
    const text = reply(
      [
        [1000, '1.5e3'],
        [1015.001, 'NaN'],
        [1030, '+Inf'],
      ],
      [
        [1000, '-0'],
        [1015.001, '.5'],
        [1030, '-Inf'],
      ],
      [[1000, '7']],
      [
        [1000, '7'],
        [1016, '8'],
      ]
    );
    const columns = columnsOf(text) as readonly PointColumns[];
    expect(columns.every((column) => column instanceof PointColumns)).toBe(true);
    expect(columns.map(({ timesMs }) => timesMs)).toEqual([
      [1_000_000, 1_015_001, 1_030_000],
      [1_000_000, 1_015_001, 1_030_000],
      [1_000_000],
      [1_000_000, 1_016_000],
    ]);
    expect(columns.map(({ values }) => values)).toEqual([[1500, NaN, Infinity], [-0, 0.5, -Infinity], [7], [7, 8]]);
    expect(columns[1]?.timesMs).toBe(columns[0]?.timesMs);
  });

  it('gives each number as JSON and Number do', () => {
    const time = fc.oneof(fc.nat(2_000_000_000), fc.double({ min: 0, max: 4e9, noNaN: true }), fc.constant(0));
    const value = fc.oneof(
      fc
        .double()
        .map(String)
        .map((text) => text.replace('Infinity', 'Inf').replace(/^Inf/, '+Inf')),
      fc.integer().map(String),
      fc.constantFrom('1e-05', '1E5', '+1', '5.', '.5', '00.1')
    );
    fc.assert(
      fc.property(fc.array(fc.array(fc.tuple(time, value), { minLength: 1 })), (series) => {
        const special: Record<string, number> = { '+Inf': Infinity, '-Inf': -Infinity };
        const wanted = series.map((pairs) => ({
          timesMs: pairs.map(([seconds]) => Math.round(seconds * 1000)),
          values: pairs.map(([, text]) => special[text] ?? Number(text)),
        }));
        const columns = columnsOf(reply(...series));
        const read = columns.map((column, i) => (column instanceof PointColumns ? { ...column } : wanted[i]));
        expect(read).toEqual(wanted);
      })
    );
  });

  it.each<[string, string]>([
    ['no value', reply([[1, '']])],
    ['a blank', reply([[1, ' 1']])],
    ['another base', reply([[1, '0x10']])],
    ['two points', reply([[1, '1.2.3']])],
    ['a word', reply([[1, 'constructor']])],
    ['a name of a number', reply([[1, 'Infinity']])],
    ['a number', reply([[1, 1]])],
    ['an exponent in the time', reply([[1e21, '1']])],
    ['a negative time', reply([[-1, '1']])],
    ['a time that is a text', reply([['1', '1']])],
    ['a pair of three', reply([[1, '1', '2']])],
    ['a pair of one', reply([[1]])],
    ['an escape', reply([[1, 'a"b']])],
    ['blanks', JSON.stringify(JSON.parse(reply([[1, '1']])), null, 1)],
    ['a number in place of points', '{"data":{"result":[{"metric":{},"values":0},{"metric":{},"values":[[1,"1"]]}]}}'],
    ['points elsewhere', '{"data":{"result":[],"values":[[1,"1"]]}}'],
    ['points twice', '{"data":{"result":[{"metric":{},"values":[[1,"1"]],"values":[[2,"2"]]}]}}'],
    ['no object', '[]'],
    ['nothing', 'null'],
  ])('leaves a reply as it is that has %s', (_, text) => {
    expect(parseMatrixJson(text)).toEqual(JSON.parse(text));
  });

  it.each([
    '',
    '{',
    '{"data":{"result":[{"metric":{},"values":[[1,"1"]',
    '{"data":{"result":[{"metric":{},"values":[[1,"1"]]}',
    '{"data":{"result":[{"metric":{},"values":[[1,"1"],]}]}}',
    '{"data":{"result":[{"metric":{},"values":[[1,"1]]}]}}',
    '{"data":{"result":[{"metric":{},"values":[[01,"1"]]}]}}',
    '{"data":{"result":[{"metric":{},"values":[[1.,"1"]]}]}}',
  ])('throws where JSON does: %s', (text) => {
    expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
    expect(() => parseMatrixJson(text)).toThrow(SyntaxError);
  });

  it('agrees with JSON on texts that were cut and changed', () => {
    const whole = reply(
      [
        [1000, '1'],
        [1015, 'NaN'],
      ],
      [[1000, '2.5']]
    );
    const edit = fc.tuple(
      fc.nat(whole.length),
      fc.constantFrom('', '"', ',', ']', '[', '0', 'e', ',"values":[[', '\\')
    );
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 3 }), fc.nat(3), (edits, dropped) => {
        const text = edits.reduce((old, [at, part]) => old.slice(0, at) + part + old.slice(at + dropped), whole);
        const attempt = (parse: (text: string) => unknown): unknown => {
          try {
            return JSON.stringify(parse(text), (_key, value: unknown) =>
              value instanceof PointColumns ? 'points' : Array.isArray(value) && isPairs(value) ? 'points' : value
            );
          } catch {
            return 'error';
          }
        };
        expect(attempt(parseMatrixJson)).toEqual(attempt(JSON.parse));
      }),
      { numRuns: 2000 }
    );
  });
});

function isPairs(list: readonly unknown[]): boolean {
  return list.length > 0 && list.every((pair) => Array.isArray(pair) && typeof pair[0] === 'number');
}
