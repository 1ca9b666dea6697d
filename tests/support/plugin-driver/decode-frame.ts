import { RecordBatchReader, type TypeMap } from 'apache-arrow';

/** A field as the bytes hold it. Times are epoch ms, read from the raw nanoseconds. */
export interface DecodedField {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly config: Readonly<Record<string, unknown>>;
  readonly tstype: string;
  readonly values: readonly unknown[];
}

/** A data frame as the bytes hold it. */
export interface DecodedFrame {
  readonly name: string;
  readonly refId: string;
  readonly meta: Readonly<Record<string, any>>;
  readonly fields: readonly DecodedField[];
}

/** Decodes one Arrow IPC file by the reader's schema; the schema of a table merges same-named fields. */
export function decodeFrame(bytes: Uint8Array): DecodedFrame {
  if (Buffer.from(bytes.slice(0, 6)).toString('latin1') !== 'ARROW1') {
    throw new Error('not an Arrow file');
  }
  const reader = RecordBatchReader.from<TypeMap>(bytes).open();
  const { metadata, fields } = reader.schema;
  const batches = [...reader];
  return {
    name: metadata.get('name') ?? '',
    refId: metadata.get('refId') ?? '',
    meta: JSON.parse(metadata.get('meta') ?? '{}') as Record<string, any>,
    fields: fields.map((field, index) => ({
      name: field.name,
      type: String(field.type),
      nullable: field.nullable,
      labels: JSON.parse(field.metadata.get('labels') ?? '{}') as Record<string, string>,
      config: JSON.parse(field.metadata.get('config') ?? '{}') as Record<string, unknown>,
      tstype: field.metadata.get('tstype') ?? '',
      values: batches.flatMap((batch) => {
        const vector = batch.getChildAt(index)!;
        const raw = vector.data[0]!.values as BigInt64Array;
        return Array.from({ length: vector.length }, (_, row): unknown => {
          const value: unknown = vector.get(row);
          return value !== null && String(field.type).startsWith('Timestamp') ? Number(raw[row]! / 1_000_000n) : value;
        });
      }),
    })),
  };
}
