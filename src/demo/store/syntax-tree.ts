import type { SyntaxNode } from '@lezer/common';
import type { LRParser } from '@lezer/lr';

const MAX_LENGTH = 65_536;
const MAX_DEPTH = 200;

/** A node of a syntax tree with the text it was read from. */
export interface Tree {
  readonly name: string;
  readonly text: string;
  readonly children: readonly Tree[];
}

/** How a query language words its refusals. */
export interface TreeErrors {
  /** Syntax error at line and column, both from 1; `found` is the text there. */
  readonly syntax: (line: number, column: number, found: string) => Error;
  /** A limit of the store. */
  readonly limit: (what: string) => Error;
}

/**
 * Parses text to a plain tree without comments. The grammars are those of editors, which repair errors; here any error is final.
 * @throws what `errors` makes
 */
export function readTree(parser: LRParser, text: string, errors: TreeErrors): Tree {
  if (text.length > MAX_LENGTH) {
    throw errors.limit(`queries longer than ${MAX_LENGTH} characters`);
  }
  return copyNode(parser.parse(text).topNode, text, errors, 0);
}

/** The first child with the given name. */
export function childNamed(tree: Tree, name: string): Tree | undefined {
  return tree.children.find((child) => child.name === name);
}

function copyNode(node: SyntaxNode, text: string, errors: TreeErrors, depth: number): Tree {
  if (depth > MAX_DEPTH) {
    throw errors.limit(`expressions nested deeper than ${MAX_DEPTH}`);
  }
  if (node.type.isError) {
    const before = text.slice(0, node.from).split('\n');
    throw errors.syntax(before.length, (before.at(-1)?.length ?? 0) + 1, text.slice(node.from, node.from + 20).trim());
  }
  const children: Tree[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (child.name !== 'LineComment') {
      children.push(copyNode(child, text, errors, depth + 1));
    }
  }
  return { name: node.name, text: text.slice(node.from, node.to), children };
}
