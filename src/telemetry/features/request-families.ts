import type { Matcher } from '../promql/selector.ts';
import { SERVED_SPANS } from '../signals/request-signals.ts';

/** Metrics with rate, errors and durations of requests, in one of the forms that are in use. */
export interface RequestFamily {
  readonly family: string;
  readonly id: string;
  readonly requests: string;
  /** Requests that were served, as against calls that were made. */
  readonly served: readonly Matcher[];
  /** Labels of which each series has one; a request failed when the label says so. */
  readonly status: readonly { readonly label: string; readonly server: Matcher; readonly client?: Matcher }[];
  /** Histogram without `_bucket`. */
  readonly durations: string;
  readonly durationUnit: 'seconds' | 'milliseconds';
  /** Made from traces: such metrics carry the namespace of their maker, if any, and are never filtered by it. */
  readonly traced: boolean;
}

const SPAN_STATUS: RequestFamily['status'] = [
  { label: 'status_code', server: { label: 'status_code', equals: 'STATUS_CODE_ERROR' } },
];

const httpStatus = (...labels: readonly string[]): RequestFamily['status'] =>
  labels.map((label) => ({
    label,
    server: { label, like: '5..' },
    client: { label, like: '4..' },
  }));

const spans = (
  family: string,
  requests: string,
  durations: string,
  durationUnit: RequestFamily['durationUnit']
): RequestFamily => ({
  family,
  id: durations,
  requests,
  served: [SERVED_SPANS],
  status: SPAN_STATUS,
  durations,
  durationUnit,
  traced: true,
});

const http = (
  family: string,
  requests: string,
  durations: string,
  durationUnit: RequestFamily['durationUnit'],
  ...labels: readonly string[]
): RequestFamily => ({
  family,
  id: requests.replace(/_count$/, ''),
  requests,
  served: [],
  status: httpStatus(...labels),
  durations,
  durationUnit,
  traced: false,
});

/** Families in order of preference: spans see every protocol, HTTP metrics only HTTP, newer conventions before older. */
export const REQUEST_FAMILIES: readonly RequestFamily[] = [
  spans('otel-span-metrics', 'traces_spanmetrics_calls_total', 'traces_spanmetrics_latency', 'seconds'),
  spans('otel-span-metrics', 'traces_span_metrics_calls_total', 'traces_span_metrics_duration_seconds', 'seconds'),
  spans(
    'otel-span-metrics',
    'traces_span_metrics_calls_total',
    'traces_span_metrics_duration_milliseconds',
    'milliseconds'
  ),
  spans('otel-span-metrics', 'calls_total', 'duration_seconds', 'seconds'),
  spans('otel-span-metrics', 'calls_total', 'duration_milliseconds', 'milliseconds'),
  http(
    'otel-http-server',
    'http_server_request_duration_seconds_count',
    'http_server_request_duration_seconds',
    'seconds',
    'http_response_status_code'
  ),
  http(
    'otel-http-server',
    'http_server_duration_milliseconds_count',
    'http_server_duration_milliseconds',
    'milliseconds',
    'http_status_code'
  ),
  http(
    'http-server',
    'http_requests_total',
    'http_request_duration_seconds',
    'seconds',
    'status',
    'code',
    'status_code',
    'response_code'
  ),
  http(
    'http-server',
    'http_request_duration_seconds_count',
    'http_request_duration_seconds',
    'seconds',
    'status',
    'code',
    'status_code',
    'response_code'
  ),
];
