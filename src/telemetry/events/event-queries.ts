import type { Seconds, ServiceName } from '#model';
import { REQUEST_FAMILIES, type RequestFamily } from '../features/request-families.ts';
import { increase, sumBy } from '../promql/expressions.ts';
import { selector, type Matcher } from '../promql/selector.ts';

/** Span metrics of one maker. */
export type SpanFamily = Pick<RequestFamily, 'requests' | 'durations' | 'durationUnit'> & {
  /** Label that names the service. */
  readonly label: 'service' | 'service_name';
};

/** Span metrics in order of preference: Tempo's metrics generator, then the connector of the OpenTelemetry collector. */
export const SPAN_FAMILIES: readonly SpanFamily[] = REQUEST_FAMILIES.filter(({ traced }) => traced).map(
  ({ requests, durations, durationUnit }) => ({
    requests,
    durations,
    durationUnit,
    label: requests === 'traces_spanmetrics_calls_total' ? 'service' : 'service_name',
  })
);

/** Spans that are work of the service itself; calls are counted per edge, where the callee is known. */
const OWN_SPANS: Matcher = {
  label: 'span_kind',
  oneOf: ['SPAN_KIND_SERVER', 'SPAN_KIND_CONSUMER', 'SPAN_KIND_INTERNAL'],
};
const GRAPH = 'traces_service_graph_request';
/** Callees that send no spans: what their callers wait is all theirs. */
const UNTRACED: Matcher = { label: 'connection_type', oneOf: ['database', 'virtual_node', 'messaging_system'] };

/** Instant queries that count what happened in the `window` seconds before an instant, at or by some services. */
export const EVENT_QUERIES = {
  spans: ({ requests, label }: SpanFamily, services: readonly ServiceName[], window: Seconds) =>
    sumBy(
      [label, 'span_name', 'span_kind'],
      increase(selector(requests, [OWN_SPANS, { label, oneOf: services }]), window)
    ),
  durations: ({ durations, label }: SpanFamily, services: readonly ServiceName[], window: Seconds) =>
    sumBy(
      [label, 'span_name', 'span_kind', 'le'],
      increase(selector(`${durations}_bucket`, [OWN_SPANS, { label, oneOf: services }]), window)
    ),
  calls: (services: readonly ServiceName[], window: Seconds) =>
    sumBy(
      ['client', 'server', 'connection_type'],
      increase(selector(`${GRAPH}_total`, [{ label: 'client', oneOf: services }]), window)
    ),
  failedCalls: (services: readonly ServiceName[], window: Seconds) =>
    sumBy(
      ['client', 'server'],
      increase(selector(`${GRAPH}_failed_total`, [{ label: 'client', oneOf: services }]), window)
    ),
  callDurations: (services: readonly ServiceName[], window: Seconds) =>
    sumBy(
      ['client', 'server', 'le'],
      increase(selector(`${GRAPH}_client_seconds_bucket`, [UNTRACED, { label: 'client', oneOf: services }]), window)
    ),
} as const;
