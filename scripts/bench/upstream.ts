import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Number of services the upstream knows. */
export const SERIES = 100;

/** The two queries that it answers with a series per service; everything else is empty. */
export const RATE_QUERY = 'sum by (service) (rate(traces_spanmetrics_calls_total';
const LATENCY_QUERY = 'histogram_quantile(0.95, sum by (service, le)';

/** A Prometheus that answers range queries for a hundred services at once, from a cache after the first time. */
export async function startUpstream(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const cache = new Map<string, string>();
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += String(part)));
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://localhost');
      const parameters = new URLSearchParams(body || url.search);
      const key = `${url.pathname}?${parameters}`;
      const text = cache.get(key) ?? answer(url.pathname, parameters);
      cache.set(key, text);
      response.writeHead(200, { 'content-type': 'application/json' }).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(pathname: string, parameters: URLSearchParams): string {
  if (pathname.endsWith('/buildinfo')) {
    return JSON.stringify({ status: 'success', data: { version: '3.5.0' } });
  }
  const isRange = pathname.endsWith('/query_range');
  const expr = parameters.get('query') ?? '';
  const centre = expr.startsWith(RATE_QUERY) ? 100 : expr.startsWith(LATENCY_QUERY) ? 0.05 : undefined;
  const result = isRange && centre !== undefined ? toMatrix(centre, parameters) : [];
  return JSON.stringify({ status: 'success', data: { resultType: isRange ? 'matrix' : 'vector', result } });
}

function toMatrix(centre: number, parameters: URLSearchParams): readonly object[] {
  const [start = 0, end = 0, step = 15] = ['start', 'end', 'step'].map((name) => Number(parameters.get(name)));
  const points = Math.floor((end - start) / step) + 1;
  return Array.from({ length: SERIES }, (_, series) => ({
    metric: { service: `service-${String(series).padStart(3, '0')}` },
    values: Array.from({ length: points }, (__, point) => {
      const seconds = start + point * step;
      const wave = Math.sin(seconds / 600 + series) * 0.1 + Math.sin(seconds * (series + 1)) * 0.02;
      return [seconds, String(centre * (1 + wave))];
    }),
  }));
}
