import { LIST_DELIMITER, readCsv } from './csv-text.ts';
import type { GraphCsv } from './to-csv.ts';
import {
  type ForeignNode,
  type ForeignRelationship,
  type ImportedGraph,
  MAX_IMPORTED_EDGES,
  MAX_IMPORTED_NODES,
  toImportedGraph,
} from './imported-graph.ts';

/** A graph that was read, or why a file cannot be. */
export type ReadGraph =
  (ImportedGraph & { readonly problem?: never }) | { readonly problem: string; readonly reading?: never };

/** A column of a header such as `slaTarget:double` or `name:ID(topology)`. */
interface Column {
  readonly name: string;
  /** In upper case; `STRING` when missing. */
  readonly type: string;
  readonly isList: boolean;
}

const WHOLE: ReadonlySet<string> = new Set(['LONG', 'INT', 'SHORT', 'BYTE']);
const FRACTIONS: ReadonlySet<string> = new Set(['DOUBLE', 'FLOAT']);

/**
 * Reads the two files of `neo4j-admin database import`: ours, and others of that form.
 *
 * @param files  nodes with `:ID`, relationships with `:START_ID` and `:END_ID`, each with a header; hostile input
 * @returns the graph, or the file and line that cannot be read; never throws
 * Cost O(length).
 */
export function graphFromCsv(files: GraphCsv): ReadGraph {
  const nodes = readTable(files.nodes, MAX_IMPORTED_NODES);
  if ('problem' in nodes) {
    return { problem: `The file of nodes: ${nodes.problem}.` };
  }
  const relationships = readTable(files.relationships, MAX_IMPORTED_EDGES);
  if ('problem' in relationships) {
    return { problem: `The file of relationships: ${relationships.problem}.` };
  }
  const id = nodes.columns.findIndex(({ type }) => type === 'ID');
  const [start, end] = ['START_ID', 'END_ID'].map((type) =>
    relationships.columns.findIndex((column) => column.type === type)
  );
  if (id === -1) {
    return { problem: 'The file of nodes has no column :ID in its first line.' };
  }
  if (start === undefined || end === undefined || start === -1 || end === -1) {
    return { problem: 'The file of relationships has no columns :START_ID and :END_ID in its first line.' };
  }
  return toImportedGraph(
    nodes.rows.map((row) => toNode(row, nodes.columns, id)),
    relationships.rows.map((row) => toRelationship(row, relationships.columns, start, end))
  );
}

function readTable(
  text: string,
  maxRows: number
):
  | { readonly columns: readonly Column[]; readonly rows: readonly (readonly string[])[] }
  | { readonly problem: string } {
  const { rows, problem } = readCsv(text, maxRows + 1);
  if (problem !== undefined) {
    return { problem };
  }
  const [header, ...body] = rows;
  if (!header) {
    return { problem: 'it is empty; its first line must name the columns' };
  }
  const wrong = body.findIndex((row) => row.length !== header.length);
  if (wrong !== -1) {
    const found = body[wrong]?.length ?? 0;
    return { problem: `row ${wrong + 2} has ${found} fields, the header ${header.length}` };
  }
  return { columns: header.map(toColumn), rows: body };
}

function toColumn(field: string): Column {
  const [name = '', kind = ''] = field.split(/:(?=[^:]*$)/);
  const type = kind
    .replace(/[({].*$/, '')
    .trim()
    .toUpperCase();
  return { name: name.trim(), type: type.replace('[]', '') || 'STRING', isList: type.endsWith('[]') };
}

function toNode(row: readonly string[], columns: readonly Column[], id: number): ForeignNode {
  const key = row[id] ?? '';
  const properties = toProperties(row, columns);
  const labels = columns.flatMap(({ type }, index) =>
    type === 'LABEL' ? (row[index] ?? '').split(LIST_DELIMITER) : []
  );
  return { id: key, labels, properties: 'name' in properties ? properties : { ...properties, name: key } };
}

function toRelationship(
  row: readonly string[],
  columns: readonly Column[],
  start: number,
  end: number
): ForeignRelationship {
  const type = row[columns.findIndex((column) => column.type === 'TYPE')] ?? '';
  return { start: row[start] ?? '', end: row[end] ?? '', type, properties: toProperties(row, columns) };
}

function toProperties(row: readonly string[], columns: readonly Column[]): ForeignNode['properties'] {
  return Object.fromEntries(
    columns.flatMap(({ name, type, isList }, index): readonly [string, unknown][] => {
      const field = row[index] ?? '';
      return name === '' || field === '' ? [] : [[name, isList ? field.split(LIST_DELIMITER) : toValue(field, type)]];
    })
  );
}

function toValue(field: string, type: string): unknown {
  if (WHOLE.has(type) || FRACTIONS.has(type)) {
    return /^[-+]?\d*\.?\d+(?:e[-+]?\d+)?$/i.test(field.trim()) ? Number(field) : undefined;
  }
  return type === 'BOOLEAN' ? field.trim().toLowerCase() === 'true' : field;
}
