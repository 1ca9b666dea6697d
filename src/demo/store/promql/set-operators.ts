import type { SetOperator, VectorMatching } from './ast.ts';
import type { Column, Matrix, Steps } from './matrix.ts';
import { mergeColumns } from './matrix.ts';
import { matchLabels } from './signature-key.ts';

/** Evaluates `and`, `or` and `unless` step by step. Cost O(columns * steps). */
export function evaluateSet(
  operator: SetOperator,
  matching: VectorMatching,
  left: Matrix,
  right: Matrix,
  steps: Steps
): Matrix {
  if (operator === 'or') {
    const taken = presenceBySignature(matching, left, steps);
    return mergeColumns([...left, ...mask(matching, right, (mine, index) => mine?.[index] !== 1, taken)]);
  }
  const other = presenceBySignature(matching, right, steps);
  const wanted = operator === 'and' ? 1 : 0;
  return mergeColumns(mask(matching, left, (theirs, index) => (theirs?.[index] ?? 0) === wanted, other));
}

function presenceBySignature(matching: VectorMatching, matrix: Matrix, steps: Steps): Map<string, Uint8Array> {
  const signature = matchLabels(matching);
  const found = new Map<string, Uint8Array>();
  for (const { labels, present } of matrix) {
    const { key } = signature(labels);
    const union = found.get(key) ?? new Uint8Array(steps.count);
    found.set(key, union);
    for (let index = 0; index < present.length; index++) {
      union[index] = (union[index] as number) | (present[index] as number);
    }
  }
  return found;
}

function mask(
  matching: VectorMatching,
  matrix: Matrix,
  keeps: (other: Uint8Array | undefined, index: number) => boolean,
  others: ReadonlyMap<string, Uint8Array>
): Column[] {
  const signature = matchLabels(matching);
  return matrix.map(({ labels, values, present }) => {
    const other = others.get(signature(labels).key);
    const kept = present.map((slot, index) => (slot === 1 && keeps(other, index) ? 1 : 0));
    return { labels, values, present: kept };
  });
}
