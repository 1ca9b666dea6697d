import { ModelMetrics } from './model-metrics.ts';

/** Outcome of a query, for the histogram. */
export type QueryOutcome = 'ok' | 'error';

/** Upper bounds of the duration histogram, seconds. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] as const;

/** Counters and histograms of the process. In memory; Prometheus copes with restarts. */
export interface Metrics {
  observeQuery(queryType: string, outcome: QueryOutcome, durationMs: number): void;
  countResource(path: string, status: number): void;
  readonly models: ModelMetrics;
  /** Text exposition of everything observed so far. */
  render(): readonly MetricFamily[];
}

/** One family of the text exposition. */
export interface MetricFamily {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly samples: readonly Sample[];
}

/** One sample. `suffix` as in `_bucket`. */
export interface Sample {
  readonly suffix?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

interface Histogram {
  readonly labels: Readonly<Record<string, string>>;
  readonly counts: number[];
  sum: number;
  count: number;
}

/** Makes empty metrics. */
export function createMetrics(): Metrics {
  const durations = new Map<string, Histogram>();
  const resources = new Map<string, { readonly labels: Readonly<Record<string, string>>; value: number }>();
  const models = new ModelMetrics();
  return {
    models,
    observeQuery: (queryType, outcome, durationMs) => {
      const labels = { query_type: queryType, outcome };
      const key = JSON.stringify(labels);
      const histogram = durations.get(key) ?? { labels, counts: BUCKETS.map(() => 0), sum: 0, count: 0 };
      durations.set(key, histogram);
      const seconds = durationMs / 1000;
      BUCKETS.forEach((bound, i) => {
        histogram.counts[i] = (histogram.counts[i] ?? 0) + (seconds <= bound ? 1 : 0);
      });
      histogram.sum += seconds;
      histogram.count += 1;
    },
    countResource: (path, status) => {
      const labels = { path, status: String(status) };
      const key = JSON.stringify(labels);
      resources.set(key, { labels, value: (resources.get(key)?.value ?? 0) + 1 });
    },
    render: () => [
      {
        name: 'causeway_query_duration_seconds',
        help: 'Time to answer one query.',
        type: 'histogram',
        samples: [...durations.values()].flatMap(toSamples),
      },
      {
        name: 'causeway_resource_requests_total',
        help: 'Resource calls by path and HTTP status.',
        type: 'counter',
        samples: [...resources.values()],
      },
      ...models.render(),
    ],
  };
}

function toSamples({ labels, counts, sum, count }: Histogram): readonly Sample[] {
  return [
    ...BUCKETS.map((bound, i) => ({
      suffix: '_bucket',
      labels: { ...labels, le: String(bound) },
      value: counts[i] ?? 0,
    })),
    { suffix: '_bucket', labels: { ...labels, le: '+Inf' }, value: count },
    { suffix: '_sum', labels, value: sum },
    { suffix: '_count', labels, value: count },
  ];
}
