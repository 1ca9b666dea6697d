import { type Data, DataType, type Field, type RecordBatch, RecordBatchReader, type Schema, Type } from 'apache-arrow';

/** Positions of the numbers that JSON cannot express; they are null in `values`. */
export interface NumberEntities {
  readonly NaN?: readonly number[];
  readonly Inf?: readonly number[];
  readonly NegInf?: readonly number[];
}

/** A data frame as Grafana's HTTP API answers it. Times are epoch ms, with the rest of a millisecond in `nanos`. */
export interface JsonFrame {
  readonly schema: {
    readonly name?: string;
    readonly refId?: string;
    readonly meta?: unknown;
    readonly fields: readonly JsonField[];
  };
  readonly data: {
    readonly values: readonly (readonly unknown[])[];
    readonly entities?: readonly (NumberEntities | null)[];
    readonly nanos?: readonly (readonly number[] | null)[];
  };
}

export interface JsonField {
  readonly name: string;
  readonly type: string;
  readonly typeInfo: { readonly frame: string; readonly nullable?: boolean };
  readonly labels?: Readonly<Record<string, string>>;
  readonly config?: unknown;
}

interface JsonColumn {
  readonly values: readonly unknown[];
  readonly entities: NumberEntities | null;
  readonly nanos: readonly number[] | null;
}

const NANOSECONDS_PER_MS = 1_000_000n;

/**
 * Turns one Arrow IPC file into the JSON frame that Grafana's browser side reads.
 * @throws TypeError for a column type that Grafana does not accept
 */
export function toJsonFrame(bytes: Uint8Array): JsonFrame {
  const reader = RecordBatchReader.from(bytes).open();
  // The reader's schema, not the table's: a table merges fields of equal name and mixes up their labels.
  const schema: Schema = reader.schema;
  const batches = [...reader] as RecordBatch[];
  const columns = schema.fields.map((field, index) => readColumn(field, index, batches));
  const name = schema.metadata.get('name');
  const refId = schema.metadata.get('refId');
  const meta = parseJson(schema.metadata.get('meta'));
  return {
    schema: {
      ...(name ? { name } : {}),
      ...(refId ? { refId } : {}),
      ...(meta === undefined ? {} : { meta }),
      fields: schema.fields.map(toJsonField),
    },
    data: {
      values: columns.map((column) => column.values),
      ...(columns.some((column) => column.entities) ? { entities: columns.map((column) => column.entities) } : {}),
      ...(columns.some((column) => column.nanos) ? { nanos: columns.map((column) => column.nanos) } : {}),
    },
  };
}

function toJsonField(field: Field): JsonField {
  const labels = parseJson(field.metadata.get('labels')) as Record<string, string> | undefined;
  const config = parseJson(field.metadata.get('config'));
  const [type, frame] = toGrafanaType(field);
  return {
    name: field.name,
    type,
    typeInfo: { frame, ...(field.nullable ? { nullable: true } : {}) },
    ...(labels ? { labels } : {}),
    ...(config === undefined ? {} : { config }),
  };
}

function toGrafanaType(field: Field): readonly [type: string, frame: string] {
  const { type } = field;
  if (DataType.isTimestamp(type)) {
    return ['time', 'time.Time'];
  }
  if (DataType.isUtf8(type)) {
    return ['string', 'string'];
  }
  if (DataType.isBool(type)) {
    return ['boolean', 'bool'];
  }
  if (DataType.isBinary(type)) {
    return ['other', 'json.RawMessage'];
  }
  if (DataType.isFloat(type)) {
    return ['number', type.typeId === Type.Float32 || type.precision === 1 ? 'float32' : 'float64'];
  }
  if (DataType.isInt(type)) {
    return field.metadata.get('tstype') === 'enum'
      ? ['enum', 'enum']
      : ['number', `${type.isSigned ? 'int' : 'uint'}${type.bitWidth}`];
  }
  throw new TypeError(`Grafana does not accept the type ${String(type)} of the field "${field.name}"`);
}

function readColumn(field: Field, index: number, batches: readonly RecordBatch[]): JsonColumn {
  const parts = batches.flatMap((batch) => batch.getChildAt(index)?.data ?? []);
  if (DataType.isTimestamp(field.type)) {
    return readTimes(parts);
  }
  const values = batches.flatMap((batch) => [...(batch.getChildAt(index) ?? [])] as unknown[]);
  if (DataType.isFloat(field.type) || DataType.isInt(field.type)) {
    return readNumbers(values);
  }
  const isJson = DataType.isBinary(field.type);
  return {
    values: isJson ? values.map((value) => (value === null ? null : parseJson(decode(value as Uint8Array)))) : values,
    entities: null,
    nanos: null,
  };
}

function readTimes(parts: readonly Data[]): JsonColumn {
  const values: (number | null)[] = [];
  const nanos: number[] = [];
  for (const part of parts) {
    // Whatever unit the type names, Grafana reads the 64-bit integer as nanoseconds.
    const raw = part.values as BigInt64Array;
    for (let row = 0; row < part.length; row += 1) {
      const at = part.getValid(row) ? raw[row] : undefined;
      values.push(at === undefined ? null : Number(at / NANOSECONDS_PER_MS));
      nanos.push(at === undefined ? 0 : Number(at % NANOSECONDS_PER_MS));
    }
  }
  return { values, entities: null, nanos: nanos.some((rest) => rest !== 0) ? nanos : null };
}

function readNumbers(raw: readonly unknown[]): JsonColumn {
  const entities: Record<'NaN' | 'Inf' | 'NegInf', number[]> = { NaN: [], Inf: [], NegInf: [] };
  const values = raw.map((value, row) => {
    const number = typeof value === 'bigint' ? Number(value) : (value as number | null);
    if (number === null || Number.isFinite(number)) {
      return number;
    }
    entities[Number.isNaN(number) ? 'NaN' : number > 0 ? 'Inf' : 'NegInf'].push(row);
    return null;
  });
  const found = Object.fromEntries(Object.entries(entities).filter(([, rows]) => rows.length > 0));
  return { values, entities: Object.keys(found).length > 0 ? found : null, nanos: null };
}

function parseJson(text: string | undefined): unknown {
  if (text === undefined || text === '') {
    return undefined;
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function decode(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}
