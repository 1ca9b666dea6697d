const TEXT = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/g;
/** Names that counters have by convention. Gauges are called `_count` and `_sum` as well, but not after a unit. */
const NAME = String.raw`[a-zA-Z_:][a-zA-Z0-9_:]*_(?:total|bucket|(?:seconds|bytes)_(?:count|sum))`;
const SELECTOR = String.raw`${NAME}\s*(?:\{[^{}]*\})?`;
const GROUPING = String.raw`(?:by|without)\s*\([^()]*\)`;
const COUNTER = new RegExp(
  String.raw`^(?:${SELECTOR}|(?:sum|min|max|avg)\s*(?:${GROUPING}\s*)?\(\s*${SELECTOR}\s*\)\s*(?:${GROUPING})?)$`
);

/**
 * Whether an expression reads counters as they are: one selector, or one aggregation of it, by the name of the metric.
 * Whatever has a function or an operator is taken for what it says.
 */
export function readsCounter(expr: string): boolean {
  return COUNTER.test(expr.replace(TEXT, '""').trim());
}
