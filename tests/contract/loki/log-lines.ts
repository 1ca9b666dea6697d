import type { LogLine } from '#model';

const ORDER = { namespace: 'shop', service_name: 'order' };
const LEVELS = ['info', 'info', 'warn', 'error'];

/** The data set of the Loki recording: JSON, logfmt and plain lines of four services over ten minutes. */
export function logLines(baseMs: number): readonly LogLine[] {
  return [...jsonLines(baseMs), ...otherLines(baseMs)].sort((a, b) => a.atMs - b.atMs);
}

function jsonLines(baseMs: number): LogLine[] {
  return Array.from({ length: 40 }, (_, index) => {
    const level = LEVELS[index % 4] as string;
    const line = {
      ts: new Date(baseMs + index * 15_000).toISOString(),
      level,
      msg: index % 5 === 0 ? 'payment "declined"' : 'order stored',
      status: index % 4 === 3 ? 503 : 200,
      took: `${index * 40}ms`,
      ratio: index / 8,
      trace_id: index.toString(16).padStart(32, 'a'),
      http: { route: '/orders', 'user agent': 'x/1', tags: ['a'] },
      cached: index % 2 === 0,
      nothing: null,
    };
    return { atMs: baseMs + index * 15_000, labels: { ...ORDER, level }, line: JSON.stringify(line) };
  });
}

function otherLines(baseMs: number): LogLine[] {
  const gateway = { namespace: 'shop', service_name: 'gateway' };
  const change = {
    kind: 'deploy',
    service: 'payment',
    summary: 'payment 2.4.1',
    version: '2.4.1',
    previous_version: '2.4.0',
  };
  return [
    { atMs: baseMs + 30_000, labels: gateway, line: 'level=info msg="GET /x" status=200 took=12ms' },
    {
      atMs: baseMs + 61_000,
      labels: gateway,
      line: 'level=error msg="upstream said \\"no\\"" status=502 took=1.5s empty=',
    },
    { atMs: baseMs + 62_500, labels: gateway, line: 'not logfmt at all' },
    { atMs: baseMs + 90_000, labels: { namespace: 'shop', job: 'change-events' }, line: JSON.stringify(change) },
    {
      atMs: baseMs + 91_000,
      labels: { namespace: 'shop', job: 'change-events' },
      line: '{"kind":"config","service":"order"}',
    },
    { atMs: baseMs + 120_000, labels: { namespace: 'other', app: 'batch' }, line: 'ERROR: disk is full' },
    { atMs: baseMs + 121_000, labels: { namespace: 'other', app: 'batch' }, line: '{"broken":' },
    { atMs: baseMs + 122_000, labels: { namespace: 'other' }, line: 'Warning (low): ümlaut \u2028 and tab\t' },
  ];
}
