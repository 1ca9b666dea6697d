import type { CausewayQuery, QueryType } from '#contracts';

/** What one query type gives, and which of the other fields it uses. */
export interface QueryText {
  readonly label: string;
  readonly description: string;
  /** One or two sentences below the editor. */
  readonly help: string;
  readonly service: 'none' | 'optional';
  /** `needed`: the query gives nothing without a signal. */
  readonly signal: 'none' | 'optional' | 'needed';
  readonly band: boolean;
  readonly group: 'Scores' | 'Bands and forecasts' | 'Logs and data' | 'Tables and graph';
}

const SCORES = { group: 'Scores', service: 'optional', signal: 'none', band: false } as const;
const BANDS = { group: 'Bands and forecasts', service: 'optional', signal: 'needed', band: false } as const;
const LOGS = { group: 'Logs and data', service: 'optional', signal: 'none', band: false } as const;
const TABLES = { group: 'Tables and graph', service: 'optional', signal: 'none', band: false } as const;

/** All query types in words, in the order in which the editor offers them. */
export const QUERY_TEXTS: Readonly<Record<QueryType, QueryText>> = {
  'anomaly-score': {
    ...SCORES,
    signal: 'optional',
    label: 'Anomaly score',
    description: 'Score 0 to 1 over time, per service',
    help: 'Warning from 0.70, alert from 0.80, critical from 0.90. A gap means unknown, not normal. With a signal also its value and what was expected.',
  },
  'anomaly-level': {
    ...SCORES,
    label: 'Newest score',
    description: 'One number per service, for alert rules',
    help: 'A service without a verdict has no number: a rule sees “no data”, never 0.',
  },
  contributions: {
    ...SCORES,
    label: 'Contributions',
    description: 'What each detector and signal adds to the newest score',
    help: 'A table. The shares of one service add up to 1 for its detectors, and to 1 for its signals.',
  },
  band: {
    ...BANDS,
    band: true,
    label: 'Expected band',
    description: 'Value, lower and upper bound of one signal',
    help: 'The expected band belongs to the score. The two others are documented rules for comparison: `flag` is 1 where the rule fires.',
  },
  forecast: {
    ...BANDS,
    label: 'Forecast',
    description: 'The next hour of one signal with its 95 % band',
    help: 'Reaches beyond now: let the time range of the dashboard end at now+1h. Without enough history there is no forecast, and the panel says why.',
  },
  exhaustion: {
    ...BANDS,
    signal: 'none',
    label: 'Time to exhaustion',
    description: 'Seconds until a resource reaches its limit, for alert rules',
    help: 'One number per resource that has a limit; none where no end is in sight or nothing is known.',
  },
  'log-patterns': {
    ...LOGS,
    label: 'Log patterns',
    description: 'Templates of log lines with counts',
    help: 'A table: what varies in a line is shown as <*>. The column `anomaly` says what is strange about a pattern. Needs Loki.',
  },
  'log-anomaly': {
    ...LOGS,
    label: 'Newest log score',
    description: 'One number per service, for alert rules',
    help: 'The strangest of: new pattern, changed rate, stopped heartbeat, changed mix. Needs Loki.',
  },
  'data-quality': {
    ...LOGS,
    label: 'Data quality',
    description: 'Share of series that failed their checks, for alert rules',
    help: 'Above 0.3 the verdict of the service is blocked: it counts as unknown.',
  },
  services: {
    ...TABLES,
    label: 'Services',
    description: 'Table of services with their state',
    help: 'One row per service with score, state, reason, traffic, errors and latency.',
  },
  topology: {
    ...TABLES,
    service: 'none',
    label: 'Topology',
    description: 'Nodes and edges, for the causal graph and node graph panels',
    help: 'Two frames after Grafana’s convention for node graphs.',
  },
};

/** Bands that the query type `band` shows. */
export const BAND_TEXTS: Readonly<
  Record<NonNullable<CausewayQuery['band']>, readonly [label: string, description: string]>
> = {
  expected: ['Expected', 'What the detectors take for normal'],
  'day-three-sigma': ['24 h mean + 3 sigma', 'Documented rule; its day ends one hour before the point'],
  weekly: ['Weekly', 'Documented rule: trend, day and week of the last 168 h'],
};

/**
 * The query with only the fields that its type uses, so that nothing hidden has an effect. What is missing and needed gets
 * its default.
 */
export function toTypedQuery(query: CausewayQuery, queryType: QueryType): CausewayQuery {
  const { service, signal, band, ...rest } = query;
  const text = QUERY_TEXTS[queryType];
  return {
    ...rest,
    queryType,
    ...(text.service === 'none' || service === undefined ? {} : { service }),
    ...(text.signal === 'none' || (signal === undefined && text.signal === 'optional')
      ? {}
      : { signal: signal === undefined || signal === '' ? (text.signal === 'needed' ? 'latency' : '') : signal }),
    ...(text.band ? { band: band ?? 'expected' } : {}),
  };
}
