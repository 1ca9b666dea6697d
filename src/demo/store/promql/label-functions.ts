import { StoreError } from '../errors.ts';
import { compileRe2 } from '../re2.ts';
import { labelValue, withLabel } from '../tsdb/labels.ts';
import { PromqlError } from './errors.ts';
import type { Matrix } from './matrix.ts';
import { mergeColumns } from './matrix.ts';

const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/**
 * `label_replace(v, target, replacement, source, regex)`. The replacement knows `$1`, `${1}`, `$name` and `$$`.
 * @throws PromqlError execution for a bad pattern or label name and for results with equal labels
 */
export function labelReplace(input: Matrix, [target, replacement, source, regex]: readonly string[]): Matrix {
  const pattern = compilePattern(regex ?? '');
  checkName(target ?? '', 'destination label name in label_replace()');
  const columns = input.map((column) => {
    const match = pattern.exec(labelValue(column.labels, source ?? ''));
    return match === null
      ? column
      : { ...column, labels: withLabel(column.labels, target ?? '', expandTemplate(replacement ?? '', match)) };
  });
  return mergeColumns(columns);
}

/**
 * `label_join(v, target, separator, source...)`.
 * @throws PromqlError execution for bad label names and for results with equal labels
 */
export function labelJoin(input: Matrix, [target, separator, ...sources]: readonly string[]): Matrix {
  for (const source of sources) {
    checkName(source, 'source label name in label_join()');
  }
  checkName(target ?? '', 'destination label name in label_join()');
  const columns = input.map((column) => {
    const value = sources.map((source) => labelValue(column.labels, source)).join(separator);
    return { ...column, labels: withLabel(column.labels, target ?? '', value) };
  });
  return mergeColumns(columns);
}

function compilePattern(regex: string): RegExp {
  try {
    return compileRe2(regex, true);
  } catch (cause) {
    if (cause instanceof StoreError) {
      throw new PromqlError('execution', `invalid regular expression in label_replace(): ${regex}`, { cause });
    }
    throw cause;
  }
}

function checkName(name: string, what: string): void {
  if (!LABEL_NAME.test(name)) {
    throw new PromqlError('execution', `invalid ${what}: ${name}`);
  }
}

/** Go's Regexp.Expand. */
function expandTemplate(template: string, match: RegExpExecArray): string {
  return template.replace(/\$(?:\$|(\w+)|\{(\w+)\})/g, (whole, bare?: string, braced?: string) => {
    const name = bare ?? braced;
    if (name === undefined) {
      return whole === '$$' ? '$' : whole;
    }
    return (/^\d+$/.test(name) ? match[Number(name)] : match.groups?.[name]) ?? '';
  });
}
