import { escapeRegExp, labelName, metricName, quote } from './escape.ts';

/** One condition on a label. Values are plain texts; escaping is done here. */
export type Matcher =
  | { readonly label: string; readonly equals: string }
  | { readonly label: string; readonly notEquals: string }
  | { readonly label: string; readonly oneOf: readonly string[] }
  /** RE2 patterns, anchored at both ends; they come from code, never from telemetry. */
  | { readonly label: string; readonly like: string }
  | { readonly label: string; readonly unlike: string };

/** A matcher in braces syntax. An empty `oneOf` matches nothing but series without the label, as RE2 has it. */
export function toMatcher(matcher: Matcher): string {
  const label = labelName(matcher.label);
  if ('equals' in matcher) {
    return `${label}=${quote(matcher.equals)}`;
  }
  if ('notEquals' in matcher) {
    return `${label}!=${quote(matcher.notEquals)}`;
  }
  if ('like' in matcher) {
    return `${label}=~${quote(matcher.like)}`;
  }
  if ('unlike' in matcher) {
    return `${label}!~${quote(matcher.unlike)}`;
  }
  return `${label}=~${quote(matcher.oneOf.map(escapeRegExp).join('|'))}`;
}

/** An instant vector selector, such as `up{job="shop"}`. */
export function selector(metric: string, matchers: readonly Matcher[] = []): string {
  const inside = matchers.map(toMatcher).join(',');
  return inside === '' ? metricName(metric) : `${metricName(metric)}{${inside}}`;
}

/** Matchers of a namespace; none when it is empty or missing, which means all namespaces. */
export function inNamespace(namespace: string | undefined): readonly Matcher[] {
  return namespace ? [{ label: 'namespace', equals: namespace }] : [];
}
