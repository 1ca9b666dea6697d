import { parser } from '@prometheus-io/lezer-promql';
import type { Tree } from '../syntax-tree.ts';
import { readTree } from '../syntax-tree.ts';
import { parseError, unsupported } from './errors.ts';

/**
 * Parses PromQL text to a plain tree.
 * @throws PromqlError bad_data on any syntax error, with line and column
 */
export function parseTree(query: string): Tree {
  if (query.replace(/#[^\n]*/g, '').trim() === '') {
    throw parseError('no expression found in input');
  }
  const [root] = readTree(parser, query, {
    syntax: (line, column, found) =>
      parseError(`${line}:${column}: unexpected ${found === '' ? 'end of input' : JSON.stringify(found)}`),
    limit: unsupported,
  }).children;
  if (root === undefined) {
    throw parseError('unexpected end of input');
  }
  return root;
}
