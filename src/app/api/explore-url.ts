import type { Evidence, EvidenceSource } from '#model';

/** Datasources by signal, as the RCA address names them. */
export interface ExploreSources {
  readonly metricsDs?: string | undefined;
  readonly logsDs?: string | undefined;
  readonly tracesDs?: string | undefined;
}

const WIDEN_MS = 15 * 60_000;
const SIGNALS: Readonly<Record<EvidenceSource, keyof ExploreSources>> = {
  metric: 'metricsDs',
  topology: 'metricsDs',
  kubernetes: 'metricsDs',
  impact: 'metricsDs',
  alert: 'metricsDs',
  log: 'logsDs',
  change: 'logsDs',
  trace: 'tracesDs',
};
const LANGUAGES = { promql: 'metricsDs', logql: 'logsDs', traceql: 'tracesDs' } as const;

/** Which datasource answers the query of a piece of evidence. */
export function toSourceKey({ source, language }: Pick<Evidence, 'source' | 'language'>): keyof ExploreSources {
  return language === undefined ? SIGNALS[source] : LANGUAGES[language];
}

/**
 * Address in Explore that runs the evidence's query again over its window, or that opens the trace that it shows; undefined
 * without query or datasource.
 */
export function toExploreUrl(evidence: Evidence, sources: ExploreSources): string | undefined {
  const traceId = evidence.detail?.kind === 'trace-path' ? evidence.detail.traceId : undefined;
  const key = traceId === undefined ? toSourceKey(evidence) : 'tracesDs';
  const uid = sources[key];
  // Tempo takes the id of a trace as a query.
  const text = traceId ?? evidence.query;
  if (!uid || !text) {
    return undefined;
  }
  const query = key === 'tracesDs' ? { refId: 'A', queryType: 'traceql', query: text } : { refId: 'A', expr: text };
  const pane = { datasource: uid, queries: [{ ...query, datasource: { uid } }], range: toRange(evidence) };
  return `/explore?schemaVersion=1&panes=${encodeURIComponent(JSON.stringify({ a: pane }))}`;
}

function toRange({ window, atMs }: Evidence): { from: string; to: string } {
  if (window) {
    return { from: String(window.fromMs), to: String(window.toMs) };
  }
  return atMs === undefined
    ? { from: 'now-1h', to: 'now' }
    : { from: String(atMs - WIDEN_MS), to: String(atMs + WIDEN_MS) };
}
