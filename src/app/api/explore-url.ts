import type { Evidence, EvidenceSource } from '#model';

/** Datasources by signal, as the RCA address names them. */
export interface ExploreSources {
  readonly metricsDs?: string | undefined;
  readonly logsDs?: string | undefined;
  readonly tracesDs?: string | undefined;
}

const WIDEN_MS = 15 * 60_000;
const SIGNALS: Readonly<Partial<Record<EvidenceSource, keyof ExploreSources>>> = {
  metric: 'metricsDs',
  topology: 'metricsDs',
  log: 'logsDs',
  change: 'logsDs',
  trace: 'tracesDs',
};

/** Address in Explore that runs the evidence's query again over its window; undefined without query or datasource. */
export function toExploreUrl(evidence: Evidence, sources: ExploreSources): string | undefined {
  const key = SIGNALS[evidence.source];
  const uid = key && sources[key];
  if (!uid || !evidence.query) {
    return undefined;
  }
  const query =
    key === 'tracesDs'
      ? { refId: 'A', queryType: 'traceql', query: evidence.query }
      : { refId: 'A', expr: evidence.query };
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
