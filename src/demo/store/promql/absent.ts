import type { LabelSet } from '../tsdb/labels.ts';
import { METRIC_NAME, NO_LABELS, toLabelSet } from '../tsdb/labels.ts';
import type { Expr } from './ast.ts';
import { unwrapParens } from './ast.ts';
import type { Matrix, Steps } from './matrix.ts';
import { createColumn, hasSamples } from './matrix.ts';

/** 1 at the steps where the input has no sample, with the labels that the selector fixes by `=`. */
export function absent(arg: Expr, input: Matrix, steps: Steps): Matrix {
  const out = createColumn(labelsOf(unwrapParens(arg)), steps.count);
  out.values.fill(1);
  for (let index = 0; index < steps.count; index++) {
    out.present[index] = input.some((column) => column.present[index] === 1) ? 0 : 1;
  }
  return hasSamples(out) ? [out] : [];
}

function labelsOf(arg: Expr): LabelSet {
  const selector = arg.type === 'range' ? arg.selector : arg;
  if (selector.type !== 'selector') {
    return NO_LABELS;
  }
  const fixed = new Map<string, string>();
  const seen = new Set<string>();
  for (const { label, operator, value } of selector.matchers) {
    if (label === METRIC_NAME) {
      continue;
    }
    if (operator === '=' && !seen.has(label)) {
      fixed.set(label, value);
      seen.add(label);
    } else {
      fixed.delete(label);
    }
  }
  return toLabelSet(fixed);
}
