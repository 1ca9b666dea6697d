import type { Labels } from '#model';
import type { SeriesHandle } from '../telemetry-sink.ts';
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

interface Series {
  readonly labels: Labels;
  readonly histogram: LatencyHistogram;
}

/**
 * Reports what Tempo's metrics-generator derives from spans (span metrics and service graph), and the HTTP histograms of the
 * OpenTelemetry SDKs. A latency series appears with its first span. Where one side of a call reports no spans (databases,
 * virtual nodes) both latency histograms of the edge are what the other side saw.
 */
export class RequestMetrics {
  readonly #registry: MetricRegistry;
  readonly #spans: readonly (Series & { readonly calls: SeriesHandle })[];
  readonly #edges: readonly {
    readonly edge: Edge;
    readonly labels: Labels;
    readonly total: SeriesHandle;
    readonly failed: SeriesHandle;
  }[];
  readonly #operations: readonly CompiledOperation[];
  readonly #providerHttp: ReadonlyMap<number, LatencyHistogram>;
  readonly #httpLabels = new WeakMap<LatencyHistogram, Labels>();

  constructor(
    registry: MetricRegistry,
    shop: ShopComponents,
    sites: SpanSites,
    operations: ReadonlyMap<string, CompiledOperation>
  ) {
    this.#registry = registry;
    this.#spans = sites.all().flatMap((site) => spanSeries(registry, site));
    this.#edges = [...shop.edges.values()].map((edge) => {
      const { caller, callee, kind } = edge.spec;
      const labels = { client: caller, server: callee, connection_type: CONNECTION_TYPES[kind] };
      return {
        edge,
        labels,
        total: registry.handle('counter', 'traces_service_graph_request_total', labels),
        failed: registry.handle('counter', 'traces_service_graph_request_failed_total', labels),
      };
    });
    this.#operations = [...operations.values()].filter((operation) => operation.spec.method !== 'CONSUME');
    this.#providerHttp = shop.providerHttp;
  }

  /** Sets the readings of one scrape. */
  report(): void {
    const registry = this.#registry;
    for (const { labels, histogram, calls } of this.#spans) {
      if (histogram.count > 0) {
        registry.histogram('traces_spanmetrics_latency', labels, histogram);
      }
      if (histogram.count > 0 || labels.span_kind !== 'SPAN_KIND_INTERNAL') {
        registry.set(calls, histogram.count);
      }
    }
    for (const { edge, labels, total, failed } of this.#edges) {
      registry.set(total, edge.client.count);
      registry.set(failed, edge.failedCalls);
      registry.histogram('traces_service_graph_request_client_seconds', labels, edge.client);
      registry.histogram('traces_service_graph_request_server_seconds', labels, edge.server);
    }
    this.#reportHttp();
  }

  #reportHttp(): void {
    for (const { spec, http } of this.#operations) {
      for (const [status, histogram] of http) {
        const labels = this.#labels(histogram, () => ({
          service_name: spec.service,
          http_request_method: spec.method,
          http_route: spec.route,
          http_response_status_code: String(status),
        }));
        this.#registry.histogram('http_server_request_duration_seconds', labels, histogram);
      }
    }
    for (const [status, histogram] of this.#providerHttp) {
      if (histogram.count > 0) {
        const labels = this.#labels(histogram, () => ({
          service_name: 'payment',
          server_address: PROVIDER.name,
          http_response_status_code: String(status),
        }));
        this.#registry.histogram('http_client_request_duration_seconds', labels, histogram);
      }
    }
  }

  #labels(histogram: LatencyHistogram, create: () => Labels): Labels {
    const labels = this.#httpLabels.get(histogram) ?? create();
    this.#httpLabels.set(histogram, labels);
    return labels;
  }
}

function spanSeries(registry: MetricRegistry, site: SpanSite) {
  const outcomes = [
    ['STATUS_CODE_UNSET', site.stats.unset],
    ['STATUS_CODE_ERROR', site.stats.error],
  ] as const;
  return outcomes.map(([status, histogram]) => {
    const labels = {
      service: site.service,
      span_name: site.name,
      span_kind: `SPAN_KIND_${site.kind}`,
      status_code: status,
    };
    return { labels, histogram, calls: registry.handle('counter', 'traces_spanmetrics_calls_total', labels) };
  });
}
