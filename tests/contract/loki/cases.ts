import type { RequestCase } from '../recording.ts';

const LINES: readonly string[] = [
  '{namespace="shop"}',
  '{namespace="shop", level="error"}',
  '{namespace="shop", level=~"error|ERROR|err"}',
  '{namespace="shop", job="change-events"}',
  '{namespace=~".+", service_name!="order"}',
  '{namespace!~"sh.*", service_name=~".+"}',
  '{namespace="nothing"}',
  '{service_name="unknown_service"}',
  '{namespace="shop"} |= "declined"',
  '{namespace="shop"} != "declined"',
  '{namespace="shop"} |~ "status.{1,3}50[0-9]"',
  '{namespace="shop"} !~ `order|GET`',
  '{namespace="shop"} |= "order" != "200" |~ "tr.*id"',
  '{namespace="shop", level="error"} | json',
  '{namespace="shop", level="error"} | json | status >= 500',
  '{namespace="shop", service_name="order"} | json | status = 200 and level_extracted = "warn"',
  '{namespace="shop", service_name="order"} | json | took > 1.2s',
  '{namespace="shop", service_name="order"} | json | took > 100ms and took <= 200ms',
  '{namespace="shop", service_name="order"} | json | ratio > 4 or msg =~ "payment.*"',
  '{namespace="shop", service_name="order"} | json | (cached="true" or status=503), ratio < 1',
  '{namespace="shop", service_name="order"} | json | http_route = "/orders" | ratio = 1.5',
  '{namespace="shop", service_name="gateway"} | logfmt',
  '{namespace="shop", service_name="gateway"} | logfmt | status > 400',
  '{namespace="shop", service_name="gateway"} | logfmt | took > 1s',
  '{namespace="shop", service_name="gateway"} | logfmt | msg = "GET /x"',
  '{namespace="shop", service_name="gateway"} | json',
  '{namespace="shop", service_name="gateway"} | json | __error__ = ""',
  '{namespace="other"} | json',
  '{namespace="other"} | json | __error__ != "JSONParserErr"',
  '{namespace="shop"} | detected_level = "error"',
  '{namespace="shop"} | level = "error"',
  '{namespace="shop", level="error"} | json | msg > 5',
  '{namespace="shop"} | level=~"error|fatal" or detected_level=~"error|fatal"',
  '{job=~"(?i).*EVENT.*", namespace="shop"} |~ "payment|order"',
  '{namespace="shop"} |= "\\"declined\\u005c\\""',
];

const METRICS: readonly string[] = [
  'count_over_time({namespace="shop"}[1m])',
  'rate({namespace="shop"}[2m])',
  'sum(count_over_time({namespace="shop"}[1m]))',
  'sum by (service_name, level) (count_over_time({namespace="shop"}[1m]))',
  'sum by (service_name, level) (count_over_time({service_name=~".+"}[5m]))',
  'sum by (service_name, level, detected_level) (count_over_time({namespace="shop", job!="change-events"}[61s]))',
  'sum by (app, namespace, service_name, level) (count_over_time({namespace=~".+"}[5m]))',
  'sum without (level, detected_level) (rate({namespace="shop"}[1m]))',
  'sum(rate({namespace="shop"} |= "declined" [3m])) by (level)',
  'sum by (status) (count_over_time({namespace="shop", service_name="order"} | json [2m]))',
  'sum by (level) (count_over_time({namespace="shop", service_name="order"} | json | status >= 500 [2m]))',
  'count_over_time({namespace="shop", level="error"}[1m] offset 2m)',
  'sum by (service_name) (sum by (service_name, level) (count_over_time({namespace="shop"}[1m])))',
  'count_over_time({namespace="nothing"}[1m])',
  'count_over_time({namespace="other"} | json [5m])',
  'count_over_time({namespace="other"} | json | __error__="" [5m])',
];

/** Queries that Loki refuses too. */
const REFUSED: readonly string[] = [
  '',
  '{',
  '{}',
  '{namespace="shop"',
  '{namespace="shop}',
  '{namespace=~".*"}',
  '{namespace="shop"} |= ',
  '{namespace="shop"} | json |',
  '{namespace="shop"} |~ "("',
  '{namespace=~"("}',
  'namespace="shop"',
  'rate({namespace="shop"})',
  'count_over_time({namespace="shop"}[])',
  'sum by (a (rate({namespace="shop"}[1m]))',
];

