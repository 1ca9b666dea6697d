import { errorRatio, latencyQuantile, requestRate, type RedFamily } from '../promql/red.ts';
import { quotient, rate, share, sumBy } from '../promql/expressions.ts';
import { selector, type Matcher } from '../promql/selector.ts';
import type { SignalQuery, SignalScope } from './signal-query.ts';
import { ownedBy } from './owner.ts';

/** Spans that answer someone: what the service did for its callers. */
export const SERVED_SPANS: Matcher = { label: 'span_kind', oneOf: ['SPAN_KIND_SERVER', 'SPAN_KIND_CONSUMER'] };
const CALLING_SPANS: Matcher = { label: 'span_kind', oneOf: ['SPAN_KIND_CLIENT', 'SPAN_KIND_PRODUCER'] };

function spans(scope: SignalScope): RedFamily {
  return {
    requests: 'traces_spanmetrics_calls_total',
    failures: { matchers: [{ label: 'status_code', equals: 'STATUS_CODE_ERROR' }] },
    durations: 'traces_spanmetrics_latency',
    matchers: [SERVED_SPANS],
    by: ['service'],
    windowSeconds: scope.rateSeconds,
  };
}

/**
 * Calls to peers that send no spans. Tempo copies the duration of a database call to the server side, but leaves it
 * empty for other virtual nodes, which is why those are measured from the client side.
 */
function peers(scope: SignalScope, side: 'client' | 'server', connectionTypes: readonly string[]): RedFamily {
  return {
    requests: 'traces_service_graph_request_total',
    failures: { counter: 'traces_service_graph_request_failed_total' },
    durations: `traces_service_graph_request_${side}_seconds`,
    matchers: [{ label: 'connection_type', oneOf: connectionTypes }],
    by: ['server'],
    windowSeconds: scope.rateSeconds,
  };
}

const PEER_TYPES = ['database', 'virtual_node', 'messaging_system'];

const latency = (id: string, suffix: string, build: SignalQuery['build'], label: string): SignalQuery => ({
  id,
  kind: 'latency',
  unit: 'seconds',
  harm: 'up',
  build,
  owner: ownedBy(label, { suffix }),
});

/** Mean time a call spends outside the callee: network, connection set-up, queueing before the callee. */
function callOverhead(scope: SignalScope): string {
  const traced: Matcher[] = [{ label: 'connection_type', equals: '' }];
  const sum = (name: string): string =>
    sumBy(['client', 'server'], rate(selector(`traces_service_graph_request_${name}`, traced), scope.rateSeconds));
  const difference = `(${sum('client_seconds_sum')} - ${sum('server_seconds_sum')})`;
  return `clamp_min(${quotient(difference, sum('client_seconds_count'))}, 0)`;
}

/** Mean time a request spends in the service itself; calls made in parallel count in full, so this is a lower bound. */
function selfTime(scope: SignalScope): string {
  const total = (name: string, kind: Matcher): string =>
    sumBy(['service'], rate(selector(`traces_spanmetrics_latency_${name}`, [kind]), scope.rateSeconds));
  const served = total('sum', SERVED_SPANS);
  const difference = `(${served} - (${total('sum', CALLING_SPANS)} or ${served} * 0))`;
  return `clamp_min(${quotient(difference, total('count', SERVED_SPANS))}, 0)`;
}

/** Share of calls to a peer that it refused with status 429. */
function refusedCalls(scope: SignalScope): string {
  const calls = (matchers: readonly Matcher[]): string =>
    sumBy(
      ['server_address'],
      rate(selector('http_client_request_duration_seconds_count', matchers), scope.rateSeconds)
    );
  return share(calls([{ label: 'http_response_status_code', equals: '429' }]), calls([]));
}

/** Rate, errors and duration of services and their peers, from metrics that are made from traces. */
export const REQUEST_SIGNALS: readonly SignalQuery[] = [
  {
    id: 'request-rate',
    kind: 'request-rate',
    unit: 'per-second',
    harm: 'both',
    build: (scope) => requestRate(spans(scope)),
    owner: ownedBy('service'),
  },
  {
    id: 'request-rate-peers',
    kind: 'request-rate',
    unit: 'per-second',
    harm: 'both',
    build: (scope) => requestRate(peers(scope, 'client', PEER_TYPES)),
    owner: ownedBy('server'),
  },
  {
    id: 'error-ratio',
    kind: 'error-ratio',
    unit: 'ratio',
    harm: 'up',
    build: (scope) => errorRatio(spans(scope)),
    owner: ownedBy('service'),
  },
  {
    id: 'error-ratio-peers',
    kind: 'error-ratio',
    unit: 'ratio',
    harm: 'up',
    build: (scope) => errorRatio(peers(scope, 'client', PEER_TYPES)),
    owner: ownedBy('server'),
  },
  latency('latency-p99', 'p99', (scope) => latencyQuantile(spans(scope), 0.99), 'service'),
  latency('latency-p95', 'p95', (scope) => latencyQuantile(spans(scope), 0.95), 'service'),
  latency('latency-p99-stores', 'p99', (s) => latencyQuantile(peers(s, 'server', ['database']), 0.99), 'server'),
  latency('latency-p95-stores', 'p95', (s) => latencyQuantile(peers(s, 'server', ['database']), 0.95), 'server'),
  {
    ...latency(
      'latency-p99-external',
      'p99',
      (s) => latencyQuantile(peers(s, 'client', ['virtual_node']), 0.99),
      'server'
    ),
    needs: 'latency-p99',
  },
  {
    ...latency(
      'latency-p95-external',
      'p95',
      (s) => latencyQuantile(peers(s, 'client', ['virtual_node']), 0.95),
      'server'
    ),
    needs: 'latency-p95',
  },
  {
    id: 'client-latency',
    kind: 'client-latency',
    unit: 'seconds',
    harm: 'up',
    build: callOverhead,
    owner: ownedBy('client', { peer: 'server', suffixLabel: 'server' }),
  },
  {
    id: 'self-time',
    kind: 'self-time',
    unit: 'seconds',
    harm: 'up',
    build: selfTime,
    owner: ownedBy('service'),
  },
  {
    id: 'rejected-calls',
    kind: 'rejected-requests',
    unit: 'ratio',
    harm: 'up',
    build: refusedCalls,
    owner: ownedBy('server_address'),
  },
];
