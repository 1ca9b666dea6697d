import type { ServiceGraph } from '#model';
import { csvField, LIST_DELIMITER } from './csv-text.ts';
import {
  LABEL_BY_KIND,
  NODE_LABEL,
  NODE_PROPERTIES,
  type Property,
  type PropertyValue,
  RELATIONSHIP_PROPERTIES,
  relationshipType,
} from './schema.ts';

/** The two files of an import. */
export interface GraphCsv {
  readonly nodes: string;
  readonly relationships: string;
}

/** Name of the space that ids are unique in. */
const ID_SPACE = 'topology';

/**
 * Writes a graph as the two files of `neo4j-admin database import full --multiline-fields=true`, which fills an empty
 * database. Items of lists that hold a semicolon are left out, since the format cannot hold them.
 *
 * @param graph  any graph
 * @returns files with a header each; empty fields are properties that are not known
 * Cost O(N + E). Ref: Neo4j Operations Manual, "Neo4j Admin import", CSV header format.
 */
export function graphToCsv(graph: ServiceGraph): GraphCsv {
  const nodes = [
    [`name:ID(${ID_SPACE})`, ':LABEL', ...NODE_PROPERTIES.slice(1).map(header)],
    ...graph.nodes.map((node) => [
      node.name,
      [NODE_LABEL, LABEL_BY_KIND[node.kind]].join(LIST_DELIMITER),
      ...fields(node, NODE_PROPERTIES.slice(1)),
    ]),
  ];
  const relationships = [
    [`:START_ID(${ID_SPACE})`, `:END_ID(${ID_SPACE})`, ':TYPE', ...RELATIONSHIP_PROPERTIES.map(header)],
    ...graph.edges.map((edge) => [
      edge.caller,
      edge.callee,
      relationshipType(edge),
      ...fields(edge, RELATIONSHIP_PROPERTIES),
    ]),
  ];
  return { nodes: toText(nodes), relationships: toText(relationships) };
}

function header({ name, type }: Pick<Property<never>, 'name' | 'type'>): string {
  return type === 'string' ? name : `${name}:${type}`;
}

function fields<Item>(item: Item, properties: readonly Property<Item>[]): (string | undefined)[] {
  return properties.map(({ type, read }) => {
    const value = read(item);
    return value === undefined ? undefined : toField(value, type === 'long');
  });
}

function toField(value: PropertyValue, whole: boolean): string | undefined {
  if (typeof value === 'number') {
    return Number.isFinite(value) ? String(whole ? Math.round(value) : value) : undefined;
  }
  if (typeof value === 'boolean' || typeof value === 'string') {
    return String(value);
  }
  const items = value.filter((item) => item !== '' && !item.includes(LIST_DELIMITER));
  return items.length === 0 ? undefined : items.join(LIST_DELIMITER);
}

function toText(rows: readonly (readonly (string | undefined)[])[]): string {
  return rows.map((row) => `${row.map(csvField).join(',')}\n`).join('');
}
