import { compileRe2 } from './re2.ts';

/** How a matcher compares; the notation is shared by PromQL and LogQL. */
export type MatchOperator = '=' | '!=' | '=~' | '!~';

/** A condition on one label. A missing label counts as the empty value. */
export interface Matcher {
  readonly label: string;
  readonly operator: MatchOperator;
  readonly value: string;
  /** Whether a label value satisfies the matcher. */
  matches(value: string): boolean;
}

/**
 * Builds a matcher; regular expressions are RE2 and match the whole value.
 * @throws StoreError STORE_BAD_PATTERN
 */
export function toMatcher(label: string, operator: MatchOperator, value: string): Matcher {
  return { label, operator, value, matches: testOf(operator, value) };
}

function testOf(operator: MatchOperator, value: string): (candidate: string) => boolean {
  if (operator === '=') {
    return (candidate) => candidate === value;
  }
  if (operator === '!=') {
    return (candidate) => candidate !== value;
  }
  const pattern = compileRe2(value, true);
  const wanted = operator === '=~';
  const known = new Map<string, boolean>();
  return (candidate) => {
    let result = known.get(candidate);
    if (result === undefined) {
      result = pattern.test(candidate) === wanted;
      known.set(candidate, result);
    }
    return result;
  };
}