/** Requests of the recording, for data that start at `baseMs`. */
export function lokiCases(baseMs: number): readonly RequestCase[] {
  const ns = (offsetMs: number): string => `${baseMs + offsetMs}000000`;
  const range = [
    ['start', ns(0)],
    ['end', ns(600_000)],
  ] as const;
  const path = '/loki/api/v1/query_range';
  const lines = (query: string, extra: readonly (readonly [string, string])[] = []): RequestCase => ({
    id: `lines ${query} ${extra.map((pair) => pair.join('=')).join(' ')}`.trim(),
    path,
    params: [['query', query], ...range, ['limit', '1000'], ...extra],
  });
  return [
    ...LINES.map((query) => lines(query)),
    ...REFUSED.map((query) => lines(query)),
    ...METRICS.flatMap((query) => metricCases(query, baseMs, ns)),
    lines('{namespace="shop"}', [['direction', 'forward']]),
    { id: 'newest three', path, params: [['query', '{namespace="shop"}'], ...range, ['limit', '3']] },
    {
      id: 'oldest three',
      path,
      params: [['query', '{namespace="shop"}'], ...range, ['limit', '3'], ['direction', 'forward']],
    },
    {
      id: 'end is open',
      path,
      params: [
        ['query', '{namespace="shop"}'],
        ['start', ns(15_000)],
        ['end', ns(30_000)],
      ],
    },
    {
      id: 'too long',
      path,
      params: [
        ['query', '{namespace="shop"}'],
        ['start', ns(-31 * 86_400_000)],
        ['end', ns(0)],
      ],
    },
    { id: 'limit 0', path, params: [['query', '{namespace="shop"}'], ...range, ['limit', '0']] },
    { id: 'limit 9999', path, params: [['query', '{namespace="shop"}'], ...range, ['limit', '9999']] },
    { id: 'bad direction', path, params: [['query', '{namespace="shop"}'], ...range, ['direction', 'up']] },
    {
      id: 'bad start',
      path,
      params: [
        ['query', '{namespace="shop"}'],
        ['start', 'soon'],
        ['end', ns(1)],
      ],
    },
    {
      id: 'end before start',
      path,
      params: [
        ['query', '{namespace="shop"}'],
        ['start', ns(9)],
        ['end', ns(0)],
      ],
    },
    {
      id: 'instant lines',
      path: '/loki/api/v1/query',
      params: [
        ['query', '{namespace="shop"}'],
        ['time', ns(600_000)],
      ],
    },
    ...listCases(range),
  ];
}

function metricCases(query: string, baseMs: number, ns: (offsetMs: number) => string): RequestCase[] {
  return [
    {
      id: `range ${query}`,
      path: '/loki/api/v1/query_range',
      params: [
        ['query', query],
        ['start', ns(0)],
        ['end', ns(600_000)],
        ['step', '60s'],
      ],
    },
    {
      id: `unaligned range ${query}`,
      path: '/loki/api/v1/query_range',
      params: [
        ['query', query],
        ['start', ns(10_000)],
        ['end', ns(607_000)],
        ['step', '45'],
      ],
    },
    {
      id: `instant ${query}`,
      path: '/loki/api/v1/query',
      params: [
        ['query', query],
        ['time', String(Math.floor(baseMs / 1000) + 600)],
      ],
    },
  ];
}

function listCases(range: readonly (readonly [string, string])[]): RequestCase[] {
  return [
    { id: 'labels', path: '/loki/api/v1/labels', params: range },
    { id: 'values of level', path: '/loki/api/v1/label/level/values', params: range },
    { id: 'values of service_name', path: '/loki/api/v1/label/service_name/values', params: range },
    { id: 'values of nothing', path: '/loki/api/v1/label/nothing/values', params: range },
    { id: 'series', path: '/loki/api/v1/series', params: [['match[]', '{namespace="shop"}'], ...range] },
    {
      id: 'two selectors',
      path: '/loki/api/v1/series',
      params: [['match[]', '{namespace="shop", level="warn"}'], ['match[]', '{namespace="other"}'], ...range],
    },
  ];
}
