import { TelemetryError, type PrometheusClient, type RangeQuery } from '#telemetry';

/** A Prometheus in memory: one service `a` whose request rate is the number of seconds since 1970. */
export interface FakePrometheus {
  readonly client: PrometheusClient;
  /** Ranges that were asked for the request rate, in order. */
  readonly ranges: RangeQuery[];
  /** Expressions that fail from now on. */
  failing: RegExp | undefined;
}

/** Makes the fake. */
export function fakePrometheus(): FakePrometheus {
  const fake: FakePrometheus = {
    ranges: [],
    failing: undefined,
    client: {
      source: 'prometheus',
      query: async (expr) => {
        failWhere(expr);
        return { samples: [], warnings: [], infos: [] };
      },
      queryRange: async (expr, range) => {
        failWhere(expr);
        const annotations = { warnings: [], infos: [] };
        if (!expr.startsWith('sum by (service) (rate(traces_spanmetrics_calls_total')) {
          return { series: [], ...annotations };
        }
        fake.ranges.push(range);
        const length = Math.floor((range.endMs - range.startMs) / (range.stepSeconds * 1000)) + 1;
        const timesMs = Array.from({ length }, (_, i) => range.startMs + i * range.stepSeconds * 1000);
        return {
          series: [{ labels: { service: 'a' }, timesMs, values: timesMs.map((ms) => ms / 1000) }],
          ...annotations,
        };
      },
      series: async () => ({ series: [], warnings: [], infos: [] }),
      labelValues: async () => ({ values: [], warnings: [], infos: [] }),
      exemplars: async () => [],
      labels: async () => [],
      buildInfo: async () => ({ version: undefined }),
    },
  };
  const failWhere = (expr: string): void => {
    if (fake.failing?.test(expr)) {
      throw new TelemetryError('prometheus', 'server-error', { status: 503 });
    }
  };
  return fake;
}
