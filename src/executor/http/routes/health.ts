import type { ExecutorContext } from '../../context.ts';
import { renderMetrics } from '../metrics.ts';
import type { Answer, Route } from '../route.ts';
import { PUBLIC } from '../route.ts';

const text = (status: number, body: string, version = ''): Answer => ({
  status,
  body,
  contentType: `text/plain; ${version}charset=utf-8`,
});

export function healthRoutes(context: ExecutorContext): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/healthz',
      access: PUBLIC,
      doc: { summary: 'Whether the executor works, and why not.', answer: 'text' },
      async handle() {
        if (!context.audit.ok()) {
          return text(503, 'audit chain broken: read-only\n');
        }
        return context.ledger.writable() ? text(200, 'ok\n') : text(503, 'ledger cannot be written: read-only\n');
      },
    },
    {
      method: 'GET',
      path: '/metrics',
      access: PUBLIC,
      doc: { summary: "Key figures in Prometheus' text format.", answer: 'text' },
      handle: async () => text(200, await renderMetrics(context), 'version=0.0.4; '),
    },
  ];
}
