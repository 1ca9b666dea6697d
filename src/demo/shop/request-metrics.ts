import type { CompiledOperation } from './compiled-operation.ts';
import type { Edge } from './edge.ts';
import type { LatencyHistogram } from './latency-histogram.ts';
import type { MetricRegistry } from './metric-registry.ts';
import type { ShopComponents } from './shop-components.ts';
import type { SpanSite, SpanSites } from './span-site.ts';
import { PROVIDER } from './topology.ts';

const CONNECTION_TYPES: Readonly<Record<Edge['spec']['kind'], string>> = {
  http: '',
  database: 'database',
  messaging: 'messaging_system',
  virtual: 'virtual_node',
};

/**
 * Reports what Tempo's metrics-generator derives from spans (span metrics and service graph), and the HTTP histograms of the
 * OpenTelemetry SDKs. A latency series appears with its first span. Where one side of a call reports no spans (databases,
 * virtual nodes) both latency histograms of the edge are what the other side saw.
 */
export function reportRequests(
  registry: MetricRegistry,
  shop: ShopComponents,
  sites: SpanSites,
  operations: ReadonlyMap<string, CompiledOperation>
): void {
  for (const site of sites.all()) {
    reportSpans(registry, site);
  }
  for (const edge of shop.edges.values()) {
    reportEdge(registry, edge);
  }
  for (const operation of operations.values()) {
    reportHttp(registry, operation);
  }
  for (const [status, histogram] of shop.providerHttp) {
    if (histogram.count > 0) {
      registry.histogram(
        'http_client_request_duration_seconds',
        { service_name: 'payment', server_address: PROVIDER.name, http_response_status_code: String(status) },
        histogram
      );
    }
  }
}

function reportSpans(registry: MetricRegistry, site: SpanSite): void {
  if (site.stats.count === 0 && site.kind === 'INTERNAL') {
    return;
  }
  const labels = { service: site.service, span_name: site.name, span_kind: `SPAN_KIND_${site.kind}` };
  const outcomes: readonly (readonly [string, LatencyHistogram])[] = [
    ['STATUS_CODE_UNSET', site.stats.unset],
    ['STATUS_CODE_ERROR', site.stats.error],
  ];
  for (const [status, histogram] of outcomes) {
    const outcome = { ...labels, status_code: status };
    registry.counter('traces_spanmetrics_calls_total', outcome, histogram.count);
    if (histogram.count > 0) {
      registry.histogram('traces_spanmetrics_latency', outcome, histogram);
    }
  }
}

function reportEdge(registry: MetricRegistry, edge: Edge): void {
  const { caller, callee, kind } = edge.spec;
  const labels = { client: caller, server: callee, connection_type: CONNECTION_TYPES[kind] };
  registry.counter('traces_service_graph_request_total', labels, edge.client.count);
  registry.counter('traces_service_graph_request_failed_total', labels, edge.failedCalls);
  registry.histogram('traces_service_graph_request_client_seconds', labels, edge.client);
  registry.histogram('traces_service_graph_request_server_seconds', labels, edge.server);
}

function reportHttp(registry: MetricRegistry, operation: CompiledOperation): void {
  const { service, method, route } = operation.spec;
  if (method === 'CONSUME') {
    return;
  }
  for (const [status, histogram] of operation.http) {
    registry.histogram(
      'http_server_request_duration_seconds',
      {
        service_name: service,
        http_request_method: method,
        http_route: route,
        http_response_status_code: String(status),
      },
      histogram
    );
  }
}
