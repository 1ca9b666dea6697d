import type { OperationStats } from '#engine';
import { readGzipText } from './csv-table.ts';
import { asFields, asList, asNumber, mapFields } from './json-fields.ts';
import type { PackCounts, PackEvents, PackOperation } from './pack-case.ts';
import { PackError } from './pack-error.ts';

/** Reads an events file. @throws PackError naming the file and the field in it */
export function readEvents(file: string, field: string): PackEvents {
  let value: unknown;
  const text = readGzipText(file, field);
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new PackError(field, `${file} is no JSON`, 'Write one JSON object.', cause);
  }
  const events = asFields(value, field);
  const operations = (item: unknown, at: string): Record<string, PackOperation> => mapFields(item, at, toOperation);
  return {
    requests: mapFields(events.requests, `${field}.requests`, toCounts),
    ops: mapFields(events.ops, `${field}.ops`, operations),
    logTemplates: mapFields(events.logTemplates, `${field}.logTemplates`, (item, at) => mapFields(item, at, toCounts)),
    logErrors: mapFields(events.logErrors, `${field}.logErrors`, toCounts),
  };
}

function toCounts(value: unknown, field: string): PackCounts {
  const list = asList(value, field);
  return [asNumber(list[0], `${field}[0]`), asNumber(list[1], `${field}[1]`)];
}

function toOperation(value: unknown, field: string): PackOperation {
  const list = asList(value, field);
  return [toStats(list[0], `${field}[0]`), toStats(list[1], `${field}[1]`)];
}

function toStats(value: unknown, field: string): OperationStats | null {
  if (value === null || value === undefined) {
    return null;
  }
  const [count, median, mad, p90] = asList(value, field).map((item, i) => asNumber(item, `${field}[${i}]`));
  return { count: count ?? 0, medianLnMs: median ?? 0, madLnMs: mad ?? 0, p90LnMs: p90 ?? 0 };
}
