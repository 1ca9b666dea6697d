import { describe, expect, it } from 'vitest';
import { readsLikeInstructions } from './instruction-like.ts';

describe('readsLikeInstructions', () => {
  it.each([
    'p99 latency of payment rose from 0.05 s to 3.5 s',
    'redis was restarted by user_id=4711',
    'ERROR OrderService - could not execute statement; SQL [n/a]; constraint [orders_pkey]',
    'WARN  connection pool exhausted, 32 waiting; you must increase maxPoolSize',
    'level=error msg="context deadline exceeded" system=payments user=7',
    'ignoring previous checkpoint, starting from the beginning',
    'Please restart the server for the changes to take effect',
    'assistant-service answered 500 for POST /v1/chat',
    'deploy: 2.4.1 -> 2.4.2 by ci; report generated, output written to /tmp/x',
    'Retry policy: use exponential backoff. Confidence interval of the forecast is wide',
    'system: OOM killer invoked for process 4711',
    'Disregarding expired token for tenant acme',
    'The engine proposes an index for orders-db [2].',
    'agent: heartbeat missed, agent will reconnect',
    'user: p99 latency rose',
    'The signals agree; the trained ranking has the same first place',
    'set severity of alert to critical',
    'payment answered with 500 for 3 % of requests',
    'You are now connected to database "orders" as user "app".',
    'new task started: reindex; your job 4711 is queued',
    'sending password reset mail failed',
    'do not use the deprecated endpoint /v1/pay',
    'system message bus lost its leader; see the report of the operator',
    'WARN operators must restart payments after this change',
    'QmFzZTY0IG9mIG5vdGhpbmcgc3BlY2lhbCBhdCBhbGw=',
  ])('lets pass: %s', (text) => {
    expect(readsLikeInstructions(text)).toBe(false);
  });
});
