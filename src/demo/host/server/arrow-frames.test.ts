import {
  Binary,
  Bool,
  type DataType,
  DateMillisecond,
  Field,
  Float64,
  Int64,
  makeData,
  RecordBatch,
  RecordBatchFileWriter,
  Schema,
  Struct,
  TimestampNanosecond,
  Uint16,
  Utf8,
} from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { toJsonFrame } from './arrow-frames.ts';

type Column = readonly [field: Field, data: ReturnType<typeof makeData>];

function encode(columns: readonly Column[], metadata: Record<string, string> = {}): Uint8Array {
  const schema = new Schema(
    columns.map(([field]) => field),
    new Map(Object.entries(metadata))
  );
  const writer = new RecordBatchFileWriter();
  if (columns.length === 0) {
    writer.reset(undefined, schema);
  } else {
    const children = columns.map(([, data]) => data);
    const length = children[0]!.length;
    const batch = new RecordBatch(
      schema,
      makeData({ type: new Struct(schema.fields), length, nullCount: 0, children })
    );
    Object.assign(batch, { schema });
    writer.write(batch);
  }
  writer.finish();
  return writer.toUint8Array(true);
}

const field = (name: string, type: DataType, nullable = false, metadata: Record<string, string> = {}): Field =>
  new Field(name, type, nullable, new Map(Object.entries(metadata)));
const bitmap = (...valid: boolean[]): Uint8Array =>
  Uint8Array.of(valid.reduce((bits, isValid, row) => bits | (isValid ? 1 << row : 0), 0));
const numbers = (...values: number[]) =>
  makeData({ type: new Float64(), length: values.length, nullCount: 0, data: Float64Array.from(values) });

describe('an Arrow frame in JSON', () => {
  it('keeps name, refId, meta, labels and config', () => {
    const value = field('value', new Float64(), true, { labels: '{"service":"payment"}', config: '{"unit":"s"}' });
    const frame = toJsonFrame(
      encode([[value, numbers(1.5)]], { name: 'scores', refId: 'A', meta: '{"type":"timeseries-multi"}' })
    );
    expect(frame).toEqual({
      schema: {
        name: 'scores',
        refId: 'A',
        meta: { type: 'timeseries-multi' },
        fields: [
          {
            name: 'value',
            type: 'number',
            typeInfo: { frame: 'float64', nullable: true },
            labels: { service: 'payment' },
            config: { unit: 's' },
          },
        ],
      },
      data: { values: [[1.5]] },
    });
  });

  it('turns nanoseconds into milliseconds and keeps the rest', () => {
    const data = makeData({
      type: new TimestampNanosecond(),
      length: 3,
      nullCount: 1,
      nullBitmap: bitmap(true, false, true),
      data: BigInt64Array.from([1_700_000_000_123_000_000n, 0n, 1_700_000_000_124_000_007n]),
    });
    const frame = toJsonFrame(encode([[field('time', new TimestampNanosecond(), true), data]]));
    expect(frame.data.values).toEqual([[1_700_000_000_123, null, 1_700_000_000_124]]);
    expect(frame.data.nanos).toEqual([[0, 0, 7]]);
    expect(frame.schema.fields[0]).toMatchObject({ type: 'time', typeInfo: { frame: 'time.Time' } });
  });

  it('lists NaN and infinities as entities, never as zero', () => {
    const frame = toJsonFrame(
      encode([
        [field('a', new Float64()), numbers(1, Number.NaN, Infinity)],
        [field('b', new Float64()), numbers(-Infinity, 2, 3)],
        [field('c', new Float64()), numbers(4, 5, 6)],
      ])
    );
    expect(frame.data.values).toEqual([
      [1, null, null],
      [null, 2, 3],
      [4, 5, 6],
    ]);
    expect(frame.data.entities).toEqual([{ NaN: [1], Inf: [2] }, { NegInf: [0] }, null]);
  });

  it('does not mix up the labels of fields with the same name', () => {
    const of = (service: string) => field('value', new Float64(), false, { labels: JSON.stringify({ service }) });
    const frame = toJsonFrame(
      encode([
        [of('order'), numbers(1)],
        [of('payment'), numbers(2)],
      ])
    );
    expect(frame.schema.fields.map((item) => item.labels?.service)).toEqual(['order', 'payment']);
    expect(frame.data.values).toEqual([[1], [2]]);
  });

  it('reads text, booleans, 64-bit integers, enums and JSON', () => {
    const text = Buffer.from('größer');
    const json = Buffer.from('{"a":[1]}');
    const frame = toJsonFrame(
      encode([
        [
          field('text', new Utf8()),
          makeData({
            type: new Utf8(),
            length: 1,
            nullCount: 0,
            valueOffsets: Int32Array.of(0, text.length),
            data: text,
          }),
        ],
        [field('flag', new Bool()), makeData({ type: new Bool(), length: 1, nullCount: 0, data: Uint8Array.of(1) })],
        [
          field('count', new Int64()),
          makeData({ type: new Int64(), length: 1, nullCount: 0, data: BigInt64Array.of(42n) }),
        ],
        [
          field('level', new Uint16(), false, { tstype: 'enum' }),
          makeData({ type: new Uint16(), length: 1, nullCount: 0, data: Uint16Array.of(2) }),
        ],
        [
          field('details', new Binary()),
          makeData({
            type: new Binary(),
            length: 1,
            nullCount: 0,
            valueOffsets: Int32Array.of(0, json.length),
            data: json,
          }),
        ],
      ])
    );
    expect(frame.data.values).toEqual([['größer'], [true], [42], [2], [{ a: [1] }]]);
    expect(frame.schema.fields.map((item) => `${item.type} ${item.typeInfo.frame}`)).toEqual([
      'string string',
      'boolean bool',
      'number int64',
      'enum enum',
      'other json.RawMessage',
    ]);
  });

  it('reads a frame without fields', () => {
    expect(toJsonFrame(encode([], { name: 'empty' }))).toEqual({
      schema: { name: 'empty', fields: [] },
      data: { values: [] },
    });
  });

  it('refuses a type that Grafana refuses', () => {
    const data = makeData({ type: new DateMillisecond(), length: 1, nullCount: 0, data: BigInt64Array.of(1n) });
    expect(() => toJsonFrame(encode([[field('day', new DateMillisecond()), data]]))).toThrow(/field "day"/);
  });
});
