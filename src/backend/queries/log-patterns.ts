import { LOG_PATTERN_COLUMNS } from '#contracts';
import type { LogAnomaly, LogPattern } from '#model';
import type { Datasource } from '../datasource/datasource.ts';
import type { Field, Frame } from '../frames/frame.ts';
import { currentLogs, logNotices } from './current-logs.ts';
import { withNotices } from './notices.ts';
import type { PreparedQuery } from './prepare-query.ts';

const MAX_ROWS = 1000;

interface PatternRow extends LogPattern {
  readonly anomaly: LogAnomaly | undefined;
}

/**
 * `log-patterns`: one row per template that was seen in the range, what is strange first, then the most frequent. `count` is of the last hour;
 * `anomaly` and `score` are of the strangest anomaly in the range, empty and null where there is none.
 */
export async function answerLogPatterns(
  datasource: Datasource,
  { query, fromMs, toMs }: PreparedQuery,
  signal: AbortSignal
): Promise<readonly Frame[]> {
  const logs = await currentLogs(datasource, toMs, signal);
  const strangest = new Map<string, LogAnomaly>();
  for (const anomaly of logs?.anomalies() ?? []) {
    const key = `${anomaly.service}/${anomaly.patternId ?? ''}`;
    const known = strangest.get(key);
    if (anomaly.atMs >= fromMs && anomaly.atMs <= toMs && !(known && known.surprisal >= anomaly.surprisal)) {
      strangest.set(key, anomaly);
    }
  }
  const rows = (logs?.patterns(query.service || undefined) ?? [])
    .filter(({ firstSeenMs, lastSeenMs }) => lastSeenMs >= fromMs && firstSeenMs <= toMs)
    .map((pattern): PatternRow => ({ ...pattern, anomaly: strangest.get(`${pattern.service}/${pattern.id}`) }))
    .sort((a, b) => (b.anomaly?.surprisal ?? -1) - (a.anomaly?.surprisal ?? -1) || b.count - a.count)
    .slice(0, MAX_ROWS);
  const meta = withNotices({ type: 'table', preferredVisualisationType: 'table' }, logNotices(logs));
  const fields = LOG_PATTERN_COLUMNS.map((name) => toField(name, rows));
  return [{ refId: query.refId, name: 'log-patterns', meta, fields }];
}

function toField(name: (typeof LOG_PATTERN_COLUMNS)[number], rows: readonly PatternRow[]): Field {
  switch (name) {
    case 'first_seen':
      return { name, kind: 'time', values: rows.map((row) => row.firstSeenMs) };
    case 'last_seen':
      return { name, kind: 'time', values: rows.map((row) => row.lastSeenMs) };
    case 'count':
      return { name, kind: 'number', values: rows.map((row) => row.count) };
    case 'score': {
      const config = { min: 0, max: 1, decimals: 2 };
      return { name, kind: 'number', nullable: true, values: rows.map((row) => row.anomaly?.score ?? null), config };
    }
    case 'anomaly':
      return { name, kind: 'string', values: rows.map((row) => row.anomaly?.reason ?? '') };
    default:
      return { name, kind: 'string', values: rows.map((row) => row[name]) };
  }
}
