import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readCsvTable, type CsvTable } from './csv-table.ts';
import { asFields, asList, asOneOf, asText, type JsonFields } from './json-fields.ts';
import type { PackCase, PackWindows } from './pack-case.ts';
import { PackError } from './pack-error.ts';
import { cutByPhase, stackBaselines } from './pack-windows.ts';
import { readEvents } from './read-events.ts';

/** Something read once per file. */
interface Reader {
  readonly directory: string;
  readonly baselines: Map<string, CsvTable>;
}

const SERVICE_TYPES = ['service', 'database', 'remote', 'client'] as const;

/**
 * Reads a directory in the case format (RCA specification, section 2): `cases.json` and every file it names. Other files
 * are ignored, nothing is written.
 *
 * @throws PackError naming the field and the remedy
 */
export function readPack(directory: string): readonly PackCase[] {
  const file = path.join(directory, 'cases.json');
  const list = asList(parseCases(file), 'cases.json');
  if (list.length === 0) {
    throw new PackError('cases.json', 'holds no case', 'Name a directory with at least one case.');
  }
  const reader: Reader = { directory, baselines: new Map() };
  return list.map((item, i) => readCase(reader, asFields(item, `cases.json[${i}]`), `cases.json[${i}]`));
}

function parseCases(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new PackError('--data', `${file} cannot be read`, 'Name a directory that holds cases.json.', cause);
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PackError('cases.json', 'is no JSON', 'Write a list of cases.', cause);
  }
}

function readCase(reader: Reader, item: JsonFields, field: string): PackCase {
  const services = asList(item.services, `${field}.services`).map((value, i) => {
    const at = `${field}.services[${i}]`;
    const service = asFields(value, at);
    return { name: asText(service.name, `${at}.name`), type: asOneOf(service.type, SERVICE_TYPES, `${at}.type`) };
  });
  const target = asFields(item.target, `${field}.target`);
  const truth = asFields(item.groundTruth, `${field}.groundTruth`);
  const answer = asText(truth.service, `${field}.groundTruth.service`);
  if (!services.some(({ name }) => name === answer)) {
    throw new PackError(`${field}.groundTruth.service`, `"${answer}" is none of the services`, 'List it in services.');
  }
  const traces = optionalWindows(reader, item, 'traceAggregates', field);
  const logs = optionalWindows(reader, item, 'logAggregates', field);
  return {
    truth: {
      id: asText(item.id, `${field}.id`),
      dataset: asText(item.dataset, `${field}.dataset`),
      scenario: String(item.scenario ?? ''),
      faultType: asText(item.faultType, `${field}.faultType`),
      service: answer,
      kinds: asList(truth.kinds ?? [], `${field}.groundTruth.kinds`).map(String),
      source: String(item.source ?? ''),
      licence: String(item.licence ?? ''),
    },
    services,
    edges: asList(item.edges, `${field}.edges`).map((value, i) => toEdge(value, `${field}.edges[${i}]`)),
    entry: asText(item.entry, `${field}.entry`),
    target: {
      service: asText(target.service, `${field}.target.service`),
      metric: asOneOf(target.metric, ['latency', 'availability'], `${field}.target.metric`),
    },
    metrics: readMetrics(reader, item, field),
    ...(traces && traces.incidentRows > 0 ? { traces } : {}),
    ...(logs && logs.incidentRows > 0 ? { logs } : {}),
    ...(item.events ? { events: readEvents(fileOf(reader, item.events, `${field}.events`), `${field}.events`) } : {}),
  };
}

function toEdge(value: unknown, field: string): readonly [string, string] {
  const [caller, callee] = asList(value, field);
  return [asText(caller, `${field}[0]`), asText(callee, `${field}[1]`)];
}

/** A file of the directory; names that lead out of it are refused. */
function fileOf(reader: Reader, value: unknown, field: string): string {
  const name = asText(value, field);
  if (path.isAbsolute(name) || name.split(/[/\\]/).includes('..')) {
    throw new PackError(field, `"${name}" leads out of the directory`, 'Name a file of the directory.');
  }
  return path.join(reader.directory, name);
}

function readMetrics(reader: Reader, item: JsonFields, field: string): PackWindows {
  const at = `${field}.metrics`;
  const table = readCsvTable(fileOf(reader, item.metrics, at), at, true);
  const windows =
    item.baselineRef === null || item.baselineRef === undefined
      ? cutByPhase(table)
      : stackBaselines(readBaselines(reader, item.baselineRef, `${field}.baselineRef`), table);
  if (windows.incidentRows === 0) {
    throw new PackError(at, 'has no row of phase "incident"', 'Mark the rows of the incident.');
  }
  return windows;
}

function readBaselines(reader: Reader, value: unknown, field: string): readonly CsvTable[] {
  return asList(value, field).map((name, i) => {
    const file = fileOf(reader, name, `${field}[${i}]`);
    const table = reader.baselines.get(file) ?? readCsvTable(file, `${field}[${i}]`, false);
    reader.baselines.set(file, table);
    return table;
  });
}

function optionalWindows(reader: Reader, item: JsonFields, name: string, field: string): PackWindows | undefined {
  const at = `${field}.${name}`;
  return item[name] ? cutByPhase(readCsvTable(fileOf(reader, item[name], at), at, true)) : undefined;
}
