const METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/**
 * A PromQL or LogQL string literal with its quotes. Every text becomes exactly that text: quotes,
 * backslashes and control characters are escaped as Go reads them; a lone surrogate becomes U+FFFD.
 */
export function quote(text: string): string {
  const escaped = text
    .replace(/\p{Cs}/gu, '\ufffd')
    .replace(/[\\"]/g, '\\$&')
    .replace(
      /[\p{Cc}\u2028\u2029\ufffd]/gu,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
    );
  return `"${escaped}"`;
}

/**
 * A TraceQL string literal. Grafana's grammar, which checks queries, knows no escapes but those of quote and backslash
 * (Tempo knows all of Go's), so control characters and lone surrogates become U+FFFD; a name that holds one is not found.
 */
export function quoteTraceQl(text: string): string {
  return `"${text.replace(/[\p{Cc}\p{Cs}]/gu, '\ufffd').replace(/[\\"]/g, '\\$&')}"`;
}

/** A text as an RE2 pattern that matches only that text. */
export function escapeRegExp(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
}

/**
 * A label name that may stand unquoted in a query.
 * @throws RangeError for anything else; label names come from code, so this is a bug of the caller
 */
export function labelName(name: string): string {
  if (!LABEL_NAME.test(name)) {
    throw new RangeError(`${JSON.stringify(name)} is not a label name; use letters, digits and underscores`);
  }
  return name;
}

/**
 * A metric name that may stand unquoted in a query.
 * @throws RangeError for anything else
 */
export function metricName(name: string): string {
  if (!METRIC_NAME.test(name)) {
    throw new RangeError(`${JSON.stringify(name)} is not a metric name; use letters, digits, underscores and colons`);
  }
  return name;
}
