import type { ReadGraph } from './from-csv.ts';
import {
  type ForeignNode,
  type ForeignRelationship,
  MAX_IMPORTED_EDGES,
  MAX_IMPORTED_NODES,
  toImportedGraph,
} from './imported-graph.ts';

const MAX_DEPTH = 12;

type Foreign = Readonly<Record<string, unknown>>;

/** What is found while walking through a document. */
interface Found {
  readonly nodes: Map<string, ForeignNode>;
  readonly relationships: Map<string, ForeignRelationship>;
}

/**
 * Reads a graph from JSON as Neo4j and its tools write it: `apoc.export.json` in each of its formats (lines, list, object
 * with or without ids as keys), the rows of a query that returns nodes and relationships from the Query API or the HTTP
 * API, and the export of Neo4j Browser.
 *
 * Nodes and relationships are recognised by their shape wherever they are: a node has labels and properties, a
 * relationship has a start, an end and a type.
 *
 * @param text  one document, or one per line; hostile input
 * @returns the graph, or why the text cannot be read; never throws
 * Cost O(length).
 */
export function graphFromJson(text: string): ReadGraph {
  const documents = parseDocuments(text);
  if (typeof documents === 'string') {
    return { problem: documents };
  }
  const found: Found = { nodes: new Map(), relationships: new Map() };
  documents.forEach((document) => walk(document, found, { depth: 0, key: '' }));
  if (found.nodes.size === 0) {
    return { problem: 'The JSON holds no node. Expected objects with "labels" and "properties".' };
  }
  if (found.nodes.size > MAX_IMPORTED_NODES || found.relationships.size > MAX_IMPORTED_EDGES) {
    return { problem: `More than ${MAX_IMPORTED_NODES} nodes or ${MAX_IMPORTED_EDGES} relationships.` };
  }
  return toImportedGraph([...found.nodes.values()], [...found.relationships.values()]);
}

function parseDocuments(text: string): readonly unknown[] | string {
  const body = text.replace(/^\ufeff/, '').trim();
  try {
    return [JSON.parse(body) as unknown];
  } catch {
    // Several documents, one per line.
  }
  const lines = body.split(/\r?\n/);
  const documents: unknown[] = [];
  for (const [index, line] of lines.entries()) {
    try {
      documents.push(...(line.trim() === '' ? [] : [JSON.parse(line) as unknown]));
    } catch {
      return `Line ${index + 1} is no JSON, and the whole text is none either.`;
    }
  }
  return documents;
}

function walk(value: unknown, found: Found, place: { readonly depth: number; readonly key: string }): void {
  if (typeof value !== 'object' || value === null || place.depth > MAX_DEPTH) {
    return;
  }
  if (Array.isArray(value)) {
    value.forEach((item) => walk(item, found, { depth: place.depth + 1, key: '' }));
    return;
  }
  const item = value as Foreign;
  const relationship = toRelationship(item, place.key);
  if (relationship) {
    found.relationships.set(relationship.key, relationship.value);
    // The ends may be described here only.
    addEnd(item['start'], found);
    addEnd(item['end'], found);
    return;
  }
  const node = toNode(item, place.key);
  if (node) {
    found.nodes.set(node.id, node);
    return;
  }
  for (const [key, child] of Object.entries(item)) {
    walk(child, found, { depth: place.depth + 1, key });
  }
}

function addEnd(value: unknown, found: Found): void {
  const node = isObject(value) && isObject(value['properties']) ? toNode(value, '') : undefined;
  if (node && !found.nodes.has(node.id)) {
    found.nodes.set(node.id, node);
  }
}

function toNode(item: Foreign, key: string): ForeignNode | undefined {
  const { labels, properties } = item;
  const id = idOf(item) ?? (/^\d+$/.test(key) ? key : undefined);
  return Array.isArray(labels) && isObject(properties) && id !== undefined
    ? {
        id,
        labels: labels.filter((label): label is string => typeof label === 'string'),
        properties: toPlain(properties),
      }
    : undefined;
}

function toRelationship(
  item: Foreign,
  key: string
): { readonly key: string; readonly value: ForeignRelationship } | undefined {
  const start = endOf(item, ['startNodeElementId', 'startNode', 'start']);
  const end = endOf(item, ['endNodeElementId', 'endNode', 'end']);
  const type = item['type'] === 'relationship' ? item['label'] : item['type'];
  if (start === undefined || end === undefined || typeof type !== 'string') {
    return undefined;
  }
  const properties = isObject(item['properties']) ? toPlain(item['properties']) : {};
  const id = idOf(item) ?? (key || JSON.stringify([start, end, type]));
  return { key: id, value: { start, end, type, properties } };
}

function endOf(item: Foreign, names: readonly string[]): string | undefined {
  const value = names.map((name) => item[name]).find((candidate) => candidate !== undefined);
  return isObject(value) ? (idOf(value) ?? toId(value)) : toId(value);
}

function idOf(item: Foreign): string | undefined {
  return [item['elementId'], item['id'], item['identity']].map(toId).find((id) => id !== undefined);
}

/** An id: a text, a number, or the pair of halves that drivers make of a large number. */
function toId(value: unknown): string | undefined {
  if (isObject(value)) {
    const { low, high } = value;
    return typeof low === 'number' && typeof high === 'number' ? String(high * 2 ** 32 + (low >>> 0)) : undefined;
  }
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

/** Properties with large numbers made whole again. */
function toPlain(properties: Foreign): Foreign {
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => {
      const whole = isObject(value) ? toId(value) : undefined;
      return [name, whole === undefined ? value : Number(whole)];
    })
  );
}

function isObject(value: unknown): value is Foreign {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
