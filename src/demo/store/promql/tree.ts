import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import { parseError, unsupported } from './errors.ts';

const MAX_QUERY_LENGTH = 65_536;
const MAX_DEPTH = 200;

/** A node of the syntax tree with the text it was read from. */
export interface Tree {
  readonly name: string;
  readonly text: string;
  readonly children: readonly Tree[];
}

/**
 * Parses PromQL text to a plain tree.
 * @throws PromqlError bad_data on any syntax error, with line and column
 */
export function parseTree(query: string): Tree {
  if (query.length > MAX_QUERY_LENGTH) {
    throw unsupported(`queries longer than ${MAX_QUERY_LENGTH} characters`);
  }
  if (query.replace(/#[^\n]*/g, '').trim() === '') {
    throw parseError('no expression found in input');
  }
  const [root] = copyNode(parser.parse(query).topNode, query, 0).children;
  if (root === undefined) {
    throw parseError('no expression found in input');
  }
  return root;
}

/** The first child with the given name. */
export function childNamed(tree: Tree, name: string): Tree | undefined {
  return tree.children.find((child) => child.name === name);
}

function copyNode(node: SyntaxNode, query: string, depth: number): Tree {
  if (depth > MAX_DEPTH) {
    throw unsupported(`expressions nested deeper than ${MAX_DEPTH}`);
  }
  if (node.type.isError) {
    throw syntaxErrorAt(query, node.from);
  }
  const children: Tree[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (child.name !== 'LineComment') {
      children.push(copyNode(child, query, depth + 1));
    }
  }
  return { name: node.name, text: query.slice(node.from, node.to), children };
}

function syntaxErrorAt(query: string, at: number): Error {
  const before = query.slice(0, at).split('\n');
  const found = query.slice(at, at + 20).trim();
  const what = found === '' ? 'unexpected end of input' : `unexpected ${JSON.stringify(found)}`;
  return parseError(`${before.length}:${(before.at(-1)?.length ?? 0) + 1}: ${what}`);
}
