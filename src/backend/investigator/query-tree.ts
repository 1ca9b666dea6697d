import type { SyntaxNode } from '@lezer/common';
import type { LRParser } from '@lezer/lr';

const MAX_LENGTH = 2000;
const MAX_DEPTH = 60;

/** Why a query is not run, in words for the one who wrote it. */
export class QueryProblem extends Error {
  override readonly name = 'QueryProblem';
}

/** A part of a query with its text and where it stands. */
export interface QueryNode {
  readonly name: string;
  readonly text: string;
  /** `at 1:5`: line and column, both from 1. */
  readonly place: string;
  readonly children: readonly QueryNode[];
  /** The part itself and everything below it with a name. */
  find(name: string): readonly QueryNode[];
}

/**
 * Parses a query. The grammars are those of editors, which go on after errors; here any error is final.
 * @throws QueryProblem for errors of syntax, with their place, and for queries that are too long or nested too deep
 */
export function parseQuery(parser: LRParser, query: string): QueryNode {
  if (query.length > MAX_LENGTH) {
    throw new QueryProblem(`longer than ${MAX_LENGTH} characters`);
  }
  return toNode(parser.parse(query).topNode, query, 0);
}

function toNode(node: SyntaxNode, query: string, depth: number): QueryNode {
  const place = placeOf(query, node.from);
  if (node.type.isError) {
    const found = query.slice(node.from, node.from + 20).trim();
    throw new QueryProblem(`unexpected ${found === '' ? 'end of the query' : JSON.stringify(found)} ${place}`);
  }
  if (depth > MAX_DEPTH) {
    throw new QueryProblem(`nested deeper than ${MAX_DEPTH}`);
  }
  const children: QueryNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    children.push(toNode(child, query, depth + 1));
  }
  const made: QueryNode = {
    name: node.name,
    text: query.slice(node.from, node.to),
    place,
    children,
    find: (name) => [...(node.name === name ? [made] : []), ...children.flatMap((child) => child.find(name))],
  };
  return made;
}

function placeOf(query: string, offset: number): string {
  const lines = query.slice(0, offset).split('\n');
  return `at ${lines.length}:${(lines.at(-1)?.length ?? 0) + 1}`;
}
