import type { ServiceGraph } from '#model';
import {
  LABEL_BY_KIND,
  NODE_LABEL,
  NODE_PROPERTIES,
  type Property,
  type PropertyType,
  type PropertyValue,
  RELATIONSHIP_PROPERTIES,
  relationshipType,
} from './schema.ts';

/** Rows of one statement; a statement of a whole graph would be too long for a shell. */
const BATCH = 500;

/**
 * Writes a graph as a Cypher script that creates it in Neo4j 5 or later, or brings an earlier one up to date.
 *
 * Names and texts are hostile: each becomes one string literal whatever it holds, keys and labels come from code.
 * Nothing is deleted: what a later graph lacks stays in the database.
 *
 * @param graph  any graph
 * @returns statements that end with `;` and a line break, for `cypher-shell -f`
 * Cost O(N + E).
 */
export function graphToCypher(graph: ServiceGraph): string {
  const constraint = `CREATE CONSTRAINT topology_node_name IF NOT EXISTS FOR (n:${NODE_LABEL}) REQUIRE n.name IS UNIQUE;`;
  const nodes = batches(graph.nodes, ({ kind }) => LABEL_BY_KIND[kind]).map(
    ([label, items]) =>
      `UNWIND ${list(items.map((node) => map(node, NODE_PROPERTIES)))} AS row\n` +
      `MERGE (n:${NODE_LABEL} {name: row.name}) SET n:${label}, n += row;`
  );
  const relationships = batches(graph.edges, relationshipType).map(([type, items]) => {
    const rows = items.map(
      (edge) =>
        `{caller: ${cypherText(edge.caller)}, callee: ${cypherText(edge.callee)}, ` +
        `properties: ${map(edge, RELATIONSHIP_PROPERTIES)}}`
    );
    return (
      `UNWIND ${list(rows)} AS row\n` +
      `MATCH (a:${NODE_LABEL} {name: row.caller}), (b:${NODE_LABEL} {name: row.callee})\n` +
      `MERGE (a)-[r:${type}]->(b) SET r += row.properties;`
    );
  });
  return `${[constraint, ...nodes, ...relationships].join('\n')}\n`;
}

/**
 * A Cypher string literal, or a concatenation of two or more, that stands for exactly this text.
 *
 * Backslashes and quotes are escaped. Servers before version 5 replace `\uXXXX` anywhere in a statement before they read
 * it, even behind an escaped backslash, which would let a text end its own literal: no backslash is therefore written
 * before a `u`. Control characters without an escape of their own and lone surrogates become U+FFFD.
 *
 * @param text  any text
 * @returns an expression without line breaks
 * Cost O(length).
 */
export function cypherText(text: string): string {
  const clean = text
    .replace(/\p{Cs}/gu, '\ufffd')
    .replace(/[\\'\n\r\t\b\f]|\p{Cc}/gu, (found) => ESCAPES[found] ?? '\ufffd');
  return `'${clean.replace(/\\\\(?=u)/gi, String.raw`\\' + '`)}'`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
};

function map<Item>(item: Item, properties: readonly Property<Item>[]): string {
  const entries = properties.flatMap(({ name, type, read }) => {
    const value = read(item);
    const literal = value === undefined ? undefined : toLiteral(value, type);
    return literal === undefined ? [] : [`${name}: ${literal}`];
  });
  return `{${entries.join(', ')}}`;
}

function toLiteral(value: PropertyValue, type: PropertyType): string | undefined {
  if (typeof value === 'number') {
    return cypherNumber(value, type);
  }
  if (typeof value === 'boolean') {
    return String(value);
  }
  return typeof value === 'string' ? cypherText(value) : list(value.map(cypherText));
}

/** A number that keeps its type: a whole double has a fraction. Infinite and missing values are left out. */
function cypherNumber(value: number, type: PropertyType): string | undefined {
  if (!Number.isFinite(value)) {
    return undefined;
  }
  const digits = type === 'long' ? String(Math.round(value)) : String(value);
  const written = digits.replace('e+', 'e');
  return type === 'double' && /^-?\d+$/.test(written) ? `${written}.0` : written;
}

function list(items: readonly string[]): string {
  return `[${items.join(', ')}]`;
}

/** Items by a key in order of appearance, in parts of at most `BATCH`. */
function batches<Item>(items: readonly Item[], keyOf: (item: Item) => string): (readonly [string, readonly Item[]])[] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const known = groups.get(key);
    if (known) {
      known.push(item);
    } else {
      groups.set(key, [item]);
    }
  }
  return [...groups].flatMap(([key, members]) =>
    Array.from(
      { length: Math.ceil(members.length / BATCH) },
      (_, part) => [key, members.slice(part * BATCH, (part + 1) * BATCH)] as const
    )
  );
}
