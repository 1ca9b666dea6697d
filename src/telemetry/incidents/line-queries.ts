import { escapeRegExp, quote } from '../promql/escape.ts';
import { serviceLogQuery } from '../signals/log-queries.ts';

/** Lines of one service that contain all of the texts, each exactly as it is. */
export function containingLinesQuery(service: string, texts: readonly string[], namespace?: string): string {
  return [serviceLogQuery([service], namespace), ...texts.map((text) => `|= ${quote(text)}`)].join(' ');
}

/**
 * Lines of exporters of Kubernetes events, such as Alloy's `loki.source.kubernetes_events`, that speak of one of the names. They
 * are collected in the exporter's own namespace; the stream of change events is none of them.
 */
export function clusterEventQuery(names: readonly string[]): string {
  return `{job=~"(?i).*event.*", job!="change-events"} |~ ${quote(names.map(escapeRegExp).join('|'))}`;
}
