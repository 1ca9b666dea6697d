import { Field as ArrowField, makeData, RecordBatch, RecordBatchFileWriter, Schema, Struct } from 'apache-arrow';
import { toColumn } from './column.ts';
import type { Field, Frame } from './frame.ts';

/**
 * Encodes a data frame as one Arrow IPC file, which is what Grafana's SDK decodes.
 * @throws RangeError when fields differ in length; TypeError when a field that is not nullable holds null
 */
export function encodeFrame(frame: Frame): Uint8Array {
  const length = frame.fields[0]?.values.length ?? 0;
  const odd = frame.fields.find((field) => field.values.length !== length);
  if (odd) {
    throw new RangeError(`field ${odd.name} has ${odd.values.length} rows, the first field has ${length}`);
  }
  const columns = frame.fields.map(toColumn);
  const fields = columns.map(
    ({ field, type }) => new ArrowField(field.name, type, field.nullable ?? false, fieldMetadata(field))
  );
  const schema = new Schema(fields, frameMetadata(frame));
  const writer = new RecordBatchFileWriter();
  if (columns.length === 0) {
    writer.reset(undefined, schema);
  } else {
    const children = columns.map((column) => column.data);
    const batch = new RecordBatch(schema, makeData({ type: new Struct(fields), length, nullCount: 0, children }));
    // The constructor merges fields by name: of same-named fields each would get the labels of the last.
    (batch as unknown as { schema: Schema }).schema = schema;
    writer.write(batch);
  }
  writer.finish();
  return writer.toUint8Array(true);
}

function fieldMetadata(field: Field): Map<string, string> {
  const metadata = new Map<string, string>([['tstype', field.kind]]);
  if (field.labels && Object.keys(field.labels).length > 0) {
    metadata.set('labels', JSON.stringify(field.labels));
  }
  if (field.config) {
    metadata.set('config', JSON.stringify(field.config));
  }
  return metadata;
}

function frameMetadata(frame: Frame): Map<string, string> {
  const metadata = new Map([
    ['name', frame.name ?? ''],
    ['refId', frame.refId],
  ]);
  if (frame.meta) {
    metadata.set('meta', JSON.stringify(frame.meta));
  }
  return metadata;
}
