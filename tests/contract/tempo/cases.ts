import type { RequestCase } from '../recording.ts';

const QUERIES: readonly string[] = [
  '{}',
  '{ resource.service.name = "order" }',
  '{ resource.service.name = "order" && status = error }',
  '{ resource.service.name = "order" && status = error && duration > 1s && name = "SELECT orders" && kind = client }',
  '{ resource.service.name = "order" && duration >= 250ms }',
  '{ resource.service.name != "order" && kind = server }',
  '{ resource.service.name =~ "or.*|work.*" && kind != client }',
  '{ resource.service.name !~ "or.*" && kind = consumer }',
  '{ .service.name = "worker" }',
  '{ span.service.name = "worker" }',
  '{ resource.service.version = "1.4" }',
  '{ .k8s.deployment.name =~ "work.*" && kind = consumer }',
  '{ span.k8s.deployment.name = "worker" }',
  '{ resource.k8s.deployment.name != "worker" && name = "notify" }',
  '{ status = ok }',
  '{ status = unset && kind = consumer }',
  '{ status != error && name = "notify" }',
  '{ duration > 2s }',
  '{ duration <= 400us }',
  '{ duration > 10.4ms && duration < 10.6ms }',
  '{ name =~ "GET .*" }',
  '{ name =~ "GET" }',
  '{ span.http.response.status_code >= 500 }',
  '{ span.http.response.status_code = 200 && duration > 1s }',
  '{ .http.response.status_code != 200 }',
  '{ span.cached = true }',
  '{ span.cached != true }',
  '{ span.ratio > 0.5 }',
  '{ span.ratio = 1 }',
  '{ span.missing = "x" }',
  '{ span.missing != "x" }',
  '{ span.db.system = "postgresql" || name = "notify" }',
  '{ (status = error || duration > 2s) && kind = client }',
  '{ status = error && (name = "notify" || (duration > 1s && duration < 2.35s)) }',
  '{ rootServiceName = "gateway" && kind = consumer }',
  '{ rootName = "nothing" }',
  '{ traceDuration > 1s && kind = consumer }',
  '{ span:status = error && span:kind = server }',
  '{ trace:rootService = "gateway" && span:name = "notify" && span:duration < 1ms }',
];

/** Queries that Tempo refuses too. */
const REFUSED: readonly string[] = [
  '{',
  '}',
  'x',
  '{ foo = 1 }',
  '{ resource.service.name = }',
  '{ resource.service.name = "x }',
  '{ duration > }',
  '{ duration > 1parsec }',
  '{ name =~ 5 }',
  '{ name =~ "(" }',
  '{ status = "error" }',
  '{ status = server }',
  '{ kind = ok }',
  '{ name = error }',
  '{ duration = "1s" }',
  '{ rootName = true }',
  '{ kind > server && duration }',
  '{ span.cached > "a" + 1 }',
  '{ status = error ',
];

/** Requests of the recording, for data that start at `baseMs`. */
export function tempoCases(baseMs: number): readonly RequestCase[] {
  const seconds = (offset: number): string => String(Math.floor(baseMs / 1000) + offset);
  const range = [
    ['start', seconds(-60)],
    ['end', seconds(120)],
  ] as const;
  const search = (q: string): RequestCase => ({
    id: `search ${q}`,
    path: '/api/search',
    params: [['q', q], ...range, ['limit', '100'], ['spss', '10']],
  });
  const fast = `c0${'1'.padStart(30, '1')}`;
  const slow = `00${'0'.padStart(30, '1')}`;
  return [
    ...QUERIES.map(search),
    ...REFUSED.map(search),
    {
      id: 'window',
      path: '/api/search',
      params: [
        ['q', '{ kind = consumer }'],
        ['start', seconds(20)],
        ['end', seconds(45)],
        ['limit', '100'],
      ],
    },
    {
      id: 'bad start',
      path: '/api/search',
      params: [
        ['q', '{}'],
        ['start', 'x'],
        ['end', seconds(0)],
      ],
    },
    {
      id: 'too long',
      path: '/api/search',
      params: [
        ['q', '{}'],
        ['start', seconds(-10 * 86_400)],
        ['end', seconds(0)],
      ],
    },
    { id: 'bad limit', path: '/api/search', params: [['q', '{}'], ...range, ['limit', '-1']] },
    ...[fast, slow, slow.slice(2)].flatMap((id) => [
      { id: `trace ${id}`, path: `/api/traces/${id}`, params: [] },
      { id: `trace v2 ${id}`, path: `/api/v2/traces/${id}`, params: [] },
    ]),
    { id: 'missing trace', path: `/api/traces/${'e'.repeat(32)}`, params: [] },
    { id: 'missing trace v2', path: `/api/v2/traces/${'e'.repeat(32)}`, params: [] },
    { id: 'bad trace id', path: '/api/traces/xyz', params: [] },
    { id: 'long trace id', path: `/api/traces/${'a'.repeat(33)}`, params: [] },
    { id: 'tags', path: '/api/search/tags', params: range },
    { id: 'values of service.name', path: '/api/search/tag/service.name/values', params: range },
    { id: 'typed values of service.name', path: '/api/v2/search/tag/resource.service.name/values', params: range },
    {
      id: 'typed values of status code',
      path: '/api/v2/search/tag/span.http.response.status_code/values',
      params: range,
    },
    {
      id: 'typed values of deployment',
      path: '/api/v2/search/tag/resource.k8s.deployment.name/values',
      params: range,
    },
    { id: 'typed values of cached', path: '/api/v2/search/tag/span.cached/values', params: range },
    { id: 'typed values of status', path: '/api/v2/search/tag/status/values', params: range },
  ];
}
