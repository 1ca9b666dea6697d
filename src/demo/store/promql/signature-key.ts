import type { LabelSet } from '../tsdb/labels.ts';
import { METRIC_NAME, dropLabels, keepLabels } from '../tsdb/labels.ts';
import type { VectorMatching } from './ast.ts';

/** Labels by which two vectors are matched: those of `on`, or all but the name and those of `ignoring`. */
export function matchLabels(matching: VectorMatching): (labels: LabelSet) => LabelSet {
  if (matching.on) {
    const names = new Set(matching.labels);
    return (labels) => keepLabels(labels, names);
  }
  const names = new Set([...matching.labels, METRIC_NAME]);
  return (labels) => dropLabels(labels, names);
}
